// SPDX-License-Identifier: Apache-2.0

/// The order of the bytes of a number.
public enum ByteOrder: Sendable {
  case littleEndian
  case bigEndian
}

/// A transfer syntax and how its data sets are encoded (PS3.5 §10, Annex A).
public struct TransferSyntax: Hashable, Sendable {
  public let uid: UID

  public init(_ uid: UID) { self.uid = uid }

  public static let implicitVRLittleEndian = TransferSyntax("1.2.840.10008.1.2")
  public static let explicitVRLittleEndian = TransferSyntax("1.2.840.10008.1.2.1")
  public static let deflatedExplicitVRLittleEndian = TransferSyntax("1.2.840.10008.1.2.1.99")
  public static let explicitVRBigEndian = TransferSyntax("1.2.840.10008.1.2.2")
  public static let rleLossless = TransferSyntax("1.2.840.10008.1.2.5")

  /// Elements name their VR. Papyrus 3 and the private implicit syntax of one vendor do not.
  public var isExplicitVR: Bool {
    switch uid.rawValue {
    case "1.2.840.10008.1.2", "1.2.840.10008.1.20", "1.2.840.113619.5.2": false
    default: true
    }
  }

  public var byteOrder: ByteOrder { uid == Self.explicitVRBigEndian.uid ? .bigEndian : .littleEndian }

  /// The whole data set is one raw deflate stream (PS3.5 §A.5; JPIP deflate PS3.5 §A.7, A.11).
  public var isDeflated: Bool {
    switch uid.rawValue {
    case "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205": true
    default: false
    }
  }

  /// Pixel data stands in fragments of an undefined length element (PS3.5 §A.4).
  public var isEncapsulated: Bool {
    let text = uid.rawValue
    if text.hasPrefix("1.2.840.10008.1.2.4.") {
      // JPIP references carry no pixel data at all.
      return !["94", "95", "204", "205"].contains { text == "1.2.840.10008.1.2.4." + $0 }
    }
    return text == "1.2.840.10008.1.2.1.98" || text == "1.2.840.10008.1.2.5"
      || text.hasPrefix("1.2.840.10008.1.2.8.")
  }

  /// Native, uncompressed pixel data in a data set that is not deflated: the forms Martlet converts into one another.
  public var isNative: Bool {
    self == .implicitVRLittleEndian || self == .explicitVRLittleEndian || self == .explicitVRBigEndian
  }
}
