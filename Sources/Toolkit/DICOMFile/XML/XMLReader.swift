// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Reads an XML document (XML 1.0) in UTF-8, one event at a time, without recursion.
///
/// Only what cannot reach outside the text is read: a document type declaration is an error, so that there are no
/// entities but the five that XML predefines. Namespaces are not resolved; prefixes of element names are left out.
struct XMLReader {
  enum Event: Hashable {
    case start(name: String, attributes: [Attribute])
    case end(name: String)
    /// Text between tags, references resolved and line ends made into line feeds.
    case text(String)
  }

  struct Attribute: Hashable {
    let name: String
    let value: String
  }

  /// Attributes of one start tag; the models have four at most.
  static let largestAttributeCount = 64
  /// Bytes of a name.
  static let longestName = 256

  private let bytes: UnsafeBufferPointer<UInt8>
  private let depth: Int
  private var position = 0
  private var open: [String] = []
  private var endsAtOnce = false
  private var hasRoot = false

  init(_ bytes: UnsafeBufferPointer<UInt8>, depth: Int) {
    self.bytes = bytes
    self.depth = depth
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// Offset of the next byte that is not read yet.
  var offset: Int { position }

  /// The next event; nil behind the root.
  mutating func next() throws(ReadError) -> Event? {
    if endsAtOnce {
      endsAtOnce = false
      return .end(name: open.removeLast())
    }
    while position < bytes.count {
      if bytes[position] != UInt8(ascii: "<") {
        let text = try characters()
        if !open.isEmpty { return .text(text) }
        guard text.utf8.allSatisfy(Self.isSpace) else { throw failure("There is text outside the root.") }
      } else if has("<!--") {
        try skip("<!--", to: "-->", "comment")
      } else if has("<?") {
        try instruction()
      } else if has("<![CDATA[") {
        guard !open.isEmpty else { throw failure("There is text outside the root.") }
        return .text(try section())
      } else if has("<!") {
        throw failure("A document type declaration is not read.")
      } else if has("</") {
        return try endTag()
      } else {
        return try startTag()
      }
    }
    guard open.isEmpty else { throw failure("The text ends within \(open[open.count - 1]).") }
    guard hasRoot else { throw failure("There is no root.") }
    return nil
  }

  func failure(_ reason: String, code: ReadError.Code = .invalidXML) -> ReadError {
    ReadError(code, "XML: \(reason)", offset: position)
  }

  // MARK: Tags

  private mutating func startTag() throws(ReadError) -> Event {
    guard !open.isEmpty || !hasRoot else { throw failure("There is a second root.") }
    guard open.count < depth else { throw failure("Nested deeper than \(depth).", code: .limitExceeded) }
    position += 1
    let name = Self.local(try name())
    var attributes: [Attribute] = []
    while true {
      let hadSpace = skipSpace()
      if has("/>") {
        position += 2
        endsAtOnce = true
        break
      }
      if take(UInt8(ascii: ">")) { break }
      guard hadSpace else { throw failure("A space or the end of the tag is expected.") }
      guard attributes.count < Self.largestAttributeCount else {
        throw failure("More than \(Self.largestAttributeCount) attributes.", code: .limitExceeded)
      }
      let attribute = try attribute()
      guard !attributes.contains(where: { $0.name == attribute.name }) else {
        throw failure("\(attribute.name) stands twice.")
      }
      attributes.append(attribute)
    }
    hasRoot = true
    open.append(name)
    return .start(name: name, attributes: attributes)
  }

  private mutating func endTag() throws(ReadError) -> Event {
    position += 2
    let name = Self.local(try name())
    skipSpace()
    guard take(UInt8(ascii: ">")), open.last == name else { throw failure("\(name) ends where it is not open.") }
    open.removeLast()
    return .end(name: name)
  }

  private mutating func attribute() throws(ReadError) -> Attribute {
    let name = try name()
    skipSpace()
    guard take(UInt8(ascii: "=")) else { throw failure("= is expected.") }
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'") else {
      throw failure("A quotation mark is expected.")
    }
    let quote = bytes[position]
    position += 1
    var value: [UInt8] = []
    while position < bytes.count, bytes[position] != quote {
      switch bytes[position] {
      case UInt8(ascii: "<"): throw failure("< in an attribute.")
      case UInt8(ascii: "&"): try reference(&value)
      case 0x0A, 0x0D, 0x09:
        value.append(0x20)
        position += 1
      default:
        value.append(bytes[position])
        position += 1
      }
    }
    guard take(quote) else { throw failure("An attribute does not end.") }
    return Attribute(name: name, value: String(decoding: value, as: UTF8.self))
  }

