// SPDX-License-Identifier: Apache-2.0

/// Why presentation data values are no DIMSE messages. The association is to be aborted.
public struct MessageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of fault.
  public enum Code: String, Sendable {
    /// A presentation context that was not accepted.
    case unknownContext
    /// A fragment of another message, or of the other part, before this one's last.
    case interleaved
    /// A data set fragment where a command must come.
    case unexpectedDataSet
    /// More bytes than allowed.
    case tooLong
    /// The command fragments are no command set.
    case badCommand
  }

  public let code: Code
  public let reason: String
  public let contextID: UInt8

  public init(_ code: Code, _ reason: String, contextID: UInt8) {
    self.code = code
    self.reason = reason
    self.contextID = contextID
  }

  public var description: String { "\(reason) (\(code.rawValue) on presentation context \(contextID))" }
}
