// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Writes big-endian fields of a PDU.
struct PDUWriter {
  private(set) var bytes: [UInt8] = []

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func uint16(_ value: UInt16) {
    bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    bytes.append(UInt8(truncatingIfNeeded: value))
  }

  mutating func uint32(_ value: UInt32) {
    uint16(UInt16(truncatingIfNeeded: value >> 16))
    uint16(UInt16(truncatingIfNeeded: value))
  }

  mutating func array(_ value: [UInt8]) { bytes += value }
  mutating func slice(_ value: ByteSlice) { value.withUnsafeBytes { bytes.append(contentsOf: $0) } }
  mutating func text(_ value: String) { bytes += value.utf8 }
  mutating func zeros(_ count: Int) { bytes += repeatElement(0, count: count) }

  /// An AE title: 16 bytes, padded with spaces (PS3.5 §6.2).
  mutating func aeTitle(_ value: String) throws(PDUError) {
    let title = Array(value.utf8)
    guard title.count <= 16 else {
      throw PDUError(.notEncodable, "AE title '\(value)' is longer than 16 bytes", offset: bytes.count)
    }
    bytes += title
    bytes += repeatElement(0x20, count: 16 - title.count)
  }

  /// A byte field behind its 16-bit length.
  mutating func counted(_ value: some Collection<UInt8>) throws(PDUError) {
    guard let count = UInt16(exactly: value.count) else {
      throw PDUError(.notEncodable, "field of \(value.count) bytes, at most 65535", offset: bytes.count)
    }
    uint16(count)
    bytes += value
  }

  mutating func counted(_ uid: UID) throws(PDUError) { try counted(uid.rawValue.utf8) }

  /// An item: type, reserved byte, 16-bit length, body.
  mutating func item(_ type: UInt8, _ body: (inout PDUWriter) throws(PDUError) -> Void) throws(PDUError) {
    byte(type)
    byte(0)
    uint16(0)
    let start = bytes.count
    try body(&self)
    guard let count = UInt16(exactly: bytes.count - start) else {
      throw PDUError(.notEncodable, "item of \(bytes.count - start) bytes, at most 65535", offset: start)
    }
    bytes[start - 2] = UInt8(truncatingIfNeeded: count >> 8)
    bytes[start - 1] = UInt8(truncatingIfNeeded: count)
  }

  mutating func item(_ type: UInt8, _ uid: UID) throws(PDUError) {
    try item(type) { writer throws(PDUError) in writer.text(uid.rawValue) }
  }

  mutating func item(_ raw: RawItem) throws(PDUError) {
    try item(raw.type) { writer throws(PDUError) in writer.array(raw.bytes) }
  }

  /// The PDU header before what has been written.
  func pdu(_ kind: PDU.Kind) -> [UInt8] {
    var writer = PDUWriter()
    writer.bytes.reserveCapacity(bytes.count + PDUHeader.byteCount)
    writer.byte(kind.rawValue)
    writer.byte(0)
    writer.uint32(UInt32(bytes.count))
    writer.bytes += bytes
    return writer.bytes
  }
}
