// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

struct CharacterSetWritingTests {
  @Test func textIsWrittenInTheDeclaredSet() throws {
    var dataSet = DataSet.build([.specificCharacterSet: "ISO_IR 100"])
    try dataSet.set(.patientName, to: "Müller^Jörg")
    #expect(
      dataSet.bytes(.patientName)?.array == [0x4D, 0xFC, 0x6C, 0x6C, 0x65, 0x72, 0x5E, 0x4A, 0xF6, 0x72, 0x67, 0x20])
    let error = #expect(throws: ValueError.self) { try dataSet.set(.patientName, to: "Łukasz") }
    #expect(error?.code == .notInCharacterSet)
    #expect(error?.reason.contains("ISO_IR 100") == true && error?.reason.contains("Ł") == true)
    #expect(dataSet.string(.patientName) == "Müller^Jörg")
    try dataSet.set(.patientName, to: "Łukasz", options: ValueOptions(unencodable: .isReplaced))
    #expect(dataSet.string(.patientName) == "?ukasz")
  }

  @Test func promotionEncodesEverythingAgain() throws {
    var dataSet = DataSet.build([.specificCharacterSet: "ISO_IR 100"])
    try dataSet.set(.patientComments, to: "größer")
    try dataSet.set("Übersicht", at: AttributePath("RequestAttributesSequence[0].ScheduledProcedureStepDescription"))
    let before = dataSet
    try dataSet.set(.patientName, to: "Łukasz", options: ValueOptions(unencodable: .promotesToUTF8))
    #expect(dataSet.strings(.specificCharacterSet) == ["ISO_IR 192"])
    #expect(dataSet.string(.patientName) == "Łukasz")
    #expect(dataSet.string(.patientComments) == "größer")
    #expect(dataSet.bytes(.patientComments)?.array == Array("größer".utf8))
    let item = try #require(dataSet.items(.requestAttributesSequence).first)
    #expect(item.string(.scheduledProcedureStepDescription) == "Übersicht")
    #expect(item.bytes(.scheduledProcedureStepDescription)?.array == Array("Übersicht".utf8))
    // And back, but for the name.
    dataSet.remove(.patientName)
    try dataSet.convertText(to: SpecificCharacterSet(terms: ["ISO_IR 100"]))
    #expect(dataSet == before)
  }

  @Test func bytesThatAreNoTextAreNotConverted() {
    var dataSet = DataSet.build([.specificCharacterSet: "ISO_IR 87", .patientName: .bytes([0xFF, 0xFE])])
    let before = dataSet
    let error = #expect(throws: ValueError.self) { try dataSet.convertText(to: .utf8) }
    #expect(error?.tag == .patientName)
    #expect(dataSet == before)
  }

  /// A code extension ends at `^` in names only (PS3.5 §6.1.2.5.3).
  @Test func extensionsReachAsFarAsTheVRSays() {
    let set = SpecificCharacterSet(terms: ["ISO 2022 IR 100", "ISO 2022 IR 126"])
    for vr in [VR.PN, .LO] {
      for text in ["Αé^é", "é^Α^é\\Α", "Α^Β", "é=Α=é"] {
        #expect(set.decode(ByteSlice(set.encode(text, vr: vr)), vr: vr) == text, "\(vr) \(text)")
      }
    }
  }

  @Test(arguments: [
    (["ISO_IR 100"], [] as [String]), ([], []), ([""], []), (["", "ISO 2022 IR 87"], []), (["ISO_IR 192"], []),
    (["GB18030"], []), (["ISO 2022 IR 6", "ISO 2022 IR 100"], []), (["ISO-IR 100"], ["misspelt"]),
    (["ISO_IR 999"], ["no defined term"]), (["ISO_IR 100", "ISO_IR 144"], ["no other terms", "no other terms"]),
    (["ISO_IR 192", "ISO 2022 IR 100"], ["no other terms"]), (["UTF-8"], ["misspelt"]),
    (["ISO 2022 IR 6", ""], ["no defined term"]),
  ])
  func problems(terms: [String], expected: [String]) {
    let problems = SpecificCharacterSet(terms: terms).problems
    #expect(problems.count == expected.count)
    for (problem, part) in zip(problems, expected) { #expect(problem.contains(part)) }
  }

  @Test(arguments: [
    ("ISO_IR100", [0xE9] as [UInt8], "é"), ("iso-ir 101", [0xA3], "Ł"), ("ISO IR 144", [0xB0], "А"),
    ("ISO8859-1", [0xE9], "é"), ("latin1", [0xE9], "é"), ("UTF8", [0xC3, 0xA9], "é"),
    ("ISO 2022 GBK", [0x81, 0x5C], "乗"),
    ("ISO_IR_192", [0xC3, 0xA9], "é"), ("ISO2022 IR 149", [0x1B, 0x24, 0x29, 0x43, 0xB1, 0xE8], "김"),
  ])
  func misspeltTermsAreUnderstood(term: String, bytes: [UInt8], text: String) {
    let set = SpecificCharacterSet(terms: [term])
    #expect(set.isKnown)
    #expect(!set.problems.isEmpty)
    #expect(set.decode(ByteSlice(bytes)) == text)
  }

  @Test func changingTheSetReachesItems() throws {
    var dataSet = DataSet.build([.procedureCodeSequence: .items([.build([.codeMeaning: .bytes([0xE9, 0x20])])])])
    try dataSet.set(.specificCharacterSet, to: "ISO_IR 100")
    #expect(dataSet.items(.procedureCodeSequence).first?.string(.codeMeaning) == "é")
  }

  /// What the annexes of PS3.5 print is what we write, too.
  @Test(arguments: Corpus.files("synthetic/charset/"))
  func namesAreWrittenAsTheyWereRead(entry: Corpus.Entry) throws {
    let dataSet = try Part10File.read(entry.bytes()).dataSet
    let set = dataSet.characterSet
    guard set.problems.isEmpty, let bytes = dataSet.bytes(.patientName), let text = dataSet.string(.patientName) else {
      return
    }
    #expect(set.firstMissing(in: text, vr: .PN) == nil)
    var copy = DataSet(inheritedCharacterSet: set)
    try copy.set(.patientName, to: .texts([text]), options: ValueOptions(checksRules: false))
    // One of them is padded more than need be.
    let trimmed = bytes.array.reversed().drop { $0 == 0x20 }.reversed()
    #expect(copy.bytes(.patientName)?.array.starts(with: trimmed) == true, "\(set.terms)")
    #expect((copy.bytes(.patientName)?.count ?? 0) - trimmed.count < 2)
  }

  /// Every character of the sets of two bytes is written as it is read (PS3.3 §C.12.1.1.2, table C.12-4).
  @Test(arguments: [
    ("ISO 2022 IR 87", [0x24, 0x42] as [UInt8], 0 as UInt8, 6_879), ("ISO 2022 IR 159", [0x24, 0x28, 0x44], 0, 6_067),
    ("ISO 2022 IR 149", [0x24, 0x29, 0x43], 0x80, 8_227), ("ISO 2022 IR 58", [0x24, 0x29, 0x41], 0x80, 7_445),
  ])
  func everyCharacterOfTwoBytes(term: String, escape: [UInt8], high: UInt8, count: Int) {
    let set = SpecificCharacterSet(terms: ["", term])
    var found = 0
    for row in UInt8(0x21)...0x7E {
      let pairs = (UInt8(0x21)...0x7E).flatMap { [row | high, $0 | high] }
      let text = set.decode(ByteSlice([0x1B] + escape + pairs)).unicodeScalars.filter { $0 != "\u{FFFD}" }
      found += text.count
      let again = set.decode(ByteSlice(set.encode(String(String.UnicodeScalarView(text)))))
      #expect(again.unicodeScalars.elementsEqual(text), "\(term) row \(row)")
    }
    // The C library may know a few that were added later.
    #expect((count...count + 16).contains(found), "\(found)")
  }
}
