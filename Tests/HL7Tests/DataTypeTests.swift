// SPDX-License-Identifier: Apache-2.0

import HL7
import Testing

@Suite struct DataTypeTests {
  private func field(_ text: String) throws -> Field {
    try message("MSH|^~\\&|A|B|C|D|2026||ZZZ|1|P|2.5.1||||||UNICODE UTF-8", "ZZZ|" + text).segments[1][1]
  }

  private func written(_ content: FieldContent) throws -> Field {
    var builder = MessageBuilder(["ZZZ"], controlID: "1", timestamp: "2026", envelope: .init())
    builder.add("ZZZ", [1: content])
    return try Message(parsing: builder.message.encode()).segments[1][1]
  }

  @Test func identifiersCarryTheirAuthority() throws {
    let list = ExtendedIdentifier.list(try field("P1^^^H&1.2.3&ISO^MR~~P2^^^X"))
    #expect(list.map(\.id) == ["P1", "P2"])
    #expect(
      list[0].assigningAuthority == HierarchicDesignator(namespace: "H", universalID: "1.2.3", universalIDType: "ISO"))
    #expect(list[0].type == "MR")
    #expect(ExtendedIdentifier.list(try written(FieldContent(list.map(\.content)))) == list)
  }

  @Test(arguments: [
    ("Müller^Änne^M^Jr^Dr^PhD", "Müller^Änne^M^Dr^Jr PhD"), ("Doe", "Doe"),
    ("Nick^N^^^^^N~Legal^L^^^^^L", "Legal^L"),
    (
      "Yamada^Tarou^^^^^L^A~山田^太郎^^^^^L^I~やまだ^たろう^^^^^L^P",
      "Yamada^Tarou=山田^太郎=やまだ^たろう"
    ),
    ("\"\"", ""), ("a\\S\\b^c", "a b^c"),
  ])
  func namesAsDICOMWritesThem(written: String, dicom: String) throws {
    #expect(ExtendedPersonName.dicom(try field(written)) == dicom)
  }

  @Test func aNameOfDICOMIsWrittenBack() throws {
    let name = ExtendedPersonName(dicom: "Adams^John^Q^Rev.^B.A.=x")
    #expect(ExtendedPersonName(try written(name.content).repetitions[0]) == name)
    #expect(name.suffix == "B.A." && name.prefix == "Rev.")
    let doctor = ExtendedCompositeName(id: "7", name: name)
    #expect(ExtendedCompositeName(try written(doctor.content).repetitions[0]) == doctor)
  }

  @Test(
    arguments: [
      ("2026", nil, nil), ("20260102", "20260102", nil), ("202601020304", "20260102", "0304"),
      ("20260102030405.1234+0130", "20260102", "030405"), ("20260102030405-0500", "20260102", "030405"),
    ] as [(String, String?, String?)])
  func pointsInTime(text: String, date: String?, time: String?) throws {
    let point = try #require(PointInTime(text))
    #expect(point.date == date && point.time == time && point.description == text)
  }

  @Test(arguments: ["", "202", "20261301", "20260132", "2026010224", "202601020360", "2026010203040.5", "x", "2026+1"])
  func whatIsNoPointInTime(text: String) { #expect(PointInTime(text) == nil) }

  @Test func documentsTravelInFields() throws {
    for count in 0...20 {
      let data = EncapsulatedData(type: "application", subtype: "pdf", data: (0..<count).map { UInt8($0 * 37 % 256) })
      #expect(EncapsulatedData(try written(data.content).repetitions[0]) == data)
    }
    #expect(
      EncapsulatedData(try field("^application^pdf^Base64^JVBERi0xLjQKJSVFT0YK").repetitions[0])?.data
        == Array("%PDF-1.4\n%%EOF\n".utf8))
    #expect(EncapsulatedData(try field("^TEXT^x^Hex^4142").repetitions[0])?.data == [0x41, 0x42])
    for text in ["^a^b^Base64^J", "^a^b^Base64^J===", "^a^b^Base64^J!==", "^a^b^Hex^4", "^a^b^zip^x"] {
      #expect(EncapsulatedData(try field(text).repetitions[0]) == nil, "\(text)")
    }
  }

  @Test func codesAndNumbers() throws {
    let code = CodedElement(code: "CTCH", text: "CT & chest", system: "L")
    #expect(CodedElement(try written(code.content).repetitions[0]) == code)
    let number = EntityIdentifier(id: "PLC1", namespace: "HIS", universalID: "1.2", universalIDType: "ISO")
    #expect(EntityIdentifier(try written(number.content).repetitions[0]) == number)
  }
}
