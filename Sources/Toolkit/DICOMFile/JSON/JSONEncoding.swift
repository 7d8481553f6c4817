// SPDX-License-Identifier: Apache-2.0

/// Values as JSON (RFC 8259), written as they tell of themselves: members in the order in which a type names them.
package enum JSONEncoding {
  /// The text of a value, in UTF-8.
  /// - Throws: `EncodingError` for a number that JSON has not, and what values throw.
  package static func encode(_ value: some Encodable) throws -> [UInt8] {
    let writer = JSONValueWriter()
    try writer.add(value)
    return writer.finished
  }
}

/// Writes into one text. A value's container is closed when the value has told all of itself; containers that it nests
/// by hand have texts of their own, which are put in at the end.
private final class JSONValueWriter: Encoder {
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  private(set) var text = JSONText()
  /// What closes the container of the value that is being written; nil before it has one.
  private var closing: Unicode.Scalar?
  private var parts: [(offset: Int, writer: JSONValueWriter)] = []

  func add(_ value: some Encodable) throws {
    let (outer, start) = (closing, text.bytes.count)
    closing = nil
    try value.encode(to: self)
    if text.bytes.count == start { open("{", "}") }
    end()
    closing = outer
  }

  func name(_ key: some CodingKey) { text.name(key.stringValue) }
  func name(_ name: String) { text.name(name) }
  func null() { text.raw("null") }
  func write(_ value: Bool) { text.raw(value ? "true" : "false") }
  func write(_ value: String) { text.string(value) }
  func write(_ value: some FixedWidthInteger) { text.integer(value) }

  func write(_ value: Double) throws {
    guard value.isFinite else {
      throw EncodingError.invalidValue(value, .init(codingPath: [], debugDescription: "JSON has no such number"))
    }
    if let whole = Int64(exactly: value) { text.integer(whole) } else { text.raw("\(value)") }
  }

  func open(_ bracket: Unicode.Scalar, _ closing: Unicode.Scalar) {
    if self.closing != nil { return }
    text.open(bracket)
    self.closing = closing
  }

  private func end() {
    if let closing { text.close(closing) }
    closing = nil
  }

  /// A value that is written later, at this place.
  func part() -> JSONValueWriter {
    let writer = JSONValueWriter()
    text.raw("")
    parts.append((text.bytes.count, writer))
    return writer
  }

  var finished: [UInt8] {
    if closing != nil { end() }
    if parts.isEmpty { return text.bytes }
    var bytes: [UInt8] = []
    var start = 0
    for part in parts {
      bytes += text.bytes[start..<part.offset]
      bytes += part.writer.finished
      start = part.offset
    }
    return bytes + text.bytes[start...]
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    open("{", "}")
    return KeyedEncodingContainer(JSONMemberWriter(writer: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    open("[", "]")
    return JSONElementWriter(writer: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { JSONScalarWriter(writer: self) }
}

private struct JSONMemberWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let writer: JSONValueWriter
  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) {
    writer.name(key)
    writer.null()
  }

  func encode(_ value: Bool, forKey key: Key) {
    writer.name(key)
    writer.write(value)
  }

  func encode(_ value: String, forKey key: Key) {
    writer.name(key)
    writer.write(value)
  }

  func encode(_ value: Double, forKey key: Key) throws {
    writer.name(key)
    try writer.write(value)
  }

  func encode(_ value: Float, forKey key: Key) throws { try encode(Double(value), forKey: key) }

  func encode(_ value: some Encodable, forKey key: Key) throws {
    writer.name(key)
    try writer.add(value)
  }

  private func whole(_ value: some FixedWidthInteger, _ key: Key) {
    writer.name(key)
    writer.write(value)
  }

  func encode(_ value: Int, forKey key: Key) { whole(value, key) }
  func encode(_ value: Int8, forKey key: Key) { whole(value, key) }
  func encode(_ value: Int16, forKey key: Key) { whole(value, key) }
  func encode(_ value: Int32, forKey key: Key) { whole(value, key) }
  func encode(_ value: Int64, forKey key: Key) { whole(value, key) }
  func encode(_ value: UInt, forKey key: Key) { whole(value, key) }
  func encode(_ value: UInt8, forKey key: Key) { whole(value, key) }
  func encode(_ value: UInt16, forKey key: Key) { whole(value, key) }
  func encode(_ value: UInt32, forKey key: Key) { whole(value, key) }
  func encode(_ value: UInt64, forKey key: Key) { whole(value, key) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    writer.name(key)
    return writer.part().container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    writer.name(key)
    return writer.part().unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    writer.name("super")
    return writer.part()
  }

  func superEncoder(forKey key: Key) -> any Encoder {
    writer.name(key)
    return writer.part()
  }
}

private struct JSONElementWriter: UnkeyedEncodingContainer {
  let writer: JSONValueWriter
  private(set) var count = 0
  var codingPath: [any CodingKey] { [] }

  init(writer: JSONValueWriter) { self.writer = writer }

  mutating func encodeNil() {
    count += 1
    writer.null()
  }

  mutating func encode(_ value: String) {
    count += 1
    writer.write(value)
  }

  mutating func encode(_ value: some Encodable) throws {
    count += 1
    try writer.add(value)
  }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    count += 1
    return writer.part().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    count += 1
    return writer.part().unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder {
    count += 1
    return writer.part()
  }
}

private struct JSONScalarWriter: SingleValueEncodingContainer {
  let writer: JSONValueWriter
  var codingPath: [any CodingKey] { [] }

  func encodeNil() { writer.null() }
  func encode(_ value: Bool) { writer.write(value) }
  func encode(_ value: String) { writer.write(value) }
  func encode(_ value: Double) throws { try writer.write(value) }
  func encode(_ value: Float) throws { try writer.write(Double(value)) }
  func encode(_ value: some Encodable) throws { try writer.add(value) }
  func encode(_ value: Int) { writer.write(value) }
  func encode(_ value: Int8) { writer.write(value) }
  func encode(_ value: Int16) { writer.write(value) }
  func encode(_ value: Int32) { writer.write(value) }
  func encode(_ value: Int64) { writer.write(value) }
  func encode(_ value: UInt) { writer.write(value) }
  func encode(_ value: UInt8) { writer.write(value) }
  func encode(_ value: UInt16) { writer.write(value) }
  func encode(_ value: UInt32) { writer.write(value) }
  func encode(_ value: UInt64) { writer.write(value) }
}
