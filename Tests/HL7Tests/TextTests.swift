// SPDX-License-Identifier: Apache-2.0

import HL7
import Testing

@Suite struct TextTests {
  /// The text of ZZZ-1 with these bytes.
  private func decode(_ bytes: [UInt8], _ charset: String = "") throws -> DecodedText {
    let start = "MSH|^~\\&|A|B|C|D|2026||ZZZ^Z01|1|P|2.5.1||||||\(charset)\rZZZ|"
    let message = try Message(parsing: Array(start.utf8) + bytes)
    #expect(message.encode() == Array(start.utf8) + bytes)
    return try #require(message.first("ZZZ"))[1].decoded
  }

  @Test(arguments: [
    ("a\\F\\b\\S\\c\\R\\d\\T\\e\\E\\f", "a|b^c~d&e\\f"), ("\\H\\loud\\N\\ low", "loud low"), ("a\\.br\\b", "a\nb"),
    ("a\\.sp2\\b", "a\n\nb"), ("a\\.sk3\\b", "a   b"), ("\\.ce\\x\\.in+4\\y\\.fi\\", "\nxy"), ("\\X0D0A\\", "\r\n"),
    ("\\XC3A9\\", "é"), ("OPERA\\XC387\\AO", "OPERAÇAO"),
  ])
  func escapesAreResolved(written: String, read: String) throws {
    let result = try decode(Array(written.utf8), "UNICODE UTF-8")
    #expect(result.text == read)
    #expect(result.findings.isEmpty)
  }

  @Test(arguments: ["a\\Zab12\\b", "C:\\temp x", "\\Q\\", "\\X0\\", "end\\", "\\.zz\\"])
  func unknownEscapesStayInTheTextAndAreTold(written: String) throws {
    let result = try decode(Array(written.utf8))
    #expect(result.text == written)
    #expect(!result.findings.isEmpty)
  }

  @Test(arguments: [
    ("8859/1", [0xE9] as [UInt8], "é"), ("8859/2", [0xE8, 0xB9], "čš"), ("8859/5", [0xB8], "И"),
    ("8859/7", [0xE1], "α"),
    ("8859/15", [0xA4], "€"), ("UNICODE UTF-8", [0xC4, 0x8D], "č"), ("KS X 1001", [0xB1, 0xE8], "김"),
    ("GB 18030-2000", [0xC4, 0xE3, 0x81, 0x30, 0x81, 0x30], "你\u{80}"), ("BIG-5", [0xA7, 0x41], "你"),
    ("CNS 11643-1992", [0xC4, 0xE3], "一"), ("ISO-8859-1", [0xE9], "é"), ("UTF8", [0xC3, 0xA9], "é"),
  ])
  func characterSetsOfTable0211(name: String, bytes: [UInt8], text: String) throws {
    let result = try decode(bytes, name)
    if name.hasPrefix("CNS") {
      #expect(result.findings.isEmpty && !result.text.contains("\u{FFFD}"))
    } else {
      #expect(result.text == text)
    }
    #expect(result.findings.isEmpty)
  }

  @Test func everySetOfTheTableIsKnownToTheLibrary() throws {
    for set in CharacterSet.all {
      #expect(CharacterSet(named: set.name) == set)
      #expect(try decode([0x41], set.name).text == "A")
    }
    #expect(CharacterSet(named: "KLINGON") == nil)
  }

  @Test(arguments: ["", "~ISO IR87", "ISO IR6~ISO IR87~ISO IR159"])
  func japaneseBytesThatLookLikeDelimitersAreNoDelimiters(charset: String) throws {
    // 山田 in JIS X 0208 is 3B 33 45 44; 本 is 4B 5C, whose second byte is the escape character.
    #expect(try decode(Array("\u{1B}$B;3ED\u{1B}(B".utf8), charset).text == "山田")
    #expect(try decode(Array("\u{1B}$BF|K\\\u{1B}(B^x".utf8), charset).text == "日本^x")
    #expect(try decode(Array("\\M2442\\;3ED\\C2842\\a".utf8), charset).text == "山田a")
  }

