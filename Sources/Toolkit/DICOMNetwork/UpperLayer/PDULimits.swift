// SPDX-License-Identifier: Apache-2.0

/// What a peer may make us hold.
public struct PDULimits: Sendable, Hashable {
  /// The longest P-DATA-TF variable field that we announce by default.
  public static let defaultMaximumDataLength = 131_072
  /// 128 contexts of 40 transfer syntaxes of 64 characters, with room for user information.
  public static let defaultMaximumAssociateLength = 1_048_576
  /// A P-DATA-TF of this many presentation data values is an attack.
  public static let maximumDataValues = 4096
  /// Items of one A-ASSOCIATE PDU, and sub-items of one item.
  public static let maximumItems = 1024

  /// The longest P-DATA-TF variable field taken.
  public var maximumDataLength: Int
  /// The longest A-ASSOCIATE-RQ or -AC taken.
  public var maximumAssociateLength: Int

  public init(
    maximumDataLength: Int = PDULimits.defaultMaximumDataLength,
    maximumAssociateLength: Int = PDULimits.defaultMaximumAssociateLength
  ) {
    self.maximumDataLength = maximumDataLength
    self.maximumAssociateLength = maximumAssociateLength
  }

  /// Refuses a PDU by its header alone, before its body is read.
  public func check(_ header: PDUHeader) throws(PDUError) {
    switch header.kind {
    case .associateRQ, .associateAC:
      if header.length > maximumAssociateLength {
        throw PDUError(.tooLong, "A-ASSOCIATE of \(header.length) bytes, at most \(maximumAssociateLength)", offset: 2)
      }
    case .data:
      if header.length > maximumDataLength {
        throw PDUError(.tooLong, "P-DATA-TF of \(header.length) bytes, at most \(maximumDataLength)", offset: 2)
      }
    case .associateRJ, .releaseRQ, .releaseRP, .abort:
      if header.length != 4 {
        throw PDUError(.badLength, "length \(header.length) of PDU type \(header.type), must be 4", offset: 2)
      }
    case nil: break
    }
  }
}
