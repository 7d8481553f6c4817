// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What stands before the data set of a DICOM file: preamble, prefix and File Meta Information (PS3.10 §7.1).
public struct Part10Header: Sendable {
  /// The 128 bytes before `DICM`; nil where the file has none.
  public let preamble: ByteSlice?
  /// Group 0002; empty where the file has none.
  public let meta: DataSet
  /// The transfer syntax that the meta information names, else the one that the data set shows.
  public let transferSyntax: TransferSyntax
  /// Offset of the first byte of the data set.
  public let dataSetOffset: Int
  public let findings: [Finding]

  /// Length of the preamble (PS3.10 §7.1).
  static let preambleLength = 128
  private static let prefix: [UInt8] = [0x44, 0x49, 0x43, 0x4D]

  /// Reads the header of a file, of which `bytes` are the beginning or all. A missing preamble, prefix or meta
  /// information is passed over where what follows is a data set.
  public static func parse(_ bytes: ByteSlice) throws(ReadError) -> Part10Header {
    var findings: [Finding] = []
    var position = 0
    var preamble: ByteSlice?
    if has(prefix, bytes, at: preambleLength) {
      preamble = bytes[0..<preambleLength]
      position = preambleLength + prefix.count
    } else {
      findings.append(Finding(.missingPreamble, offset: 0))
      if has(prefix, bytes, at: 0) { position = prefix.count }
    }
    let start = position
    let meta = readMeta(bytes, &position, &findings)
    let named = meta.uid(.transferSyntaxUID).map { TransferSyntax($0) }
    if named == nil { findings.append(Finding(.missingMetaInformation, offset: start)) }
    let detected = detect(bytes, position)
    guard preamble != nil || named != nil || !meta.isEmpty || detected != nil else {
      throw ReadError(.notDICOM, bytes.isEmpty ? "The file is empty." : "This is no DICOM file.")
    }
    return Part10Header(
      preamble: preamble, meta: meta, transferSyntax: named ?? detected ?? .implicitVRLittleEndian,
      dataSetOffset: position, findings: findings)
  }

  /// Says that a file of this length has nothing but a header.
  func checkDataSet(length: Int) throws(ReadError) {
    guard dataSetOffset >= length else { return }
    let last = meta.isEmpty ? "preamble" : "File Meta Information"
    throw ReadError(.noDataSet, "The file ends behind its \(last): it has no data set.", offset: length)
  }

  /// Reads elements of group 0002, which are explicit VR little endian (PS3.10 §7.1), up to another group. The group
  /// length is not relied on.
  private static func readMeta(
    _ bytes: ByteSlice, _ position: inout Int, _ findings: inout [Finding]
  ) -> DataSet {
    var meta = DataSet()
    var declaredEnd: Int?
    let reader = metaReader(bytes, position)
    while position < bytes.count {
      let header = bytes[position..<min(position + ElementReader.longHeaderLength, bytes.count)]
        .withUnsafeBytes { reader.header($0, offset: position, signed: false) }
      guard let header, header.tag.group == 0x0002, !header.hasUndefinedLength else { break }
      let end = min(header.valueOffset + Int(header.length), bytes.count)
      let value = bytes[min(header.valueOffset, end)..<end]
      meta.set(DataElement(tag: header.tag, vr: header.vr, value: .bytes(value), length: header.length))
      position = end
      if header.tag == .fileMetaInformationGroupLength, let length = meta.integer(header.tag) {
        declaredEnd = position &+ length  // a stranger's number; only compared
      }
    }
    if !meta.isEmpty, declaredEnd != position {
      findings.append(Finding(.wrongMetaGroupLength, offset: position))
    }
    return meta
  }

  /// Explicit VR, but for the few writers that encode group 0002 as they encode the data set.
  private static func metaReader(_ bytes: ByteSlice, _ position: Int) -> ElementReader {
    let explicit = ElementReader(isExplicitVR: true, byteOrder: .littleEndian)
    guard position < bytes.count else { return explicit }
    return bytes[position..<bytes.count].withUnsafeBytes {
      EncodingDetector.detect($0, total: $0.count) ?? explicit
    }
  }

  private static func detect(_ bytes: ByteSlice, _ position: Int) -> TransferSyntax? {
    guard position < bytes.count else { return nil }
    return bytes[position..<bytes.count].withUnsafeBytes {
      EncodingDetector.detect($0, total: $0.count).map(EncodingDetector.transferSyntax)
    }
  }

  private static func has(_ pattern: [UInt8], _ bytes: ByteSlice, at offset: Int) -> Bool {
    bytes.count >= offset + pattern.count && bytes[offset..<offset + pattern.count].array == pattern
  }
}
