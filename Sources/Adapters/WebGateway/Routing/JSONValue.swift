// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// A value of JSON (RFC 8259). Objects keep the order in which they were written.
enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }
  init(_ value: Int64?) { self = value.map { .integer($0) } ?? .null }
  init(_ value: Double?) { self = value.map { .number($0) } ?? .null }
  init(_ value: String?) { self = value.map { .string($0) } ?? .null }
  init(_ values: [String]?) { self = values.map { .array($0.map { .string($0) }) } ?? .null }
  init(_ values: [Double]?) { self = values.map { .array($0.map { .number($0) }) } ?? .null }

  /// Appends the text.
  func write(to buffer: inout ByteBuffer) {
    switch self {
    case .null: buffer.writeStaticString("null")
    case .bool(let value): buffer.writeString(value ? "true" : "false")
    case .integer(let value): buffer.writeString(String(value))
    case .number(let value): Self.write(value, to: &buffer)
    case .string(let text): Self.write(text, to: &buffer)
    case .array(let values):
      buffer.writeInteger(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
        value.write(to: &buffer)
      }
      buffer.writeInteger(UInt8(ascii: "]"))
    case .object(let members):
      buffer.writeInteger(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
        Self.write(member.0, to: &buffer)
        buffer.writeInteger(UInt8(ascii: ":"))
        member.1.write(to: &buffer)
      }
      buffer.writeInteger(UInt8(ascii: "}"))
    }
  }

  /// The whole text.
  var buffer: ByteBuffer {
    var buffer = ByteBuffer()
    write(to: &buffer)
    return buffer
  }

  private static func write(_ number: Double, to buffer: inout ByteBuffer) {
    if let whole = Int64(exactly: number) {
      buffer.writeString(String(whole))
    } else {
      buffer.writeString(number.isFinite ? String(number) : "null")
    }
  }

  private static func write(_ text: String, to buffer: inout ByteBuffer) {
    let digits = Array("0123456789abcdef".utf8)
    buffer.writeInteger(UInt8(ascii: "\""))
    let needsEscape = text.utf8.contains { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
    if !needsEscape {
      buffer.writeString(text)
    } else {
      var bytes: [UInt8] = []
      for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case 0x0A: bytes += Array("\\n".utf8)
        case 0..<0x20: bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        default: bytes.append(byte)
        }
      }
      buffer.writeBytes(bytes)
    }
    buffer.writeInteger(UInt8(ascii: "\""))
  }
}
