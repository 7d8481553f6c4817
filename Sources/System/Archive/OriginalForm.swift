// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMFile

/// What an instance was before it was compressed at rest. The file meta information of the compressed file keeps it,
/// and the index.
public struct OriginalForm: Hashable, Sendable {
  /// The data set as received.
  public var native: NativeForm
  /// Bytes of preamble and file meta information of the file that was written at its arrival.
  public var headLength: Int64
  /// CRC-32C of that whole file.
  public var fileChecksum: UInt32

  public init(native: NativeForm, headLength: Int64, fileChecksum: UInt32) {
    self.native = native
    self.headLength = headLength
    self.fileChecksum = fileChecksum
  }

  public var transferSyntax: UID { native.transferSyntax }

  /// Bytes of the data set as received.
  public var dataSetLength: Int64 { Int64(native.dataSetLength) }

  /// Bytes of the whole file that was written at its arrival.
  public var fileLength: Int64 { headLength + dataSetLength }

  /// What the instances of a series mostly share: transfer syntax, VR and length of Pixel Data, length of the head.
  public var common: String {
    let vr = native.pixelDataVR == .OB ? "OB" : "OW"
    return "\(native.transferSyntax.rawValue) \(vr) \(native.pixelDataLength) \(headLength)"
  }

  /// - Parameter common: what `common` gave.
  public init?(common: String, dataSetLength: Int64, fileChecksum: UInt32) {
    let words = common.split(separator: " ").map(String.init)
    let syntaxes = [TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian].map(\.uid.rawValue)
    guard words.count == 4, syntaxes.contains(words[0]), words[1] == "OW" || words[1] == "OB",
      let pixels = Int(words[2]), let head = Int64(words[3]), let length = Int(exactly: dataSetLength),
      pixels >= 0, head >= 0, length >= pixels
    else { return nil }
    self.init(
      native: NativeForm(
        transferSyntax: UID(words[0]), pixelDataVR: words[1] == "OB" ? .OB : .OW, pixelDataLength: pixels,
        dataSetLength: length),
      headLength: head, fileChecksum: fileChecksum)
  }

  /// What the manifest of a study says of a compressed member: the transfer syntax as received, and length and CRC-32C
  /// of the file that was.
  /// - Parameter beginning: of the member, with its file meta information; another's or a cut one gives nil.
  public static func note(inFile beginning: ByteSlice) -> String? {
    guard let header = try? Part10Header.parse(beginning), let form = Arrival(header.meta)?.original?.form else {
      return nil
    }
    return "\(form.transferSyntax.rawValue) \(form.fileLength) \(Arrival.digits(form.fileChecksum))"
  }
}

extension StoredLocation {
  /// Whether an object that stands in another file is this one, as it stands now or as it was before it was compressed.
  public func isCopy(_ object: StoredObject) -> Bool {
    guard file != object.extent.file else { return false }
    if let original, original.fileChecksum == object.extent.checksum {
      return original.fileLength == object.extent.length
    }
    return checksum == object.extent.checksum && length == object.extent.length
  }
}
