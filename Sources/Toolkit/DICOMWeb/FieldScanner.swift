// SPDX-License-Identifier: Apache-2.0

/// Reads the values of header fields (RFC 9110 §5.6).
struct FieldScanner {
  /// Parameters of one media type, and media ranges of one list, that are looked at.
  static let maximumCount = 64

  private let bytes: [UInt8]
  private var position = 0

  init(_ text: some StringProtocol) {
    bytes = Array(text.utf8)
    skipSpaces()
  }

  var isAtEnd: Bool { position == bytes.count }

  /// Takes this character, if it is next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    skipSpaces()
    return true
  }

  mutating func mediaType() throws(WebError) -> MediaType {
    let type = try token().lowercased()
    guard take("/") else { throw malformed("A media type is written type/subtype.") }
    // Some clients leave the subtype of a range out.
    let subtype = isAtEnd || !Self.isToken(bytes[position]) ? "*" : try token().lowercased()
    var media = MediaType(type, subtype)
    while take(";") {
      if isAtEnd || bytes[position] == UInt8(ascii: ";") || bytes[position] == UInt8(ascii: ",") { continue }
      guard media.parameters.count < Self.maximumCount else { throw malformed("There are too many parameters.") }
      let name = try token().lowercased()
      guard take("=") else { throw malformed("The parameter \(name) has no value.") }
      media.parameters.append(.init(name, try value()))
    }
    skipSpaces()
    return media
  }

  func malformed(_ reason: String) -> WebError { WebError(.malformed, reason, at: "position \(position)") }

  /// tchar (RFC 9110 §5.6.2); in values also what clients write there unquoted.
  static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  private mutating func token() throws(WebError) -> String {
    let start = position
    while position < bytes.count, Self.isToken(bytes[position]) { position += 1 }
    guard position > start else { throw malformed("A name is missing.") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func value() throws(WebError) -> String {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
      let start = position
      while position < bytes.count, Self.isToken(bytes[position]) || "/:=?@()".utf8.contains(bytes[position]) {
        position += 1
      }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    var value: [UInt8] = []
    position += 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
      value.append(bytes[position])
      position += 1
    }
    guard position < bytes.count else { throw malformed("A quoted value does not end.") }
    position += 1
    skipSpaces()
    return String(decoding: value, as: UTF8.self)
  }

  private mutating func skipSpaces() {
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
  }
}
