// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

struct SpecificCharacterSetTests {
  @Test func corpusNamesAreTrue() throws {
    var compared = 0
    for entry in Corpus.files() {
      guard let expected = entry.text("patient_name"), let bytes = try? entry.bytes(),
        let file = try? Part10File.read(bytes)
      else { continue }
      let name = file.dataSet.string(.patientName) ?? ""
      compared += 1
      #expect(Self.comparable(name) == Self.comparable(expected), "\(entry.id) \(file.dataSet.characterSet.terms)")
    }
    #expect(compared >= 500)
  }

  @Test(arguments: Corpus.files("synthetic/charset/"))
  func charsetFilesAreDecodedAndEncoded(entry: Corpus.Entry) throws {
    let dataSet = try Part10File.read(entry.bytes()).dataSet
    let name = dataSet.string(.patientName) ?? ""
    #expect(Self.comparable(name) == entry.text("patient_name"))
    for tag in [Tag.patientName, .studyDescription, .institutionName] {
      guard let text = dataSet.strings(tag)?.joined(separator: "\\") else { continue }
      let vr: VR = tag == .patientName ? .PN : .LO
      let encoded = dataSet.characterSet.encode(text, vr: vr)
      #expect(dataSet.characterSet.decode(ByteSlice(encoded), vr: vr) == text)
    }
  }

  @Test(arguments: [
    (["ISO_IR 100"], [0x4D, 0xFC, 0x6C] as [UInt8], "Mül"), (["ISO_IR 13"], [0xD4, 0xCF], "ﾔﾏ"),
    (["GB18030"], [0xCD, 0xF5, 0x5E], "王^"), (["GBK"], [0x81, 0x5C], "乗"),
    (["", "ISO 2022 IR 87"], [0x1B, 0x24, 0x42, 0x3B, 0x33, 0x1B, 0x28, 0x42, 0x5C, 0x41], "山\\A"),
    (["", "ISO 2022 IR 149"], [0x1B, 0x24, 0x29, 0x43, 0xB1, 0xE8], "김"),
    (["ISO 2022 IR 100", "ISO 2022 IR 144"], [0xE9, 0x1B, 0x2D, 0x4C, 0xBB, 0x5C, 0xE9], "éЛ\\é"),
    (["ISO-IR 101"], [0xA3], "Ł"),
  ])
  func decodes(terms: [String], bytes: [UInt8], text: String) {
    let set = SpecificCharacterSet(terms: terms)
    #expect(set.decode(ByteSlice(bytes)) == text)
    #expect(set.decode(ByteSlice(set.encode(text))) == text)
    #expect(set.isKnown)
  }

  @Test func backslashInsideACharacterSplitsNothing() {
    let set = SpecificCharacterSet(terms: ["GB18030"])
    #expect(set.decodeValues(ByteSlice([0x81, 0x5C, 0x5C, 0x41]), vr: .LO) == ["乗", "A"])
  }

  @Test func componentsResetInNamesOnly() {
    let set = SpecificCharacterSet(terms: ["ISO 2022 IR 100", "ISO 2022 IR 126"])
    let bytes = ByteSlice([0x1B, 0x2D, 0x46, 0xC1, 0x5E, 0xC1])
    #expect(set.decode(bytes, vr: .PN) == "Α^Á")
    #expect(set.decode(bytes, vr: .LO) == "Α^Α")
  }

  @Test func unknownTermsAndBytes() {
    let unknown = SpecificCharacterSet(terms: ["ISO_IR 999"])
    #expect(!unknown.isKnown)
    #expect(unknown.decode(ByteSlice([0x41, 0xFF])) == "A\u{FFFD}")
    #expect(SpecificCharacterSet.default.decode(ByteSlice(Array("é".utf8))) == "é")
    #expect(SpecificCharacterSet.default.decode(ByteSlice([0xE9])) == "\u{FFFD}")
    #expect(SpecificCharacterSet(terms: ["ISO 2022 IR 87"]).decode(ByteSlice([0x1B, 0x24, 0x42, 0x21])) == "\u{FFFD}")
    #expect(SpecificCharacterSet(terms: ["ISO 2022 IR 6"]).decode(ByteSlice([0x1B, 0x99])) == "\u{FFFD}\u{FFFD}")
    #expect(SpecificCharacterSet(terms: ["ISO_IR 100"]).encode("Ł") == [0x3F])
    #expect(SpecificCharacterSet.default.encode("Ł") == [0x3F])
    #expect(SpecificCharacterSet.utf8.encode("Ł") == Array("Ł".utf8))
  }

  @Test func everyByteInEveryTermDecodes() {
    let terms = [
      "ISO_IR 13", "ISO_IR 100", "ISO_IR 101", "ISO_IR 109", "ISO_IR 110", "ISO_IR 126", "ISO_IR 127", "ISO_IR 138",
      "ISO_IR 144", "ISO_IR 148", "ISO_IR 166", "ISO_IR 203", "ISO 2022 IR 6", "ISO 2022 IR 58", "ISO 2022 IR 87",
      "ISO 2022 IR 149", "ISO 2022 IR 159", "ISO_IR 192", "GB18030", "GBK",
    ]
    let bytes = ByteSlice((0...255).map { UInt8($0) } + (0...255).reversed().map { UInt8($0) })
    for term in terms {
      let set = SpecificCharacterSet(terms: [term])
      #expect(set.isKnown)
      #expect(!set.decode(bytes).isEmpty)
    }
  }

  /// As the manifest writes names: empty trailing groups and padding dropped.
  static func comparable(_ name: String) -> String {
    var groups = name.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    while groups.count > 1, groups.last?.isEmpty == true { groups.removeLast() }
    return groups.joined(separator: "=")
  }
}
