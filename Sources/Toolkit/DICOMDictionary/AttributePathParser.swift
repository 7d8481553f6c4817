// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Reads the text of an `AttributePath` from front to back.
///
///     path      = step *("." step)
///     step      = attribute ["[" (number / "*") "]"]
///     attribute = keyword / 8 digits / "(" group "," element ")"
///               / "(" group "," DQUOTE creator DQUOTE "," 2 digits ")"
///
/// Digits are hexadecimal but for the number of an item. A creator has no quotation mark in it.
struct AttributePathParser {
  private let text: String
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: some StringProtocol) {
    self.text = String(text)
    bytes = Array(text.utf8)
  }

  mutating func parse() throws(AttributePathError) -> AttributePath {
    var steps = [try step()]
    while position < bytes.count {
      guard take(UInt8(ascii: ".")) else { throw failure("A point or the end is expected here.") }
      if steps.count == AttributePath.maximumDepth {
        throw failure("A path has at most \(AttributePath.maximumDepth) steps.", code: .tooDeep)
      }
      steps.append(try step())
    }
    return AttributePath(steps)
  }

  private mutating func step() throws(AttributePathError) -> AttributePath.Step {
    let attribute = try attribute()
    guard take(UInt8(ascii: "[")) else { return AttributePath.Step(attribute) }
    var item = AttributePath.Item.all
    if !take(UInt8(ascii: "*")) {
      let digits = run { (0x30...0x39).contains($0) }
      guard let number = Int(digits) else { throw failure("The number of an item, from 0, or * is expected here.") }
      item = .number(number)
    }
    guard take(UInt8(ascii: "]")) else { throw failure("A closing bracket is expected here.") }
    return AttributePath.Step(attribute, item: item)
  }

  private mutating func attribute() throws(AttributePathError) -> AttributePath.Attribute {
    if take(UInt8(ascii: "(")) { return try numbers() }
    let start = position
    let word = run { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    if let tag = DataDictionary.tag(keyword: word) { return .tag(tag) }
    if word.utf8.count == 8, let tag = Tag(hexadecimal: word) { return .tag(tag) }
    if word.isEmpty { throw failure("A keyword or a tag is expected here.") }
    position = start
    throw failure("\(word) is no keyword of the dictionary.", code: .unknownKeyword)
  }

  /// Behind the opening parenthesis.
  private mutating func numbers() throws(AttributePathError) -> AttributePath.Attribute {
    guard let group = hexadecimal(4) else { throw failure("Four hexadecimal digits of a group are expected here.") }
    guard take(UInt8(ascii: ",")) else { throw failure("A comma is expected here.") }
    guard take(UInt8(ascii: "\"")) else {
      guard let element = hexadecimal(4) else {
        throw failure(
          "Four hexadecimal digits of an element or a private creator in quotation marks are expected here.")
      }
      guard take(UInt8(ascii: ")")) else { throw failure("A closing parenthesis is expected here.") }
      return .tag(Tag(UInt16(group), UInt16(element)))
    }
    guard group % 2 == 1 else { throw failure("Only odd groups are private.") }
    let creator = run { $0 != UInt8(ascii: "\"") }
    guard !creator.isEmpty else { throw failure("A private creator is expected here.") }
    guard take(UInt8(ascii: "\"")) else { throw failure("A closing quotation mark is expected here.") }
    guard take(UInt8(ascii: ",")) else { throw failure("A comma is expected here.") }
    guard let element = hexadecimal(2) else {
      throw failure("The last two hexadecimal digits of an element are expected here.")
    }
    guard take(UInt8(ascii: ")")) else { throw failure("A closing parenthesis is expected here.") }
    return .inPrivateBlock(group: UInt16(group), creator: creator, element: UInt8(element))
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func run(_ belongs: (UInt8) -> Bool) -> String {
    let start = position
    while position < bytes.count, belongs(bytes[position]) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func hexadecimal(_ count: Int) -> UInt32? {
    guard position + count <= bytes.count else { return nil }
    var value: UInt32 = 0
    for byte in bytes[position..<position + count] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    position += count
    return value
  }

  private func failure(_ reason: String, code: AttributePathError.Code = .malformed) -> AttributePathError {
    AttributePathError(code, reason, path: text, position: position)
  }
}
