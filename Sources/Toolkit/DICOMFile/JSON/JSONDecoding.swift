// SPDX-License-Identifier: Apache-2.0

/// Values out of JSON (RFC 8259). No other names than those of the text are known: a type that has other names for its
/// members says so by its keys.
package enum JSONDecoding {
  /// - Parameter bytes: UTF-8, the text of one value.
  /// - Throws: `DecodingError` where the text is no JSON or another value, and what values throw.
  package static func decode<Value: Decodable>(_: Value.Type, from bytes: UnsafeRawBufferPointer) throws -> Value {
    try Value(from: JSONValueReader(tape: JSONTape(bytes), place: 0))
  }
}

/// One value of a text.
private struct JSONValueReader: Decoder {
  let tape: JSONTape
  let place: Int
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  var isNull: Bool { tape.values[place].kind == .null }

  private func mismatch<Value>(_ type: Value.Type, _ name: String) -> DecodingError {
    .typeMismatch(
      type, .init(codingPath: [], debugDescription: "\(name.isEmpty ? "The value" : name) is no \(type)."))
  }

  func bool(_ name: String = "") throws -> Bool {
    switch tape.values[place].kind {
    case .yes: return true
    case .no: return false
    default: throw mismatch(Bool.self, name)
    }
  }

  func string(_ name: String = "") throws -> String {
    guard let string = try tape.string(place) else { throw mismatch(String.self, name) }
    return string
  }

  func integer<Number: FixedWidthInteger>(_ name: String = "") throws -> Number {
    guard let number: Number = tape.integer(place) else { throw mismatch(Number.self, name) }
    return number
  }

  func double(_ name: String = "") throws -> Double {
    guard let number = tape.double(place) else { throw mismatch(Double.self, name) }
    return number
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard tape.values[place].kind == .object else { throw mismatch([String: any Decodable].self, "") }
    return KeyedDecodingContainer(JSONMemberReader(tape: tape, place: place))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard tape.values[place].kind == .array else { throw mismatch([any Decodable].self, "") }
    return JSONElementReader(tape: tape, place: place)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { JSONScalarReader(value: self) }
}

private struct JSONMemberReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let tape: JSONTape
  let place: Int
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { (try? tape.names(of: place))?.compactMap { Key(stringValue: $0) } ?? [] }

  func contains(_ key: Key) -> Bool { (try? tape.member(key.stringValue, of: place)) != nil }

  private func found(_ key: Key) throws -> JSONValueReader? {
    try tape.member(key.stringValue, of: place).map { JSONValueReader(tape: tape, place: $0) }
  }

  private func known(_ key: Key) throws -> JSONValueReader? {
    guard let value = try found(key), !value.isNull else { return nil }
    return value
  }

  private func value(_ key: Key) throws -> JSONValueReader {
    guard let value = try found(key) else {
      throw DecodingError.keyNotFound(key, .init(codingPath: [], debugDescription: "\(key.stringValue) is missing."))
    }
    return value
  }

  func decodeNil(forKey key: Key) throws -> Bool { try value(key).isNull }
  func decode(_: Bool.Type, forKey key: Key) throws -> Bool { try value(key).bool(key.stringValue) }
  func decode(_: String.Type, forKey key: Key) throws -> String { try value(key).string(key.stringValue) }
  func decode(_: Double.Type, forKey key: Key) throws -> Double { try value(key).double(key.stringValue) }
  func decode(_: Float.Type, forKey key: Key) throws -> Float { Float(try value(key).double(key.stringValue)) }
  func decode<Value: Decodable>(_: Value.Type, forKey key: Key) throws -> Value { try Value(from: value(key)) }

  func decodeIfPresent(_: Bool.Type, forKey key: Key) throws -> Bool? { try known(key)?.bool(key.stringValue) }
  func decodeIfPresent(_: String.Type, forKey key: Key) throws -> String? { try known(key)?.string(key.stringValue) }
  func decodeIfPresent<Value: Decodable>(_: Value.Type, forKey key: Key) throws -> Value? {
    try known(key).map { try Value(from: $0) }
  }

