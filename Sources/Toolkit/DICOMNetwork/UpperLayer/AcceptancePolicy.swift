// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// Which AE titles are taken.
public enum AETitleRule: Sendable, Hashable {
  case any
  case only(Set<String>)

  /// Whether a caller of this title is let in.
  public func allows(_ title: String) -> Bool {
    switch self {
    case .any: true
    case .only(let titles): titles.contains(title)
    }
  }
}

/// How the transfer syntax of a context is chosen among the proposed ones.
public enum TransferSyntaxRule: Sendable, Hashable {
  /// The first of ours that is proposed.
  case preferring([UID])
  /// The first proposed, out of these.
  case firstProposed(of: Set<UID>)
  /// The first proposed, whatever it is.
  case anyProposed

  /// The transfer syntax that is accepted of those proposed; nil for none.
  public func choose(_ proposed: [UID]) -> UID? {
    switch self {
    case .preferring(let own): own.first { proposed.contains($0) }
    case .firstProposed(let own): proposed.first { own.contains($0) }
    case .anyProposed: proposed.first { !$0.rawValue.isEmpty }
    }
  }
}

/// What an acceptor does with an abstract syntax.
public struct AbstractSyntaxRule: Sendable {
  public var transferSyntaxes: TransferSyntaxRule
  /// The requestor may be SCU: we are SCP.
  public var allowsRequestorSCU: Bool
  /// The requestor may be SCP: we are SCU.
  public var allowsRequestorSCP: Bool
  /// Answers the service class application information of SOP class extended negotiation; nil gives no answer.
  public var extendedNegotiation: @Sendable ([UInt8]) -> [UInt8]?

  public init(
    transferSyntaxes: TransferSyntaxRule, allowsRequestorSCU: Bool = true, allowsRequestorSCP: Bool = false,
    extendedNegotiation: @escaping @Sendable ([UInt8]) -> [UInt8]? = { _ in nil }
  ) {
    self.transferSyntaxes = transferSyntaxes
    self.allowsRequestorSCU = allowsRequestorSCU
    self.allowsRequestorSCP = allowsRequestorSCP
    self.extendedNegotiation = extendedNegotiation
  }
}

/// What is said to a user identity (PS3.7 §D.3.3.7).
public enum UserIdentityAnswer: Sendable, Hashable {
  /// Identity is not looked at; the association goes on without a response.
  case ignored
  /// Accepted, with the server response that is sent when a positive response is requested.
  case accepted(response: [UInt8])
  case refused
}

/// The acceptor's side of association negotiation as a value: request in, acceptance or rejection out.
public struct AcceptancePolicy: Sendable {
  public var calledAETitles: AETitleRule
  public var callingAETitles: AETitleRule
  /// By abstract syntax.
  public var rules: [UID: AbstractSyntaxRule]
  /// By service class, for SOP classes that only SOP class common extended negotiation explains (PS3.7 §D.3.3.6).
  public var serviceClassRules: [UID: AbstractSyntaxRule]
  /// For every other abstract syntax; nil refuses it.
  public var otherwise: AbstractSyntaxRule?
  /// Maximum length that we announce.
  public var maximumLength: UInt32
  public var implementationClassUID: UID
  public var implementationVersionName: String
  /// The most that we grant; (1, 1) is synchronous.
  public var asynchronousOperationsWindow: AsynchronousOperationsWindow
  public var userIdentity: @Sendable (UserIdentity) -> UserIdentityAnswer

  public init(
    calledAETitles: AETitleRule = .any, callingAETitles: AETitleRule = .any, rules: [UID: AbstractSyntaxRule],
    implementationClassUID: UID, implementationVersionName: String,
    maximumLength: UInt32 = UInt32(PDULimits.defaultMaximumDataLength)
  ) {
    self.calledAETitles = calledAETitles
    self.callingAETitles = callingAETitles
    self.rules = rules
    self.maximumLength = maximumLength
    self.implementationClassUID = implementationClassUID
    self.implementationVersionName = implementationVersionName
    serviceClassRules = [:]
    otherwise = nil
    asynchronousOperationsWindow = AsynchronousOperationsWindow(maximumInvoked: 1, maximumPerformed: 1)
    userIdentity = { _ in .ignored }
  }

  /// The rule for an abstract syntax of this request.
  func rule(for abstractSyntax: UID, in request: AssociateRQ) -> AbstractSyntaxRule? {
    if let rule = rules[abstractSyntax] { return rule }
    let common = request.userInformation.commonExtendedNegotiations.first { $0.sopClass == abstractSyntax }
    if let common, let rule = serviceClassRules[common.serviceClass] { return rule }
    return otherwise
  }
}
