// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// What a data set with native pixel data was before `ReversibleCompression`: all that its compressed form does not
/// tell.
public struct NativeForm: Hashable, Sendable {
  /// Explicit or implicit VR little endian.
  public var transferSyntax: UID
  /// VR of Pixel Data, OB or OW; OW where none is written.
  public var pixelDataVR: VR
  /// Bytes of the value of Pixel Data, padding included.
  public var pixelDataLength: Int
  /// Bytes of the data set.
  public var dataSetLength: Int

  public init(transferSyntax: UID, pixelDataVR: VR, pixelDataLength: Int, dataSetLength: Int) {
    self.transferSyntax = transferSyntax
    self.pixelDataVR = pixelDataVR
    self.pixelDataLength = pixelDataLength
    self.dataSetLength = dataSetLength
  }

  var isExplicit: Bool { transferSyntax == TransferSyntax.explicitVRLittleEndian.uid }

  /// The header of Pixel Data (PS3.5 §7.1).
  var pixelDataHeader: [UInt8] {
    let length = (0..<4).map { UInt8(truncatingIfNeeded: pixelDataLength >> (8 * $0)) }
    let vr: [UInt8] = isExplicit ? Array((pixelDataVR == .OB ? "OB" : "OW").utf8) + [0, 0] : []
    return [0xE0, 0x7F, 0x10, 0x00] + vr + length
  }

  /// Reads the header of Pixel Data; nil where none of native pixel data stands there.
  /// - Returns: the form, and where the value begins.
  static func read(
    _ dataSet: ByteSlice, at offset: Int, _ transferSyntax: TransferSyntax
  ) -> (form: NativeForm, value: Int)? {
    let isExplicit = transferSyntax == .explicitVRLittleEndian
    let header = isExplicit ? 12 : 8
    guard offset >= 0, offset <= dataSet.count - header else { return nil }
    let bytes = dataSet[offset..<offset + header].array
    guard Array(bytes.prefix(4)) == [0xE0, 0x7F, 0x10, 0x00] else { return nil }
    let vr: VR
    switch isExplicit ? Array(bytes[4..<6]) : Array("OW".utf8) {
    case Array("OW".utf8): vr = .OW
    case Array("OB".utf8): vr = .OB
    default: return nil
    }
    let length = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= dataSet.count - offset - header else { return nil }
    let form = NativeForm(
      transferSyntax: transferSyntax.uid, pixelDataVR: vr, pixelDataLength: length, dataSetLength: dataSet.count)
    // Two bytes of an explicit header are reserved.
    guard form.pixelDataHeader == bytes else { return nil }
    return (form, offset + header)
  }
}
