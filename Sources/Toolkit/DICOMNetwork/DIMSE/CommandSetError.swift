// SPDX-License-Identifier: Apache-2.0

/// Why bytes are no command set.
public struct CommandSetError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of fault.
  public enum Code: String, Sendable {
    /// An element does not fit the bytes.
    case badLength
    /// An element that is not of group 0000.
    case notACommandElement
    /// An element twice.
    case duplicate
    /// Command Field or a field that the message needs is missing.
    case missing
    /// More bytes than a command set may have.
    case tooLong
  }

  public let code: Code
  public let reason: String
  /// Byte position in the command set.
  public let offset: Int

  public init(_ code: Code, _ reason: String, offset: Int) {
    self.code = code
    self.reason = reason
    self.offset = offset
  }

  public var description: String { "\(reason) (\(code.rawValue) at byte \(offset) of the command set)" }
}
