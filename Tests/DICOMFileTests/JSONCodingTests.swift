// SPDX-License-Identifier: Apache-2.0

import DICOMFile
import Foundation
import Testing

/// Values as JSON agree with what Foundation writes and reads of them.
@Suite struct JSONCodingTests {
  private enum Side: String, Codable { case left = "L", right = "R" }

  private enum Shape: Codable, Hashable {
    case circle(radius: Double)
    case polygon([Int], closed: Bool)
    case none
  }

  private struct Part: Codable, Hashable {
    var name = "x"
    var number: Int64 = 0
    var side: Side?
  }

  private struct Whole: Codable, Hashable {
    var text = ""
    var flag = false
    var small: Int8 = -128
    var large = UInt64.max
    var least = Int64.min
    var real = 0.1
    var float: Float = 2.5
    var missing: String?
    var given: Int? = 3
    var parts: [Part] = []
    var shapes: [Shape] = []
    var named: [String: Part] = [:]
    var numbers: [Int: [String]] = [:]
    var rows: [[Double?]] = []
    var side = Side.right
  }

  /// Writes and reads its members by hand: several containers, nested ones out of turn, another value's members.
  private struct Woven: Codable, Hashable {
    enum Keys: String, CodingKey { case first, inside, list, last, above }
    var first = 1
    var inside = ["a": 1]
    var list = [true, false]
    var last = "end"
    var above = Part()

    init() {}

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Keys.self)
      first = try values.decode(Int.self, forKey: .first)
      let nested = try values.nestedContainer(keyedBy: Keys.self, forKey: .inside)
      inside = ["a": try nested.decode(Int.self, forKey: .last)]
      var elements = try values.nestedUnkeyedContainer(forKey: .list)
      list = []
      while !elements.isAtEnd { list.append(try elements.decode(Bool.self)) }
      last = try values.decode(String.self, forKey: .last)
      above = try Part(from: values.superDecoder(forKey: .above))
    }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: Keys.self)
      var nested = values.nestedContainer(keyedBy: Keys.self, forKey: .inside)
      try values.encode(first, forKey: .first)
      var elements = values.nestedUnkeyedContainer(forKey: .list)
      try nested.encode(inside["a"], forKey: .last)
      var again = encoder.container(keyedBy: Keys.self)
      try again.encode(last, forKey: .last)
      for element in list { try elements.encode(element) }
      try above.encode(to: values.superEncoder(forKey: .above))
    }
  }

  private func check<Value: Codable & Equatable>(_ value: Value) throws {
    let written = try JSONEncoding.encode(value)
    #expect(try JSONDecoder().decode(Value.self, from: Data(written)) == value)
    #expect(try read(Value.self, written) == value)
    let encoder = JSONEncoder()
    for formatting: JSONEncoder.OutputFormatting in [[], [.prettyPrinted, .sortedKeys]] {
      encoder.outputFormatting = formatting
      #expect(try read(Value.self, Array(encoder.encode(value))) == value)
    }
  }

  private func read<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
    try bytes.withUnsafeBytes { try JSONDecoding.decode(type, from: $0) }
  }

  private func read<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try read(type, Array(text.utf8))
  }

  @Test func valuesAgreeWithFoundation() throws {
    try check(Whole())
    var whole = Whole()
    whole.text = "quote \" backslash \\ slash / tab \t line \n bell \u{7} é 山田 😀 \u{2028}"
    (whole.flag, whole.missing, whole.given) = (true, "", nil)
    whole.parts = [Part(), Part(name: "", number: -1, side: .left)]
    whole.shapes = [.circle(radius: 1e-9), .polygon([1, 2, 3], closed: true), .none, .polygon([], closed: false)]
    whole.named = ["a": Part(), "with \"quotes\"": Part(number: .max), "": Part(side: .right)]
    whole.numbers = [1: ["x"], -2: []]
    whole.rows = [[], [1, nil, -0.5], [1e300, 123_456_789.125, 5e-300, -3]]
    try check(whole)
    try check(Woven())
    try check([Int]())
    try check([String: Int]())
    try check(["one", ""])
    try check([[Woven()], []])
    try check("text")
    try check([1.5, 0, -2, 1e15, 1e16, 0.1 + 0.2])
  }

  @Test func theTextIsPlain() throws {
    #expect(
      String(decoding: try JSONEncoding.encode(Part(name: "a/b", number: 7)), as: UTF8.self)
        == #"{"name":"a/b","number":7}"#)
    #expect(throws: EncodingError.self) { try JSONEncoding.encode([Double.nan]) }
    #expect(throws: EncodingError.self) { try JSONEncoding.encode([Double.infinity]) }
  }

  @Test func numbersKeepToTheirTypes() throws {
    #expect(try read([Int].self, "[1.0, 2e2, -0]") == [1, 200, 0])
    #expect(try read([UInt64].self, "[18446744073709551615]") == [.max])
    for text in ["[256]", "[-1]", "[1.5]", "[\"1\"]", "[true]", "[null]", "[-]", "[1e400]"] {
      #expect(throws: DecodingError.self, "\(text)") { try read([UInt8].self, text) }
    }
  }

  @Test func whatIsNoJSONIsRefused() {
    let deep = String(repeating: "[", count: 100_000)
    for text in [
      "", " ", "{", "[", "[1", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}",
      "{a:1}", "{\"a\":1,}", "\"", "\"\\", "tru", "nul",
      "[1]x", "'a'",
      "\"\\x\"", "\"\\u12\"", "]", "}", ",", deep,
    ] {
      #expect(throws: (any Error).self, "\(text.prefix(20))") { try read([String: Part].self, text) }
      #expect(throws: (any Error).self, "\(text.prefix(20))") { try read([String].self, text) }
      #expect(throws: (any Error).self, "\(text.prefix(20))") { try read(String.self, text) }
    }
  }

  @Test func whatIsMissingIsNamed() throws {
    do {
      _ = try read(Part.self, #"{"name":"a"}"#)
      Issue.record("nothing was thrown")
    } catch DecodingError.keyNotFound(let key, _) {
      #expect(key.stringValue == "number")
    }
    do {
      _ = try read(Part.self, #"{"name":1,"number":2}"#)
      Issue.record("nothing was thrown")
    } catch DecodingError.typeMismatch(_, let context) {
      #expect(context.debugDescription.contains("name"))
    }
    #expect(
      try read(Part.self, #" { "n\u0061me" : "\u00e9\ud83d\ude00" , "number":1, "side":null, "more":[{}] } "#)
        == Part(name: "é😀", number: 1))
  }
}
