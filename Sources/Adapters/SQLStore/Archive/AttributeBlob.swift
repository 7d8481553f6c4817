// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import SQLInterface

/// Attributes of one level as a column: each element as tag, VR, two zero bytes, 32-bit length and value, little
/// endian: explicit VR in its long form for every VR (PS3.5 §7.1.2). A sequence's length is that of its items, an
/// item's is written before it. Nothing is repaired and no dictionary is asked, so that decoding costs little more
/// than copying.
enum AttributeBlob {
  private static let headerLength = 12
  /// No index row nests deeper; a damaged one must not exhaust the stack.
  private static let depthLimit = 64

  static func encode(_ elements: [DataElement], byteOrder: ByteOrder) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(elements.reduce(0) { $0 + headerLength + ($1.bytes?.count ?? 256) })
    append(elements, byteOrder, &bytes)
    return bytes
  }

  private static func append(_ elements: [DataElement], _ byteOrder: ByteOrder, _ bytes: inout [UInt8]) {
    for element in elements {
      append(element.tag.rawValue, &bytes)
      append(UInt32(element.vr.rawValue), &bytes)
      switch element.value {
      case .bytes(let value):
        append(UInt32(value.count), &bytes)
        let start = bytes.count
        value.withUnsafeBytes { bytes.append(contentsOf: $0) }
        if byteOrder == .bigEndian { swap(&bytes, from: start, unit: element.vr.unitSize) }
      case .items(let items):
        let start = bytes.count
        append(0, &bytes)
        for item in items {
          let itemStart = bytes.count
          append(0, &bytes)
          append(item.elements, item.byteOrder, &bytes)
          setLength(at: itemStart, &bytes)
        }
        setLength(at: start, &bytes)
      case .fragments:
        append(0, &bytes)
      }
    }
  }

  private static func append(_ number: UInt32, _ bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private static func setLength(at start: Int, _ bytes: inout [UInt8]) {
    let length = UInt32(bytes.count - start - 4)
    bytes.withUnsafeMutableBytes { $0.storeBytes(of: length.littleEndian, toByteOffset: start, as: UInt32.self) }
  }

  private static func swap(_ bytes: inout [UInt8], from start: Int, unit: Int) {
    guard unit > 1 else { return }
    for position in stride(from: start, to: bytes.count - unit + 1, by: unit) {
      bytes[position..<position + unit].reverse()
    }
  }

  /// The elements; their values are views of one copy of the bytes.
  static func decode(_ bytes: UnsafeRawBufferPointer) throws(SQLError) -> [DataElement] {
    if bytes.isEmpty { return [] }
    return try decode(ByteSlice(copying: bytes), depth: 0)
  }

  private static func decode(_ bytes: ByteSlice, depth: Int) throws(SQLError) -> [DataElement] {
    guard depth < depthLimit else { throw damaged }
    var elements: [DataElement] = []
    elements.reserveCapacity(bytes.count / 24)
    var position = 0
    while position < bytes.count {
      guard position + headerLength <= bytes.count else { throw damaged }
      let tag = Tag(rawValue: number(bytes, position))
      let rawVR = number(bytes, position + 4)
      let length = Int(number(bytes, position + 8))
      let start = position + headerLength
      guard let vr = VR(rawValue: UInt16(truncatingIfNeeded: rawVR)), start + length <= bytes.count else {
        throw damaged
      }
      let value = bytes[start..<start + length]
      if vr == .SQ {
        elements.append(DataElement(tag: tag, vr: vr, value: .items(try items(value, depth: depth))))
      } else {
        elements.append(DataElement(tag: tag, vr: vr, value: .bytes(value)))
      }
      position = start + length
    }
    return elements
  }

  private static func items(_ bytes: ByteSlice, depth: Int) throws(SQLError) -> [DataSet] {
    var items: [DataSet] = []
    var position = 0
    while position < bytes.count {
      guard position + 4 <= bytes.count else { throw damaged }
      let length = Int(number(bytes, position))
      let start = position + 4
      guard start + length <= bytes.count else { throw damaged }
      var item = DataSet(inheritedCharacterSet: .utf8)
      for element in try decode(bytes[start..<start + length], depth: depth + 1) { item.set(element) }
      items.append(item)
      position = start + length
    }
    return items
  }

  private static func number(_ bytes: ByteSlice, _ position: Int) -> UInt32 {
    bytes.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt32.self)) }
  }

  private static var damaged: SQLError { SQLError(.corrupt, reason: "the attributes of a row are damaged") }
}
