// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a message: a code of table 0357, a sentence for people, and where.
public struct HL7Error: Error, Sendable, Hashable, CustomStringConvertible {
  public var code: Code
  public var reason: String
  public var location: Location?

  public init(_ code: Code, _ reason: String, at location: Location? = nil) {
    self.code = code
    self.reason = reason
    self.location = location
  }

  /// Message error condition codes (HL7 v2.5.1 table 0357).
  public enum Code: Int, Sendable, CaseIterable {
    case accepted = 0
    case segmentSequence = 100
    case requiredFieldMissing = 101
    case dataType = 102
    case tableValueNotFound = 103
    case unsupportedMessageType = 200
    case unsupportedEventCode = 201
    case unsupportedProcessingID = 202
    case unsupportedVersion = 203
    case unknownKeyIdentifier = 204
    case duplicateKeyIdentifier = 205
    case recordLocked = 206
    case internalError = 207

    /// The text that the table gives.
    public var text: String {
      switch self {
      case .accepted: "Message accepted"
      case .segmentSequence: "Segment sequence error"
      case .requiredFieldMissing: "Required field missing"
      case .dataType: "Data type error"
      case .tableValueNotFound: "Table value not found"
      case .unsupportedMessageType: "Unsupported message type"
      case .unsupportedEventCode: "Unsupported event code"
      case .unsupportedProcessingID: "Unsupported processing id"
      case .unsupportedVersion: "Unsupported version id"
      case .unknownKeyIdentifier: "Unknown key identifier"
      case .duplicateKeyIdentifier: "Duplicate key identifier"
      case .recordLocked: "Application record locked"
      case .internalError: "Application internal error"
      }
    }

    /// Whether the message is rejected (AR) for its header, or refused for its content (AE); HL7 v2.5.1 §2.9.2.2.
    public var rejects: Bool { (200...203).contains(rawValue) || self == .internalError }
  }

  public var description: String { location.map { "\($0): \(reason)" } ?? reason }
}