  func decode(_: Int.Type, forKey key: Key) throws -> Int { try value(key).integer(key.stringValue) }
  func decode(_: Int8.Type, forKey key: Key) throws -> Int8 { try value(key).integer(key.stringValue) }
  func decode(_: Int16.Type, forKey key: Key) throws -> Int16 { try value(key).integer(key.stringValue) }
  func decode(_: Int32.Type, forKey key: Key) throws -> Int32 { try value(key).integer(key.stringValue) }
  func decode(_: Int64.Type, forKey key: Key) throws -> Int64 { try value(key).integer(key.stringValue) }
  func decode(_: UInt.Type, forKey key: Key) throws -> UInt { try value(key).integer(key.stringValue) }
  func decode(_: UInt8.Type, forKey key: Key) throws -> UInt8 { try value(key).integer(key.stringValue) }
  func decode(_: UInt16.Type, forKey key: Key) throws -> UInt16 { try value(key).integer(key.stringValue) }
  func decode(_: UInt32.Type, forKey key: Key) throws -> UInt32 { try value(key).integer(key.stringValue) }
  func decode(_: UInt64.Type, forKey key: Key) throws -> UInt64 { try value(key).integer(key.stringValue) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { try value(key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try value(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder {
    guard let place = try tape.member("super", of: place) else { throw tape.malformed("super is missing") }
    return JSONValueReader(tape: tape, place: place)
  }

  func superDecoder(forKey key: Key) throws -> any Decoder { try value(key) }
}

private struct JSONElementReader: UnkeyedDecodingContainer {
  private let tape: JSONTape
  private let end: Int
  private var place: Int
  private(set) var currentIndex = 0
  let count: Int?
  var codingPath: [any CodingKey] { [] }
  var isAtEnd: Bool { place >= end }

  init(tape: JSONTape, place: Int) {
    self.tape = tape
    self.place = place + 1
    end = Int(tape.values[place].next)
    var (count, element) = (0, place + 1)
    while element < end {
      count += 1
      element = Int(tape.values[element].next)
    }
    self.count = count
  }

  private mutating func next() throws -> JSONValueReader {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        JSONElementReader.self, .init(codingPath: [], debugDescription: "There is no element \(currentIndex)."))
    }
    defer {
      place = Int(tape.values[place].next)
      currentIndex += 1
    }
    return JSONValueReader(tape: tape, place: place)
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, tape.values[place].kind == .null else { return false }
    _ = try next()
    return true
  }

  mutating func decode(_: Bool.Type) throws -> Bool { try next().bool() }
  mutating func decode(_: String.Type) throws -> String { try next().string() }
  mutating func decode(_: Double.Type) throws -> Double { try next().double() }
  mutating func decode(_: Float.Type) throws -> Float { Float(try next().double()) }
  mutating func decode<Value: Decodable>(_: Value.Type) throws -> Value { try Value(from: next()) }
  mutating func decode(_: Int.Type) throws -> Int { try next().integer() }
  mutating func decode(_: Int8.Type) throws -> Int8 { try next().integer() }
  mutating func decode(_: Int16.Type) throws -> Int16 { try next().integer() }
  mutating func decode(_: Int32.Type) throws -> Int32 { try next().integer() }
  mutating func decode(_: Int64.Type) throws -> Int64 { try next().integer() }
  mutating func decode(_: UInt.Type) throws -> UInt { try next().integer() }
  mutating func decode(_: UInt8.Type) throws -> UInt8 { try next().integer() }
  mutating func decode(_: UInt16.Type) throws -> UInt16 { try next().integer() }
  mutating func decode(_: UInt32.Type) throws -> UInt32 { try next().integer() }
  mutating func decode(_: UInt64.Type) throws -> UInt64 { try next().integer() }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
  mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct JSONScalarReader: SingleValueDecodingContainer {
  let value: JSONValueReader
  var codingPath: [any CodingKey] { [] }

  func decodeNil() -> Bool { value.isNull }
  func decode(_: Bool.Type) throws -> Bool { try value.bool() }
  func decode(_: String.Type) throws -> String { try value.string() }
  func decode(_: Double.Type) throws -> Double { try value.double() }
  func decode(_: Float.Type) throws -> Float { Float(try value.double()) }
  func decode<Value: Decodable>(_: Value.Type) throws -> Value { try Value(from: value) }
  func decode(_: Int.Type) throws -> Int { try value.integer() }
  func decode(_: Int8.Type) throws -> Int8 { try value.integer() }
  func decode(_: Int16.Type) throws -> Int16 { try value.integer() }
  func decode(_: Int32.Type) throws -> Int32 { try value.integer() }
  func decode(_: Int64.Type) throws -> Int64 { try value.integer() }
  func decode(_: UInt.Type) throws -> UInt { try value.integer() }
  func decode(_: UInt8.Type) throws -> UInt8 { try value.integer() }
  func decode(_: UInt16.Type) throws -> UInt16 { try value.integer() }
  func decode(_: UInt32.Type) throws -> UInt32 { try value.integer() }
  func decode(_: UInt64.Type) throws -> UInt64 { try value.integer() }
}
