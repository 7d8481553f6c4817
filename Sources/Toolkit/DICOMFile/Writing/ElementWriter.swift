// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Appends elements in one encoding (PS3.5 §7.1.2, §7.1.3).
struct ElementWriter {
  var bytes: [UInt8] = []
  /// Values that are not copied into `bytes`: where they belong in it, in ascending order.
  private(set) var insertions: [EncodedDataSet.Insertion] = []
  /// Bytes of all of these.
  private var inserted = 0
  /// Values of this length and more are not copied; nil copies all.
  private let insertionLength: Int?
  private let isExplicitVR: Bool
  private let byteOrder: ByteOrder

  /// Longest value that a 16-bit length can hold.
  private static let longestShortValue = 0xFFFE

  init(_ encoding: ElementReader, insertionLength: Int? = nil) {
    isExplicitVR = encoding.isExplicitVR
    byteOrder = encoding.byteOrder
    self.insertionLength = insertionLength
  }

  /// Goes on in another encoding.
  init(_ encoding: ElementReader, behind writer: ElementWriter) {
    self.init(encoding, insertionLength: writer.insertionLength)
    bytes = writer.bytes
    insertions = writer.insertions
    inserted = writer.inserted
  }

  /// Bytes that have been written.
  var count: Int { bytes.count + inserted }

  /// The value is written as UN, in implicit VR little endian where it is a sequence (PS3.5 §6.2.2).
  func isUN(_ element: DataElement) -> Bool {
    element.vr == .UN || (element.isEncodedAsUN && isExplicitVR && byteOrder == .littleEndian)
  }

  mutating func header(_ tag: Tag, _ vr: VR, length: UInt32) {
    append(tag.group)
    append(tag.element)
    guard isExplicitVR, tag.group != 0xFFFE else {
      append(length)
      return
    }
    bytes.append(UInt8(vr.rawValue >> 8))
    bytes.append(UInt8(vr.rawValue & 0xFF))
    if vr.hasLongHeader {
      append(UInt16(0))
      append(length)
    } else {
      append(UInt16(clamping: length))
    }
  }

  /// Appends an element with a value of its own, padded to even length (PS3.5 §7.1.1). Text too long for a 16-bit
  /// length becomes UN (PS3.5 §6.2.2 note).
  mutating func write(_ element: DataElement, from order: ByteOrder) {
    guard let value = element.bytes else { return }
    let padding = value.count % 2
    var vr = isUN(element) ? .UN : element.vr
    if isExplicitVR, !vr.hasLongHeader, value.count > Self.longestShortValue { vr = .UN }
    header(element.tag, vr, length: UInt32(clamping: value.count + padding))
    append(value, unit: order == byteOrder ? 1 : element.vr.unitSize)
    if padding == 1 { bytes.append(element.vr.isText && element.vr != .UI ? 0x20 : 0) }
  }

  /// Appends a fragment, padded with zero (PS3.5 §A.4).
  mutating func write(fragment: ByteSlice) {
    let padding = fragment.count % 2
    header(.item, .UN, length: UInt32(clamping: fragment.count + padding))
    append(fragment, unit: 1)
    if padding == 1 { bytes.append(0) }
  }

  /// A 32-bit length that was just written, to be overwritten when what it counts is known.
  struct LengthField {
    /// Where it stands in `bytes`.
    let offset: Int
    /// Bytes that were written up to its end.
    let end: Int
  }

  var lengthField: LengthField { LengthField(offset: bytes.count - 4, end: count) }

  /// Overwrites a length with the number of bytes behind it; false where 32 bits cannot say it.
  mutating func patch(_ field: LengthField) -> Bool {
    guard count - field.end < Int(DataElement.undefinedLength) else { return false }
    patch(UInt32(count - field.end), at: field.offset)
    return true
  }

  private mutating func patch(_ length: UInt32, at offset: Int) {
    let ordered = byteOrder == .littleEndian ? length.littleEndian : length.bigEndian
    bytes.withUnsafeMutableBytes { $0.storeBytes(of: ordered, toByteOffset: offset, as: UInt32.self) }
  }

  private mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    let ordered = byteOrder == .littleEndian ? number.littleEndian : number.bigEndian
    withUnsafeBytes(of: ordered) { bytes.append(contentsOf: $0) }
  }

  /// Appends a value whose numbers of `unit` bytes change their byte order.
  private mutating func append(_ value: ByteSlice, unit: Int) {
    if unit == 1, let insertionLength, value.count >= insertionLength {
      insertions.append(EncodedDataSet.Insertion(offset: bytes.count, value: value))
      inserted += value.count
      return
    }
    let start = bytes.count
    value.withUnsafeBytes { bytes.append(contentsOf: $0) }
    guard unit > 1 else { return }
    bytes.withUnsafeMutableBytes { all in
      let part = UnsafeMutableRawBufferPointer(rebasing: all[start...])
      switch unit {
      case 2: Self.swap(part, UInt16.self)
      case 4: Self.swap(part, UInt32.self)
      default: Self.swap(part, UInt64.self)
      }
    }
  }

  private static func swap<Number: FixedWidthInteger>(_ bytes: UnsafeMutableRawBufferPointer, _: Number.Type) {
    let size = MemoryLayout<Number>.size
    var offset = 0
    while offset + size <= bytes.count {
      let number = bytes.loadUnaligned(fromByteOffset: offset, as: Number.self)
      bytes.storeBytes(of: number.byteSwapped, toByteOffset: offset, as: Number.self)
      offset += size
    }
  }
}