  private mutating func name() throws(ReadError) -> String {
    let start = position
    while position < bytes.count, Self.isNameByte(bytes[position]) { position += 1 }
    guard position > start, position - start <= Self.longestName, !(0x2D...0x39).contains(bytes[start]) else {
      throw failure("A name is expected.")
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private static func local(_ name: String) -> String {
    name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
  }

  // MARK: Text

  /// Up to the next tag.
  private mutating func characters() throws(ReadError) -> String {
    var text: [UInt8] = []
    while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
      let start = position
      while position < bytes.count, !Self.isSpecial(bytes[position]) { position += 1 }
      text.append(contentsOf: bytes[start..<position])
      guard position < bytes.count else { break }
      switch bytes[position] {
      case UInt8(ascii: "&"): try reference(&text)
      case 0x0D: lineEnd(&text)
      case 0..<0x20: throw failure("A control character.")
      default: break
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Bytes that end a run of plain text.
  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&") || (byte < 0x20 && byte != 0x0A && byte != 0x09)
  }

  /// A carriage return, with or without a line feed behind it, is a line feed (XML 1.0 §2.11).
  private mutating func lineEnd(_ text: inout [UInt8]) {
    position += 1
    if position >= bytes.count || bytes[position] != 0x0A { text.append(0x0A) }
  }

  private mutating func section() throws(ReadError) -> String {
    position += "<![CDATA[".utf8.count
    var text: [UInt8] = []
    while position < bytes.count, !has("]]>") {
      if bytes[position] == 0x0D {
        lineEnd(&text)
      } else {
        text.append(bytes[position])
        position += 1
      }
    }
    guard has("]]>") else { throw failure("A CDATA section does not end.") }
    position += 3
    return String(decoding: text, as: UTF8.self)
  }

  /// A character reference or a predefined entity (XML 1.0 §4.1, §4.6).
  private mutating func reference(_ text: inout [UInt8]) throws(ReadError) {
    position += 1
    let start = position
    let longest = 10
    while position < bytes.count, position - start <= longest, bytes[position] != UInt8(ascii: ";") { position += 1 }
    guard position < bytes.count, bytes[position] == UInt8(ascii: ";") else {
      throw failure("A reference without end.")
    }
    let name = String(decoding: bytes[start..<position], as: UTF8.self)
    switch name {
    case "lt": text.append(UInt8(ascii: "<"))
    case "gt": text.append(UInt8(ascii: ">"))
    case "amp": text.append(UInt8(ascii: "&"))
    case "quot": text.append(UInt8(ascii: "\""))
    case "apos": text.append(UInt8(ascii: "'"))
    default:
      guard name.hasPrefix("#"), let scalar = Self.scalar(name.dropFirst()) else {
        throw failure("\(name) is no entity that XML predefines.")
      }
      text.append(contentsOf: String(scalar).utf8)
    }
    position += 1
  }

  private static func scalar(_ digits: Substring) -> Unicode.Scalar? {
    let isHexadecimal = digits.hasPrefix("x")
    let digits = isHexadecimal ? digits.dropFirst() : digits
    guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
      let code = UInt32(digits, radix: isHexadecimal ? 16 : 10), let scalar = Unicode.Scalar(code),
      code >= 0x20 || code == 0x09 || code == 0x0A || code == 0x0D
    else { return nil }
    return scalar
  }

  // MARK: Other markup

  /// A processing instruction, or the XML declaration, whose encoding must be UTF-8 (XML 1.0 §2.8).
  private mutating func instruction() throws(ReadError) {
    let start = position
    try skip("<?", to: "?>", "processing instruction")
    let text = String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
    guard text.hasPrefix("<?xml "), let range = text.firstRange(of: "encoding") else { return }
    let value = text[range.upperBound...].drop { $0 == " " || $0 == "=" || $0 == "\"" || $0 == "'" }
    guard value.hasPrefix("utf-8") || value.hasPrefix("us-ascii") || value.hasPrefix("ascii") else {
      throw failure("The encoding is not UTF-8.")
    }
  }

  private mutating func skip(_ start: StaticString, to end: StaticString, _ what: String) throws(ReadError) {
    position += start.utf8CodeUnitCount
    while position < bytes.count, !has(end) { position += 1 }
    guard has(end) else { throw failure("A \(what) does not end.") }
    position += end.utf8CodeUnitCount
  }

  private func has(_ text: StaticString) -> Bool {
    guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
    for index in 0..<text.utf8CodeUnitCount where bytes[position + index] != text.utf8Start[index] { return false }
    return true
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  @discardableResult
  private mutating func skipSpace() -> Bool {
    let start = position
    while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    return position > start
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  /// Letters, digits, `-`, `.`, `_`, `:` and all of what is not ASCII.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x3A, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x80...0xFF: true
    default: false
    }
  }
}