  @Test func bytesThatLookLikeDelimitersInChineseSets() throws {
    // B3 5C 許 ends in the escape character, A4 7C 六? in the field separator.
    #expect(try decode([0xB3, 0x5C, 0x5E, 0x41], "BIG-5").text == "許^A")
    let result = try decode([0x81, 0x7C, 0x41], "GB 18030-2000")
    #expect(result.text.count == 2 && result.findings.isEmpty)
  }

  @Test func withoutDeclaredSetUTF8AndLatinAreTold() throws {
    #expect(try decode(Array("é".utf8)) == DecodedText(text: "é", findings: [.undeclaredCharacters]))
    #expect(try decode([0xE9]) == DecodedText(text: "é", findings: [.undeclaredCharacters]))
    #expect(try decode([0xFF, 0x41], "UNICODE UTF-8").findings == [.undecodable(1)])
  }

  @Test(arguments: ["UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"], [true, false])
  func wholeMessagesInWideEncodings(name: String, marked: Bool) throws {
    let text = "MSH|^~\\&|A|B|C|D|2026||ZZZ^Z01|1|P|2.5.1||||||UNICODE UTF-16\rZZZ|Žižka 山\r"
    let units = name.contains("16") ? text.utf16.map { UInt32($0) } : text.unicodeScalars.map(\.value)
    let width = name.contains("16") ? 2 : 4
    let bytes = ((marked ? [0xFEFF] : []) + units).flatMap { unit in
      let big = (0..<width).map { UInt8(unit >> UInt32(8 * (width - 1 - $0)) & 0xFF) }
      return name.hasSuffix("BE") ? big : big.reversed()
    }
    let message = try Message(parsing: bytes)
    #expect(message.first("ZZZ")?[1].text == "Žižka 山")
    #expect(message.encode() == bytes)
  }

  @Test(arguments: ["UNICODE UTF-8", "8859/1", "8859/2", "GB 18030-2000", "BIG-5"])
  func whatIsWrittenIsReadAgain(charset: String) throws {
    let set = try #require(CharacterSet(named: charset))
    var envelope = MessageBuilder.Envelope()
    envelope.characterSet = set
    envelope.delimiters.truncation = UInt8(ascii: "#")
    let texts = [
      "a|b^c~d&e\\f#g", "line\nline\r\nline", "tab\there", set == .latin1 ? "é" : charset == "8859/2" ? "č" : "許",
    ]
    var builder = MessageBuilder(["ZZZ", "Z01"], controlID: "1", timestamp: "2026", envelope: envelope)
    builder.add("ZZZ", [1: FieldContent(components: texts), 2: FieldContent(texts.map { FieldContent($0) }), 3: ""])
    let read = try Message(parsing: builder.message.encode())
    #expect(read == builder.message)
    let segment = try #require(read.first("ZZZ"))
    let expected = texts.map { $0.replacingLineEnds }
    #expect(segment[1].repetitions[0].components.map(\.value) == expected)
    #expect(segment[2].repetitions.map(\.value) == expected)
    #expect(segment.fields.count == 2)
  }

  @Test func whatASetLacksIsAQuestionMark() throws {
    var envelope = MessageBuilder.Envelope()
    envelope.characterSet = .latin1
    var builder = MessageBuilder(["ZZZ"], controlID: "1", timestamp: "2026", envelope: envelope)
    builder.add("ZZZ", [1: "é山"])
    #expect(try Message(parsing: builder.message.encode()).first("ZZZ")?[1].text == "é?")
  }
}

extension String {
  /// CR LF as one line end.
  fileprivate var replacingLineEnds: String { String(map { $0.isNewline ? "\n" : $0 }) }
}
