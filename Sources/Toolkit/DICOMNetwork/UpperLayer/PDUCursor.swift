// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Reads big-endian fields of a PDU, knowing where it is.
struct PDUCursor {
  private let bytes: UnsafeRawBufferPointer
  /// Position in the PDU of the first byte of `bytes`.
  private let base: Int
  private var index = 0

  init(_ bytes: UnsafeRawBufferPointer, base: Int) {
    self.bytes = bytes
    self.base = base
  }

  var offset: Int { base + index }
  var remaining: Int { bytes.count - index }
  var isAtEnd: Bool { index == bytes.count }

  private func require(_ count: Int, _ what: StaticString) throws(PDUError) {
    guard remaining >= count else {
      throw PDUError(.badLength, "\(what) needs \(count) bytes, \(remaining) are left", offset: offset)
    }
  }

  mutating func byte(_ what: StaticString) throws(PDUError) -> UInt8 {
    try require(1, what)
    defer { index += 1 }
    return bytes[index]
  }

  mutating func uint16(_ what: StaticString) throws(PDUError) -> UInt16 {
    try require(2, what)
    defer { index += 2 }
    return UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt16.self))
  }

  mutating func uint32(_ what: StaticString) throws(PDUError) -> UInt32 {
    try require(4, what)
    defer { index += 4 }
    return UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
  }

  mutating func skip(_ count: Int, _ what: StaticString) throws(PDUError) {
    try require(count, what)
    index += count
  }

  mutating func raw(_ count: Int, _ what: StaticString) throws(PDUError) -> UnsafeRawBufferPointer {
    try require(count, what)
    defer { index += count }
    return UnsafeRawBufferPointer(rebasing: bytes[index..<index + count])
  }

  mutating func array(_ count: Int, _ what: StaticString) throws(PDUError) -> [UInt8] {
    Array(try raw(count, what))
  }

  /// Text without the padding of either end: spaces are not significant, NULs are peers' mistakes.
  mutating func text(_ count: Int, _ what: StaticString) throws(PDUError) -> String {
    var field = try raw(count, what)[...]
    while let last = field.last, last == 0x20 || last == 0 { field.removeLast() }
    while let first = field.first, first == 0x20 { field.removeFirst() }
    return String(decoding: field, as: UTF8.self)
  }

  mutating func uid(_ count: Int, _ what: StaticString) throws(PDUError) -> UID { UID(try text(count, what)) }

  /// A UID behind a 16-bit length.
  mutating func countedUID(_ what: StaticString) throws(PDUError) -> UID {
    let count = Int(try uint16(what))
    return try uid(count, what)
  }

  /// A byte field behind a 16-bit length.
  mutating func countedBytes(_ what: StaticString) throws(PDUError) -> [UInt8] {
    let count = Int(try uint16(what))
    return try array(count, what)
  }

  /// The next item: type, reserved byte, 16-bit length, body (PS3.8 §9.3.1).
  mutating func item() throws(PDUError) -> (type: UInt8, body: PDUCursor) {
    let type = try byte("item type")
    try skip(1, "reserved byte")
    let count = Int(try uint16("item length"))
    let start = offset
    return (type, PDUCursor(try raw(count, "item"), base: start))
  }

  /// What is left, as it is.
  mutating func rest() -> [UInt8] {
    defer { index = bytes.count }
    return Array(bytes[index...])
  }
}
