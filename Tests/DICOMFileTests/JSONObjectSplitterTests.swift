// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile
import Testing

struct JSONObjectSplitterTests {
  private func split(_ text: String, piece: Int, limit: Int = 1_000) throws(ReadError) -> [String] {
    var splitter = DICOMJSON.ObjectSplitter(objectLength: limit)
    var result: [String] = []
    let bytes = Array(text.utf8)
    var position = 0
    while true {
      while let object = try splitter.next() { result.append(String(decoding: object, as: UTF8.self)) }
      guard position < bytes.count else { break }
      let end = min(position + piece, bytes.count)
      splitter.feed(ByteSlice(Array(bytes[position..<end])))
      position = end
    }
    splitter.finish()
    while let object = try splitter.next() { result.append(String(decoding: object, as: UTF8.self)) }
    return result
  }

  @Test(arguments: [1, 2, 3, 1_000])
  func objects(piece: Int) throws {
    let object = #"{"00100020":{"vr":"LO","Value":["a}\"]{\\"]}}"#
    #expect(try split(object, piece: piece) == [object])
    #expect(try split("\u{FEFF} [\(object) ,{}\n, \(object)] ", piece: piece) == [object, "{}", object])
    #expect(try split("\(object)\n{}\r\n\(object)", piece: piece) == [object, "{}", object])
    #expect(try split("[]", piece: piece) == [])
    #expect(try split("", piece: piece) == [])
  }

  @Test(arguments: ["[{}", "{", "[{},", "[{} {}]", "[1]", "{},{}", "[]{}", "{}]", "x", "[[]]", "[,{}]"])
  func refuses(text: String) {
    let error = #expect(throws: ReadError.self) { try split(text, piece: 1) }
    #expect(error?.code == .invalidJSON)
  }

  @Test func lengthIsLimited() {
    let error = #expect(throws: ReadError.self) {
      try split("{\"a\":\"" + String(repeating: "x", count: 2_000) + "\"}", piece: 100)
    }
    #expect(error?.code == .limitExceeded)
  }
}
