// SPDX-License-Identifier: Apache-2.0

/// Reads JSON (RFC 8259) in UTF-8, without recursion. `NaN`, `Infinity` and `-Infinity`, which some writers emit for
/// numbers, are taken as strings.
package struct JSONReader {
  /// Nesting of arrays and objects; a DICOM sequence takes three steps.
  package static let defaultDepth = 1_024

  private struct Container {
    enum Kind { case array, object }
    let kind: Kind
    /// Of the member that is being read.
    var name = ""
    private var values: [JSONValue] = []
    private var members: [JSONValue.Member] = []

    init(_ kind: Kind) { self.kind = kind }

    /// Gives the bracket that closes the container.
    mutating func append(_ value: JSONValue) -> UInt8 {
      if kind == .array {
        values.append(value)
        return UInt8(ascii: "]")
      }
      members.append(.init(name: name, value: value))
      return UInt8(ascii: "}")
    }

    var value: JSONValue { kind == .array ? .array(values) : .object(members) }
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private let depth: Int
  private var position = 0
  private var stack: [Container] = []

  private init(_ bytes: UnsafeBufferPointer<UInt8>, depth: Int) {
    self.bytes = bytes
    self.depth = depth
  }

  /// The value that `bytes` hold, all of them but for white space.
  package static func read(_ bytes: [UInt8], depth: Int = defaultDepth) throws(ReadError) -> JSONValue {
    try bytes.withUnsafeBufferPointer { (buffer) throws(ReadError) in
      var reader = JSONReader(buffer, depth: depth)
      return try reader.document()
    }
  }

  private mutating func document() throws(ReadError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    while true {
      if var value = try startValue() {
        if stack.isEmpty { return try end(value) }
        // A value is complete: give it to what encloses it, which may be complete by that.
        while !stack.isEmpty {
          guard let closed = try add(value) else { break }
          value = closed
          if stack.isEmpty { return try end(value) }
        }
      }
    }
  }

  /// Reads a scalar or an empty container; opens a container otherwise and gives nil.
  private mutating func startValue() throws(ReadError) -> JSONValue? {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"):
      position += 1
      skipSpace()
      if peek == UInt8(ascii: "}") {
        position += 1
        return .object([])
      }
      try open(.object)
      stack[stack.count - 1].name = try name()
      return nil
    case UInt8(ascii: "["):
      position += 1
      skipSpace()
      if peek == UInt8(ascii: "]") {
        position += 1
        return .array([])
      }
      try open(.array)
      return nil
    case UInt8(ascii: "\""): return .string(try string())
    default: return try literal()
    }
  }

  private mutating func open(_ kind: Container.Kind) throws(ReadError) {
    guard stack.count < depth else {
      throw ReadError(.limitExceeded, "JSON is nested deeper than \(depth).", offset: position)
    }
    stack.append(Container(kind))
  }

  /// Adds a value to the innermost container, in place; gives the container where it ends.
  private mutating func add(_ value: JSONValue) throws(ReadError) -> JSONValue? {
    skipSpace()
    let mark = peek
    position += 1
    let closes = stack[stack.count - 1].append(value)
    if mark == closes { return stack.removeLast().value }
    guard mark == UInt8(ascii: ",") else { throw malformed("expected , or the end of the container") }
    if case .object = stack[stack.count - 1].kind {
      skipSpace()
      stack[stack.count - 1].name = try name()
    }
    return nil
  }

  private mutating func end(_ value: JSONValue) throws(ReadError) -> JSONValue {
    skipSpace()
    guard position >= bytes.count else { throw malformed("text behind the value") }
    return value
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func name() throws(ReadError) -> String {
    guard peek == UInt8(ascii: "\"") else { throw malformed("expected a name") }
    let name = try string()
    skipSpace()
    guard peek == UInt8(ascii: ":") else { throw malformed("expected :") }
    position += 1
    return name
  }

  private mutating func literal() throws(ReadError) -> JSONValue {
    let start = position
    while let byte = peek, !", ]}:\n\r\t\"[{".utf8.contains(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    switch text {
    case "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "NaN", "Infinity", "-Infinity": return .string(text)
    default:
      guard let first = text.utf8.first, first == 0x2D || (0x30...0x39).contains(first), Double(text) != nil else {
        throw malformed("no value")
      }
      return .number(text)
    }
  }

  private mutating func string() throws(ReadError) -> String {
    position += 1
    let start = position
    while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { position += 1 }
    if peek == UInt8(ascii: "\"") {
      position += 1
      return String(decoding: bytes[start..<position - 1], as: UTF8.self)
    }
    var text = Array(bytes[start..<position])
    while let byte = peek, byte != UInt8(ascii: "\"") {
      position += 1
      if byte == UInt8(ascii: "\\") {
        try escape(&text)
      } else {
        text.append(byte)
      }
    }
    guard peek == UInt8(ascii: "\"") else { throw malformed("string without end") }
    position += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func escape(_ text: inout [UInt8]) throws(ReadError) {
    guard let byte = peek else { throw malformed("string without end") }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800...0xDBFF).contains(code), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = try hexadecimal()
        if (0xDC00...0xDFFF).contains(low) {
          code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
      }
      text.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
    default: throw malformed("unknown escape")
    }
  }

  private mutating func hexadecimal() throws(ReadError) -> UInt32 {
    guard position + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw malformed("expected four hexadecimal digits") }
    position += 4
    return code
  }

  private func malformed(_ reason: String) -> ReadError {
    ReadError(.invalidJSON, "Malformed JSON: \(reason).", offset: position)
  }
}
