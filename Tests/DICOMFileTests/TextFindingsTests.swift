// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

struct TextFindingsTests {
  @Test(arguments: [
    ([] as [String], [0x41] as [UInt8], nil as Leniency?), ([], [0xC3, 0xA9], .undeclaredCharacters),
    ([], [0xE9], .undeclaredCharacters), (["ISO_IR 100"], [0xE9], nil), (["ISO_IR 192"], [0xC3, 0xA9], nil),
    (["ISO_IR 192"], [0xE9, 0x41], .undecodableText), (["ISO-IR 100"], [0xE9], .wrongCharacterSet),
    (["ISO_IR 999"], [0x41], .wrongCharacterSet),
    (["", "ISO 2022 IR 87"], [0x1B, 0x24, 0x42, 0x21], .undecodableText),
    (["", "ISO 2022 IR 87"], [0x1B, 0x24, 0x42, 0x3B, 0x33, 0x1B, 0x28, 0x42], nil),
  ])
  func isFound(terms: [String], bytes: [UInt8], leniency: Leniency?) {
    var dataSet = DataSet()
    if !terms.isEmpty { dataSet.set(.specificCharacterSet, .CS, terms) }
    var item = DataSet(inheritedCharacterSet: dataSet.characterSet)
    item.set(DataElement(tag: .codeMeaning, vr: .LO, value: .bytes(ByteSlice(bytes))))
    dataSet.set(.procedureCodeSequence, items: [DataSet(), item])
    let findings = dataSet.textFindings()
    #expect(findings.map(\.leniency) == (leniency.map { [$0] } ?? []))
    guard let finding = findings.first else { return }
    let isTerm = finding.leniency == .wrongCharacterSet
    #expect(finding.path == (isTerm ? "(0008,0005)" : "(0008,1032)[1].(0008,0104)"))
  }

  /// The files that are made to be right have no findings but the one without any declaration.
  @Test func charsetFiles() throws {
    for entry in Corpus.files("synthetic/charset/") + Corpus.files("synthetic/volume/") {
      let file = try Part10File.read(entry.bytes())
      let findings = file.dataSet.textFindings()
      #expect(findings.isEmpty || Self.known[entry.id] != nil, "\(entry.id) \(findings)")
      for finding in findings { #expect(finding.offset > file.dataSetOffset) }
    }
  }

  static let known: [String: Leniency] = [:]
}
