// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// The user information item with its sub-items (PS3.8 §9.3.2.3, PS3.7 Annex D.3.3).
public struct UserInformation: Sendable, Hashable {
  /// Longest P-DATA-TF variable field that the sender of this item takes; 0 for no limit (PS3.8 §D.1).
  public var maximumLength: UInt32
  public var implementationClassUID: UID?
  public var implementationVersionName: String?
  public var asynchronousOperationsWindow: AsynchronousOperationsWindow?
  public var roleSelections: [RoleSelection]
  public var extendedNegotiations: [SOPClassExtendedNegotiation]
  public var commonExtendedNegotiations: [SOPClassCommonExtendedNegotiation]
  /// Only in a request.
  public var userIdentity: UserIdentity?
  /// The server response of the user identity negotiation; only in an acceptance.
  public var userIdentityResponse: [UInt8]?
  /// Sub-items of other types, kept as they came.
  public var unknownItems: [RawItem]

  public init(
    maximumLength: UInt32 = UInt32(PDULimits.defaultMaximumDataLength), implementationClassUID: UID? = nil,
    implementationVersionName: String? = nil, asynchronousOperationsWindow: AsynchronousOperationsWindow? = nil,
    roleSelections: [RoleSelection] = [], extendedNegotiations: [SOPClassExtendedNegotiation] = [],
    userIdentity: UserIdentity? = nil
  ) {
    self.maximumLength = maximumLength
    self.implementationClassUID = implementationClassUID
    self.implementationVersionName = implementationVersionName
    self.asynchronousOperationsWindow = asynchronousOperationsWindow
    self.roleSelections = roleSelections
    self.extendedNegotiations = extendedNegotiations
    self.userIdentity = userIdentity
    commonExtendedNegotiations = []
    userIdentityResponse = nil
    unknownItems = []
  }
}

/// Asynchronous operations window sub-item; 0 means no limit (PS3.7 §D.3.3.3).
public struct AsynchronousOperationsWindow: Sendable, Hashable {
  public var maximumInvoked: UInt16
  public var maximumPerformed: UInt16

  public init(maximumInvoked: UInt16, maximumPerformed: UInt16) {
    self.maximumInvoked = maximumInvoked
    self.maximumPerformed = maximumPerformed
  }
}

/// SCP/SCU role selection sub-item, seen from the association requestor (PS3.7 §D.3.3.4).
public struct RoleSelection: Sendable, Hashable {
  public var sopClass: UID
  public var scu: Bool
  public var scp: Bool

  public init(sopClass: UID, scu: Bool, scp: Bool) {
    self.sopClass = sopClass
    self.scu = scu
    self.scp = scp
  }
}

/// SOP class extended negotiation sub-item; its information is the service class's (PS3.7 §D.3.3.5).
public struct SOPClassExtendedNegotiation: Sendable, Hashable {
  public var sopClass: UID
  public var information: [UInt8]

  public init(sopClass: UID, information: [UInt8]) {
    self.sopClass = sopClass
    self.information = information
  }
}

/// SOP class common extended negotiation sub-item (PS3.7 §D.3.3.6).
public struct SOPClassCommonExtendedNegotiation: Sendable, Hashable {
  public var sopClass: UID
  public var serviceClass: UID
  public var relatedGeneralSOPClasses: [UID]

  public init(sopClass: UID, serviceClass: UID, relatedGeneralSOPClasses: [UID]) {
    self.sopClass = sopClass
    self.serviceClass = serviceClass
    self.relatedGeneralSOPClasses = relatedGeneralSOPClasses
  }
}

/// User identity negotiation sub-item of a request (PS3.7 §D.3.3.7.1).
public struct UserIdentity: Sendable, Hashable {
  /// User-Identity-Type.
  public struct Kind: RawRepresentable, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let username = Kind(rawValue: 1)
    public static let usernameAndPasscode = Kind(rawValue: 2)
    public static let kerberosServiceTicket = Kind(rawValue: 3)
    public static let samlAssertion = Kind(rawValue: 4)
    public static let jsonWebToken = Kind(rawValue: 5)
  }

  public var kind: Kind
  public var positiveResponseRequested: Bool
  public var primaryField: [UInt8]
  /// The passcode for `usernameAndPasscode`, else empty.
  public var secondaryField: [UInt8]

  public init(kind: Kind, positiveResponseRequested: Bool, primaryField: [UInt8], secondaryField: [UInt8] = []) {
    self.kind = kind
    self.positiveResponseRequested = positiveResponseRequested
    self.primaryField = primaryField
    self.secondaryField = secondaryField
  }
}
