// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// JSON text under construction (RFC 8259).
package struct JSONText {
  package private(set) var bytes: [UInt8] = []
  // A comma is due before the next name or value.
  private var needsComma = false

  package init() {}

  /// What was written since the last call.
  mutating func takeBytes() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  package mutating func open(_ bracket: Unicode.Scalar) {
    separate()
    bytes.append(UInt8(ascii: bracket))
    needsComma = false
  }

  package mutating func close(_ bracket: Unicode.Scalar) {
    bytes.append(UInt8(ascii: bracket))
    needsComma = true
  }

  package mutating func name(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A name in which nothing needs an escape.
  mutating func key(_ name: StaticString) {
    quoted(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A tag as a name: eight hexadecimal digits.
  mutating func key(_ tag: Tag) {
    hexadecimal(tag)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A tag as a string: eight hexadecimal digits.
  mutating func hexadecimal(_ tag: Tag) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 8) { digits in
      var rest = tag.rawValue
      for place in (0..<8).reversed() {
        let digit = UInt8(rest & 15)
        digits[place] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "A") - 10)
        rest >>= 4
      }
      quoted(UnsafeRawBufferPointer(digits))
    }
  }

  /// The two letters of a value representation as a string.
  mutating func vr(_ vr: VR) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(vr.rawValue >> 8))
    bytes.append(UInt8(vr.rawValue & 0xFF))
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  private mutating func quoted(_ text: UnsafeRawBufferPointer) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: text)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// A number, a literal or anything else that is JSON already.
  package mutating func raw(_ text: some StringProtocol) {
    separate()
    bytes.append(contentsOf: text.utf8)
    needsComma = true
  }

  /// A whole number.
  package mutating func integer(_ number: some FixedWidthInteger) {
    separate()
    needsComma = true
    var rest = UInt64(number.magnitude)
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var first = 20
      repeat {
        first -= 1
        digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      bytes.append(contentsOf: digits[first...])
    }
  }

  /// ASCII that is JSON already.
  mutating func raw(_ text: UnsafeRawBufferPointer) {
    separate()
    bytes.append(contentsOf: text)
    needsComma = true
  }

  /// A string of ASCII or UTF-8.
  mutating func string(_ text: UnsafeRawBufferPointer) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    appendEscaped(text)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// A string in which nothing needs an escape.
  mutating func plain(_ text: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: text.utf8)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  package mutating func string(_ text: some StringProtocol) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    var text = String(text)
    text.withUTF8 { appendEscaped(UnsafeRawBufferPointer($0)) }
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// Bytes as a string of base64 (RFC 4648 §4), in parts of which all but the last have a multiple of three bytes.
  package mutating func base64(_ data: UnsafeRawBufferPointer, isFirst: Bool = true, isLast: Bool = true) {
    if isFirst {
      separate()
      bytes.append(UInt8(ascii: "\""))
    }
    Base64.encode(data, into: &bytes)
    if isLast { bytes.append(UInt8(ascii: "\"")) }
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  /// Runs without special characters are copied whole.
  private mutating func appendEscaped(_ text: UnsafeRawBufferPointer) {
    var start = 0
    for index in text.indices {
      let byte = text[index]
      if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { continue }
      bytes.append(contentsOf: text[start..<index])
      start = index + 1
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      default: bytes.append(contentsOf: ((byte < 0x10 ? "\\u000" : "\\u00") + String(byte, radix: 16)).utf8)
      }
    }
    bytes.append(contentsOf: text[start...])
  }
}
