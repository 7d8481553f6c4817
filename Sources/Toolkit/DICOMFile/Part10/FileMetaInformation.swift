// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Writes what stands before the data set of a DICOM file (PS3.10 §7.1).
public enum FileMetaInformation {
  /// What a file says about its writer and about the way it came.
  public struct Origin: Sendable, Hashable {
    public var implementationClass: UID
    /// At most 16 characters.
    public var implementationVersion: String
    /// AE title of the application that wrote the file.
    public var source: String?
    /// AE title that sent the object over the network.
    public var sending: String?
    /// AE title that received it.
    public var receiving: String?
    /// (0002,0100) and (0002,0102): what the writer keeps for itself.
    public var privateInformation: PrivateInformation?

    public init(
      implementationClass: UID = FileMetaInformation.implementationClass,
      implementationVersion: String = FileMetaInformation.implementationVersion, source: String? = nil,
      sending: String? = nil, receiving: String? = nil, privateInformation: PrivateInformation? = nil
    ) {
      self.implementationClass = implementationClass
      self.implementationVersion = implementationVersion
      self.source = source
      self.sending = sending
      self.receiving = receiving
      self.privateInformation = privateInformation
    }
  }

  /// Private Information and the UID of who says what it means (PS3.10 §7.1).
  public struct PrivateInformation: Sendable, Hashable {
    public var creator: UID
    public var bytes: [UInt8]

    public init(creator: UID, bytes: [UInt8]) {
      self.creator = creator
      self.bytes = bytes
    }
  }

  /// Martlet's Implementation Class UID, of a UUID (PS3.7 §D.3.3.2, PS3.5 §B.2).
  public static let implementationClass: UID = "2.25.213415487253918720466514275981406338611"
  /// Martlet's Implementation Version Name.
  public static let implementationVersion = "MARTLET"

  /// Preamble of zeros, `DICM` and group 0002 in explicit VR little endian.
  public static func encode(
    sopClass: UID, sopInstance: UID, transferSyntax: UID, origin: Origin = Origin()
  ) -> [UInt8] {
    var meta = DataSet()
    meta.set(
      DataElement(tag: .fileMetaInformationVersion, vr: .OB, value: .bytes(ByteSlice([0, 1]))))
    meta.set(.mediaStorageSOPClassUID, sopClass)
    meta.set(.mediaStorageSOPInstanceUID, sopInstance)
    meta.set(.transferSyntaxUID, transferSyntax)
    meta.set(.implementationClassUID, origin.implementationClass)
    meta.set(.implementationVersionName, .SH, String(origin.implementationVersion.prefix(16)))
    if let source = origin.source { meta.set(.sourceApplicationEntityTitle, .AE, source) }
    if let sending = origin.sending { meta.set(.sendingApplicationEntityTitle, .AE, sending) }
    if let receiving = origin.receiving { meta.set(.receivingApplicationEntityTitle, .AE, receiving) }
    if let information = origin.privateInformation {
      meta.set(.privateInformationCreatorUID, information.creator)
      let padding: [UInt8] = information.bytes.count % 2 == 0 ? [] : [0]
      meta.set(
        DataElement(
          tag: .privateInformation, vr: .OB, value: .bytes(ByteSlice(information.bytes + padding))))
    }
    return encode(meta)
  }

  /// Preamble, `DICM` and a given group 0002; its group length is computed.
  public static func encode(_ meta: DataSet, preamble: ByteSlice? = nil) -> [UInt8] {
    var writer = ElementWriter(ElementReader(isExplicitVR: true, byteOrder: .littleEndian))
    for element in meta.elements where element.tag.group == 0x0002 && !element.tag.isGroupLength {
      writer.write(element, from: .littleEndian)
    }
    var length = DataSet()
    length.set(.fileMetaInformationGroupLength, .UL, integers: [writer.bytes.count])
    var head = ElementWriter(ElementReader(isExplicitVR: true, byteOrder: .littleEndian))
    if let preamble, preamble.count == Part10Header.preambleLength {
      head.bytes = preamble.array
    } else {
      head.bytes = [UInt8](repeating: 0, count: Part10Header.preambleLength)
    }
    head.bytes += Array("DICM".utf8)
    for element in length.elements { head.write(element, from: .littleEndian) }
    return head.bytes + writer.bytes
  }
}
