// SPDX-License-Identifier: Apache-2.0

/// Why a kernel refuses its input.
public struct KernelError: Error {
  /// The kind of fault.
  public enum Code: UInt8, Sendable {
    /// The data ends before the frame is complete.
    case truncated = 1
    /// The data contradicts its own format.
    case corrupt
    /// The data is of another shape than the frame that was asked for.
    case mismatch
    /// The form is sound and not decoded here.
    case unsupported
    /// A buffer of the caller is too small for the shape, or the shape is none.
    case buffer
  }

  public let code: Code
  /// For people, without the number at its end.
  public let reason: StaticString
  /// What the reason speaks of: a byte of the stream, a row, a segment.
  public let position: Int

  init(_ code: Code, _ reason: StaticString, _ position: Int) {
    self.code = code
    self.reason = reason
    self.position = position
  }
}
