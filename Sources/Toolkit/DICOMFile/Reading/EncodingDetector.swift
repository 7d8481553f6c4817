// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Tells the encoding of a data set from its first element.
enum EncodingDetector {
  /// Groups that a data set begins with: the first group is 0008 nearly always, private and command groups happen.
  private static let firstGroups: ClosedRange<UInt16> = 0x0001...0x00FF

  /// The encoding that the first element has; nil where the bytes look like no element.
  /// - Parameter total: number of bytes of the data set where that is known.
  static func detect(_ bytes: UnsafeRawBufferPointer, total: Int?) -> ElementReader? {
    guard bytes.count >= ElementReader.shortHeaderLength, let base = bytes.baseAddress else { return nil }
    let letters = UInt16(bigEndian: base.loadUnaligned(fromByteOffset: 4, as: UInt16.self))
    let hasVR = VR(rawValue: letters) != nil
    for order in [ByteOrder.littleEndian, .bigEndian] {
      let explicit = ElementReader(isExplicitVR: true, byteOrder: order)
      if hasVR, firstGroups.contains(explicit.tag(base).group) { return explicit }
    }
    for order in [ByteOrder.littleEndian, .bigEndian] {
      let implicit = ElementReader(isExplicitVR: false, byteOrder: order)
      guard let header = implicit.header(bytes, offset: 0, signed: false) else { continue }
      guard firstGroups.contains(header.tag.group), header.tag.isPrivate || header.vr != .UN else { continue }
      if header.hasUndefinedLength ? header.vr == .SQ : Int(header.length) <= (total ?? 0xFFFF) { return implicit }
    }
    return nil
  }

  /// The encoding to read with: the one declared, unless the first element plainly has another one.
  static func choose(_ declared: ElementReader, _ bytes: UnsafeRawBufferPointer, total: Int?) -> ElementReader {
    if isKnown(declared, bytes) { return declared }
    guard let found = detect(bytes, total: total) else { return declared }
    return found
  }

  /// Whether the first element is one of the standard's with its own VR, whatever its group: those of a film session
  /// (2000) are in the other byte order those of an image (0020).
  private static func isKnown(_ reader: ElementReader, _ bytes: UnsafeRawBufferPointer) -> Bool {
    guard reader.isExplicitVR, bytes.count >= ElementReader.shortHeaderLength, let base = bytes.baseAddress else {
      return false
    }
    let letters = UInt16(bigEndian: base.loadUnaligned(fromByteOffset: 4, as: UInt16.self))
    guard let vr = VR(rawValue: letters) else { return false }
    return DataDictionary.entry(for: reader.tag(base))?.vrs.contains(vr) ?? false
  }

  /// The native transfer syntax of an encoding. Implicit VR big endian has none.
  static func transferSyntax(_ reader: ElementReader) -> TransferSyntax {
    if !reader.isExplicitVR { return .implicitVRLittleEndian }
    return reader.byteOrder == .bigEndian ? .explicitVRBigEndian : .explicitVRLittleEndian
  }
}
