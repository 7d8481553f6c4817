// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMFile
public import DICOMNetwork

/// How an association is made and how long its steps may take.
public struct AssociationOptions: Sendable {
  public var connectTimeout: Duration
  /// From A-ASSOCIATE-RQ to its answer.
  public var associateTimeout: Duration
  /// From a request, or the last response, to the next response or fragment; nil waits for ever.
  public var responseTimeout: Duration?
  /// The ARTIM timer (PS3.8 §9.1.5).
  public var artimTimeout: Duration
  /// Maximum length that we announce, and the longest PDU taken.
  public var maximumLength: Int
  public var implementationClassUID: UID
  public var implementationVersionName: String
  public var roleSelections: [RoleSelection]
  public var extendedNegotiations: [SOPClassExtendedNegotiation]
  public var userIdentity: UserIdentity?
  /// Nil for none.
  public var tls: TLSOptions?

  public init(
    connectTimeout: Duration = .seconds(15), associateTimeout: Duration = .seconds(30),
    responseTimeout: Duration? = .seconds(120), userIdentity: UserIdentity? = nil
  ) {
    self.connectTimeout = connectTimeout
    self.associateTimeout = associateTimeout
    self.responseTimeout = responseTimeout
    self.userIdentity = userIdentity
    artimTimeout = .seconds(AssociationMachine.defaultARTIMSeconds)
    maximumLength = PDULimits.defaultMaximumDataLength
    implementationClassUID = FileMetaInformation.implementationClass
    implementationVersionName = FileMetaInformation.implementationVersion
    roleSelections = []
    extendedNegotiations = []
  }
}
