// SPDX-License-Identifier: Apache-2.0

/// A-ABORT: source and reason (PS3.8 §9.3.8).
public struct Abort: Sendable, Hashable, CustomStringConvertible {
  /// Reasons of the service provider; 0 from the service user.
  public struct Reason: RawRepresentable, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let notSpecified = Reason(rawValue: 0)
    public static let unrecognizedPDU = Reason(rawValue: 1)
    public static let unexpectedPDU = Reason(rawValue: 2)
    public static let unrecognizedPDUParameter = Reason(rawValue: 4)
    public static let unexpectedPDUParameter = Reason(rawValue: 5)
    public static let invalidPDUParameterValue = Reason(rawValue: 6)
  }

  /// 0 service user, 2 service provider.
  public var source: UInt8
  public var reason: Reason

  public init(source: UInt8, reason: Reason) {
    self.source = source
    self.reason = reason
  }

  public static let byUser = Abort(source: 0, reason: .notSpecified)
  /// An abort by the service provider (PS3.8 §9.3.8).
  public static func byProvider(_ reason: Reason) -> Abort { Abort(source: 2, reason: reason) }

  public var isByUser: Bool { source == 0 }

  public var description: String {
    let text =
      switch reason {
      case .notSpecified: "reason not specified"
      case .unrecognizedPDU: "unrecognized PDU"
      case .unexpectedPDU: "unexpected PDU"
      case .unrecognizedPDUParameter: "unrecognized PDU parameter"
      case .unexpectedPDUParameter: "unexpected PDU parameter"
      case .invalidPDUParameterValue: "invalid PDU parameter value"
      default: "reason \(reason.rawValue)"
      }
    return isByUser ? "aborted by the service user" : "aborted by the service provider: \(text)"
  }
}
