// SPDX-License-Identifier: Apache-2.0

/// A-ASSOCIATE-RJ: result, source and reason (PS3.8 §9.3.4).
public struct AssociateRJ: Sendable, Hashable, CustomStringConvertible {
  public var result: UInt8
  public var source: UInt8
  public var reason: UInt8

  public init(result: UInt8, source: UInt8, reason: UInt8) {
    self.result = result
    self.source = source
    self.reason = reason
  }

  public static let noReasonGiven = AssociateRJ(result: 1, source: 1, reason: 1)
  public static let applicationContextNameNotSupported = AssociateRJ(result: 1, source: 1, reason: 2)
  public static let callingAETitleNotRecognized = AssociateRJ(result: 1, source: 1, reason: 3)
  public static let calledAETitleNotRecognized = AssociateRJ(result: 1, source: 1, reason: 7)
  /// ACSE related.
  public static let noReasonGivenByProvider = AssociateRJ(result: 1, source: 2, reason: 1)
  public static let protocolVersionNotSupported = AssociateRJ(result: 1, source: 2, reason: 2)
  /// Presentation related, transient.
  public static let temporaryCongestion = AssociateRJ(result: 2, source: 3, reason: 1)
  public static let localLimitExceeded = AssociateRJ(result: 2, source: 3, reason: 2)

  public var isTransient: Bool { result == 2 }

  public var reasonText: String {
    switch (source, reason) {
    case (1, 1), (2, 1): "no reason given"
    case (1, 2): "application context name not supported"
    case (1, 3): "calling AE title not recognized"
    case (1, 7): "called AE title not recognized"
    case (2, 2): "protocol version not supported"
    case (3, 1): "temporary congestion"
    case (3, 2): "local limit exceeded"
    default: "reason \(reason)"
    }
  }

  public var sourceText: String {
    switch source {
    case 1: "service user"
    case 2: "service provider (ACSE)"
    case 3: "service provider (presentation)"
    default: "source \(source)"
    }
  }

  public var description: String {
    "association rejected \(isTransient ? "for now" : "permanently") by the \(sourceText): \(reasonText)"
  }
}
