// SPDX-License-Identifier: Apache-2.0

/// Where each value of a JSON text (RFC 8259) stands, found in one pass. Valid while the bytes are.
final class JSONTape {
  /// Nesting of arrays and objects.
  static let depth = 512

  enum Kind: UInt8 { case null, yes, no, number, string, escapedString, array, object }

  struct Value {
    var kind: Kind
    /// Of a string what stands between its quotes.
    var start: Int32
    var end: Int32
    /// The value behind this one and all in it. Names of members are values before theirs.
    var next: Int32 = 0
  }

  private let bytes: UnsafeRawBufferPointer
  private(set) var values: [Value] = []
  private var position = 0

  /// - Throws: `DecodingError` where the text is no JSON, or nested too deep.
  init(_ bytes: UnsafeRawBufferPointer) throws {
    self.bytes = bytes
    guard bytes.count < Int(Int32.max) else { throw malformed("it is too long") }
    values.reserveCapacity(bytes.count / 8 + 4)
    try read(0)
    skipSpace()
    guard position == bytes.count else { throw malformed("text behind the value") }
  }

  func malformed(_ reason: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: [], debugDescription: "Malformed JSON at byte \(position): \(reason)."))
  }

  // MARK: Reading

  private var peek: UInt8 { position < bytes.count ? bytes[position] : 0 }

  private func skipSpace() {
    while peek == 0x20 || peek == 0x0A || peek == 0x0D || peek == 0x09 { position += 1 }
  }

  private func read(_ depth: Int) throws {
    guard depth < Self.depth else { throw malformed("it is nested too deep") }
    skipSpace()
    switch peek {
    case UInt8(ascii: "\""): try readString()
    case UInt8(ascii: "{"): try readContainer(.object, UInt8(ascii: "}"), depth)
    case UInt8(ascii: "["): try readContainer(.array, UInt8(ascii: "]"), depth)
    case UInt8(ascii: "t"): try readWord("true", .yes)
    case UInt8(ascii: "f"): try readWord("false", .no)
    case UInt8(ascii: "n"): try readWord("null", .null)
    default: try readNumber()
    }
  }

  private func add(_ kind: Kind, _ start: Int, _ end: Int) {
    values.append(Value(kind: kind, start: Int32(start), end: Int32(end), next: Int32(values.count + 1)))
  }

  private func readContainer(_ kind: Kind, _ closing: UInt8, _ depth: Int) throws {
    let place = values.count
    add(kind, position, position)
    position += 1
    skipSpace()
    if peek == closing {
      position += 1
      return
    }
    while true {
      if kind == .object {
        skipSpace()
        guard peek == UInt8(ascii: "\"") else { throw malformed("a name is missing") }
        try readString()
        skipSpace()
        guard peek == UInt8(ascii: ":") else { throw malformed("a colon is missing") }
        position += 1
      }
      try read(depth + 1)
      skipSpace()
      let mark = peek
      position += 1
      if mark == closing { break }
      guard mark == UInt8(ascii: ",") else { throw malformed("a container does not end") }
    }
    values[place].next = Int32(values.count)
  }

  private func readString() throws {
    position += 1
    let start = position
    var kind = Kind.string
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        add(kind, start, position)
        position += 1
        return
      case UInt8(ascii: "\\"):
        kind = .escapedString
        position += 2
      default: position += 1
      }
    }
    throw malformed("a string does not end")
  }

  private func readWord(_ word: StaticString, _ kind: Kind) throws {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count,
      bytes[position..<end].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    else { throw malformed("no value") }
    add(kind, position, end)
    position = end
  }

  private func readNumber() throws {
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
        UInt8(ascii: "e"), UInt8(ascii: "E"):
        position += 1
        continue
      default: break
      }
      break
    }
    guard position > start else { throw malformed("no value") }
    add(.number, start, position)
  }

  // MARK: Values

  private func text(of value: Value) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[Int(value.start)..<Int(value.end)])
  }

  /// Nil where it is no string.
  func string(_ place: Int) throws -> String? {
    let value = values[place]
    switch value.kind {
    case .string: return String(decoding: text(of: value), as: UTF8.self)
    case .escapedString:
      let quote = [UInt8(ascii: "\"")]
      do {
        guard case .string(let string) = try JSONReader.read(quote + text(of: value) + quote) else { return nil }
        return string
      } catch { throw malformed(error.reason) }
    default: return nil
    }
  }

  /// Nil where it is no whole number of this type.
  func integer<Number: FixedWidthInteger>(_ place: Int) -> Number? {
    let value = values[place]
    guard value.kind == .number else { return nil }
    let digits = text(of: value)
    let sign = digits[0] == UInt8(ascii: "-") ? 1 : 0
    if digits.count <= 18, digits.count > sign {
      var (magnitude, isWhole): (Int64, Bool) = (0, true)
      for byte in digits[sign...] {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
          isWhole = false
          break
        }
        magnitude = magnitude * 10 + Int64(byte - UInt8(ascii: "0"))
      }
      if isWhole { return Number(exactly: sign == 1 ? -magnitude : magnitude) }
    }
    let written = String(decoding: digits, as: UTF8.self)
    return Number(written) ?? Double(written).flatMap { Number(exactly: $0) }
  }

  /// Nil where it is no number.
  func double(_ place: Int) -> Double? {
    values[place].kind == .number ? Double(String(decoding: text(of: values[place]), as: UTF8.self)) : nil
  }

  // MARK: Members

  /// The value of a member; nil where the object has none of this name.
  func member(_ name: String, of place: Int) throws -> Int? {
    var name = name
    return try name.withUTF8 { wanted in
      var member = place + 1
      let end = Int(values[place].next)
      while member < end {
        let found = values[member]
        let isWanted =
          found.kind == .string
          ? Int(found.end - found.start) == wanted.count && text(of: found).elementsEqual(wanted)
          : try string(member)?.utf8.elementsEqual(wanted) == true
        if isWanted { return member + 1 }
        member = Int(values[member + 1].next)
      }
      return nil
    }
  }

  /// Names of an object's members.
  func names(of place: Int) throws -> [String] {
    var names: [String] = []
    var member = place + 1
    while member < Int(values[place].next) {
      names.append(try string(member) ?? "")
      member = Int(values[member + 1].next)
    }
    return names
  }
}
