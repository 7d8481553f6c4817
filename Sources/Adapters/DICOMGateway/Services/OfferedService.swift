// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
public import DICOMNetwork

/// A service that the gateway provides or uses, as data: negotiation, dispatch and the conformance statement read it.
public struct OfferedService: Sendable, Hashable {
  public enum Role: String, Sendable, CaseIterable {
    case provider = "SCP"
    case user = "SCU"
  }

  /// How its extended negotiation is answered (PS3.7 §D.3.3.5).
  public struct ExtendedNegotiation: Sendable, Hashable {
    /// What the conformance statement says of it.
    public let meaning: String
    /// The service class application information that is the answer; where it is granted byte by byte, the most.
    public let information: [UInt8]
    /// Each byte says whether something is done, and is granted where it is asked for (PS3.4 §C.5).
    public let isGranted: Bool

    public init(meaning: String, information: [UInt8], isGranted: Bool = false) {
      self.isGranted = isGranted
      self.meaning = meaning
      self.information = information
    }

    /// The answer to what a requestor asks for: no more bytes than it has.
    func answer(_ asked: [UInt8]) -> [UInt8] {
      guard isGranted else { return information }
      return zip(information, asked).map { min($0, $1) }
    }
  }

  /// The service class and the annex of PS3.4.
  public let serviceClass: String
  public let annex: String
  public let role: Role
  public let sopClasses: [UID]
  /// The requests that are performed, as SCP, or invoked, as SCU. Event reports go the other way.
  public let operations: [CommandField]
  public let transferSyntaxes: [UID]
  public let extendedNegotiation: ExtendedNegotiation?
  /// The requestor of an association may take the SCP role, we being SCU (PS3.7 §D.3.3.4).
  public let allowsRequestorSCP: Bool

  public init(
    serviceClass: String, annex: String, role: Role = .provider, sopClasses: [UID], operations: [CommandField],
    transferSyntaxes: [UID] = Self.nativeTransferSyntaxes, extendedNegotiation: ExtendedNegotiation? = nil,
    allowsRequestorSCP: Bool = false
  ) {
    self.serviceClass = serviceClass
    self.annex = annex
    self.role = role
    self.sopClasses = sopClasses
    self.operations = operations
    self.transferSyntaxes = transferSyntaxes
    self.extendedNegotiation = extendedNegotiation
    self.allowsRequestorSCP = allowsRequestorSCP
  }

  /// In what data sets without pixel data are proposed.
  public static let proposedTransferSyntaxes: [UID] = [
    TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid,
  ]
  /// What data sets without pixel data come in.
  public static let nativeTransferSyntaxes: [UID] = [
    TransferSyntax.implicitVRLittleEndian.uid, TransferSyntax.explicitVRLittleEndian.uid,
    TransferSyntax.explicitVRBigEndian.uid, TransferSyntax.deflatedExplicitVRLittleEndian.uid,
  ]

  /// What a gateway offers, in the order of the annexes of PS3.4.
  public static func declared(_ options: GatewayOptions) -> [OfferedService] { ServiceRegistry.declared(options) }
}
