// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Writes the DICOM JSON model (PS3.18 §F.2).
struct JSONModelWriter: ModelWriter {
  static let namesPrivateCreators = false

  /// Largest integer that every reader of JSON numbers keeps (RFC 8259 §6).
  private static let largestSafeInteger: UInt64 = 1 << 53

  private var text = JSONText()
  // For each open element, whether its items have begun.
  private var hasItems: [Bool] = []

  mutating func takeBytes() -> [UInt8] { text.takeBytes() }
  mutating func startDocument() { text.open("{") }
  mutating func endDocument() { text.close("}") }

  mutating func startElement(_ tag: Tag, _ vr: VR, privateCreator: String?) {
    hasItems.append(false)
    text.key(tag)
    text.open("{")
    text.key("vr")
    text.vr(vr)
  }

  mutating func endElement() {
    if hasItems.removeLast() { text.close("]") }
    text.close("}")
  }

  mutating func startItem(_ number: Int) {
    if number == 1 {
      hasItems[hasItems.count - 1] = true
      text.key("Value")
      text.open("[")
    }
    text.open("{")
  }

  mutating func endItem() { text.close("}") }

  mutating func reference(_ uri: String) {
    text.key("BulkDataURI")
    text.string(uri)
  }

  mutating func binary(_ bytes: UnsafeRawBufferPointer, isFirst: Bool, isLast: Bool) {
    if isFirst { text.key("InlineBinary") }
    text.base64(bytes, isFirst: isFirst, isLast: isLast)
  }

  mutating func values(_ value: ModelValue) {
    switch value.vr {
    case .AT: list(value.tags) { $0.hexadecimal($1) }
    case .FL: list(value.floats) { Self.write(Double($1), &$0) }
    case .FD: list(value.doubles) { Self.write($1, &$0) }
    case .SS: list(value.numbers(Int16.self)) { $0.integer($1) }
    case .US: list(value.numbers(UInt16.self)) { $0.integer($1) }
    case .SL: list(value.numbers(Int32.self)) { $0.integer($1) }
    case .UL: list(value.numbers(UInt32.self)) { $0.integer($1) }
    case .SV: list(value.numbers(Int64.self)) { Self.writeLong($1, &$0) }
    case .UV: list(value.numbers(UInt64.self)) { Self.writeLong($1, &$0) }
    default:
      let isPlain = value.bytes.withUnsafeBytes { bytes in
        guard PlainText.isPlain(bytes) else { return false }
        writePlain(bytes, value.vr)
        return true
      }
      if !isPlain { writeText(value) }
    }
  }

  private static func writeLong(_ number: some FixedWidthInteger, _ text: inout JSONText) {
    if number.magnitude <= largestSafeInteger { text.integer(number) } else { text.plain(String(number)) }
  }

  /// Text of which nothing need be decoded.
  private mutating func writePlain(_ bytes: UnsafeRawBufferPointer, _ vr: VR) {
    // Values that are all empty are no values; a name that consists of delimiters alone is empty.
    let isEmpty = bytes.allSatisfy { byte in
      byte == 0x20 || byte == 0 || (byte == 0x5C && vr.isMultiValued) || (byte == 0x3D && vr == .PN)
    }
    if isEmpty { return }
    text.key("Value")
    text.open("[")
    PlainText.forEachValue(of: bytes, vr: vr) { value in
      if value.isEmpty { return text.raw("null") }
      switch vr {
      case .DS, .IS:
        if Self.isJSONNumber(value) { return text.raw(value) }
        Self.writeNumber(String(decoding: value, as: UTF8.self), vr, &text)
      case .PN:
        if value.allSatisfy({ $0 == 0x3D }) { return text.raw("null") }
        Self.writeName(String(decoding: value, as: UTF8.self), &text)
      default: text.string(value)
      }
    }
    text.close("]")
  }

  private mutating func writeText(_ value: ModelValue) {
    let texts = value.texts
    if texts.allSatisfy(\.isEmpty) { return }
    list(texts) { text, each in
      if each.isEmpty { return text.raw("null") }
      switch value.vr {
      case .DS, .IS: Self.writeNumber(each, value.vr, &text)
      case .PN: Self.writeName(each, &text)
      default: text.string(each)
      }
    }
  }

  private mutating func list<Value>(_ values: [Value], _ write: (inout JSONText, Value) -> Void) {
    guard !values.isEmpty else { return }
    text.key("Value")
    text.open("[")
    for value in values { write(&text, value) }
    text.close("]")
  }

  /// Component groups under their names, empty ones left out (PS3.18 §F.2.2).
  private static func writeName(_ value: String, _ text: inout JSONText) {
    text.open("{")
    let groups: [StaticString] = ["Alphabetic", "Ideographic", "Phonetic"]
    for (name, group) in zip(
      groups,
      value.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false))
    where !group.isEmpty {
      text.key(name)
      text.string(group)
    }
    text.close("}")
  }

  /// NaN and infinities, which JSON numbers cannot express, become strings.
  private static func write(_ number: Double, _ text: inout JSONText) {
    if number.isFinite {
      text.raw(
        number == number.rounded() && abs(number) < 1e15 && (number != 0 || number.sign == .plus)
          ? String(Int64(number)) : "\(number)")
    } else {
      text.plain(number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity")
    }
  }

  /// DS and IS are JSON numbers where they are numbers at all, as they are written where JSON allows that.
  private static func writeNumber(_ value: String, _ vr: VR, _ text: inout JSONText) {
    if isJSONNumber(value) { return text.raw(value) }
    if vr == .IS, let integer = Int(value) { return text.raw(String(integer)) }
    let isDecimal = value.utf8.allSatisfy { "+-.0123456789eE".utf8.contains($0) }
    if isDecimal, let number = Double(value.hasSuffix(".") ? value + "0" : value), number.isFinite {
      return write(number, &text)
    }
    text.string(value)
  }

  static func isJSONNumber(_ value: String) -> Bool {
    var value = value
    return value.withUTF8 { isJSONNumber(UnsafeRawBufferPointer($0)) }
  }

  /// Whether ASCII is a number as JSON writes it (RFC 8259 §6).
  private static func isJSONNumber(_ text: UnsafeRawBufferPointer) -> Bool {
    var digits = text[...]
    if digits.first == UInt8(ascii: "-") { digits.removeFirst() }
    let whole = digits.prefix(while: isDigit)
    guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else { return false }
    digits = digits.dropFirst(whole.count)
    if digits.first == UInt8(ascii: ".") {
      let fraction = digits.dropFirst().prefix(while: isDigit)
      guard !fraction.isEmpty else { return false }
      digits = digits.dropFirst(fraction.count + 1)
    }
    guard let mark = digits.first else { return true }
    guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return false }
    digits.removeFirst()
    if digits.first == UInt8(ascii: "+") || digits.first == UInt8(ascii: "-") { digits.removeFirst() }
    return !digits.isEmpty && digits.allSatisfy(isDigit)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
