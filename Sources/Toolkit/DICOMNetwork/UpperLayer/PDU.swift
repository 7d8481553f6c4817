// SPDX-License-Identifier: Apache-2.0

/// A protocol data unit of the upper layer (PS3.8 §9.3).
public enum PDU: Sendable, Hashable {
  case associateRQ(AssociateRQ)
  case associateAC(AssociateAC)
  case associateRJ(AssociateRJ)
  /// P-DATA-TF with its presentation data values.
  case data([PresentationDataValue])
  case releaseRQ
  case releaseRP
  case abort(Abort)
  /// A type that the standard does not define; its body is not read.
  case unknown(type: UInt8)

  /// The PDU type codes of PS3.8 §9.3.
  public enum Kind: UInt8, Sendable {
    case associateRQ = 0x01
    case associateAC = 0x02
    case associateRJ = 0x03
    case data = 0x04
    case releaseRQ = 0x05
    case releaseRP = 0x06
    case abort = 0x07
  }
}
