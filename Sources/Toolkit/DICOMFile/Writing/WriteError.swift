// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Why a data set cannot be written.
public struct WriteError: Error, Sendable, Hashable {
  /// Why a data set cannot be written.
  public enum Code: Sendable, Hashable {
    /// Longer than a 32-bit length can say.
    case tooLong
    /// A data set with fragments in a transfer syntax without, or the reverse.
    case pixelDataNeedsCodec
    /// zlib failed.
    case deflateFailed
  }

  public let code: Code
  public let reason: String
  /// The element concerned.
  public let tag: Tag?

  public init(_ code: Code, _ reason: String, tag: Tag? = nil) {
    self.code = code
    self.reason = reason
    self.tag = tag
  }
}
