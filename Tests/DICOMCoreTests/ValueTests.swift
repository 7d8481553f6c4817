// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

struct ValueTests {
  @Test(arguments: [
    ("1.2.840.10008.1.1", true), ("0.0", true), ("2.25.0", true), ("1", true), ("", false), ("1..2", false),
    (".1", false), ("1.", false), ("1.02", false), ("1.2a", false), ("1 .2", false),
    (String(repeating: "1", count: 64), true), (String(repeating: "1", count: 65), false),
  ])
  func uidsAreValid(text: String, isValid: Bool) {
    #expect(UID(text).isValid == isValid)
  }

  @Test func randomUIDsDiffer() {
    let uids = (0..<100).map { _ in UID.random() }
    #expect(Set(uids).count == 100)
    #expect(uids.allSatisfy { $0.isValid && $0.rawValue.hasPrefix("2.25.") })
  }

  @Test(arguments: VR.allCases)
  func vrs(vr: VR) {
    #expect(VR(vr.name) == vr)
    #expect(vr.name.utf8.count == 2)
    #expect(!vr.usesSpecificCharacterSet || vr.isText)
    #expect(!vr.isMultiValued || vr.isText)
    #expect(!vr.isText || vr.unitSize == 1)
  }

  @Test func unknownVRs() {
    for text in ["", "P", "PNN", "pn", "ZZ", "??", "é"] { #expect(VR(text) == nil) }
  }

  @Test func personNames() {
    let name = PersonName("Yamada^Tarou=山田^太郎=やまだ^たろう")
    #expect(name.alphabetic.family == "Yamada")
    #expect(name.ideographic.given == "太郎")
    #expect(name.phonetic.family == "やまだ")
    #expect(name.phonetic.suffix == "")
    let empty = PersonName("")
    #expect(empty.alphabetic.isEmpty && empty.ideographic.isEmpty && empty.phonetic.isEmpty)
    #expect(PersonName("A^B^C^D^E").alphabetic.components == ["A", "B", "C", "D", "E"])
  }

  @Test func textValues() {
    let dataSet = DataSet.build([
      .imageType: ["ORIGINAL", "PRIMARY "], .patientComments: " a\\b ", .patientID: [], .seriesNumber: " 12 ",
      .pixelSpacing: ["0.5", "1e-1"], .studyInstanceUID: "1.2.3",
    ])
    #expect(dataSet.strings(.imageType) == ["ORIGINAL", "PRIMARY"])
    #expect(dataSet.strings(.patientComments) == [" a\\b"])
    #expect(dataSet.strings(.patientID) == [])
    #expect(dataSet.string(.patientID) == nil)
    #expect(dataSet.strings(.patientName) == nil)
    #expect(dataSet.integer(.seriesNumber) == 12)
    #expect(dataSet.doubles(.pixelSpacing) == [0.5, 0.1])
    #expect(dataSet.uid(.studyInstanceUID) == "1.2.3")
    #expect(dataSet.bytes(.studyInstanceUID)?.array == [0x31, 0x2E, 0x32, 0x2E, 0x33, 0])
  }

  @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
  func binaryValues(order: ByteOrder) {
    let dataSet = DataSet.build(
      [
        .rows: 512, .selectorSSValue: [-1, 2], .selectorULValue: 4_000_000_000, .selectorSLValue: -5,
        .selectorFLValue: 0.5, .selectorFDValue: [1.25, -2.5], .selectorSVValue: -1_099_511_627_776,
        .frameIncrementPointer: 0x0018_1063,
        .selectorUVValue: .bytes([255, 255, 255, 255, 255, 255, 255, 255]),
      ], byteOrder: order)
    #expect(dataSet.integer(.rows) == 512)
    #expect(dataSet.bytes(.rows)?.array == (order == .littleEndian ? [0, 2] : [2, 0]))
    #expect(dataSet.integers(.selectorSSValue) == [-1, 2])
    #expect(dataSet.integer(.selectorULValue) == 4_000_000_000)
    #expect(dataSet.integer(.selectorSLValue) == -5)
    #expect(dataSet.double(.selectorFLValue) == 0.5)
    #expect(dataSet.doubles(.selectorFDValue) == [1.25, -2.5])
    #expect(dataSet.integer(.selectorSVValue) == -1_099_511_627_776)
    #expect(dataSet.integer(.frameIncrementPointer) == 0x0018_1063)
    #expect(dataSet.strings(.selectorUVValue) == ["18446744073709551615"])
    #expect(dataSet.integer(.selectorUVValue) == Int.max)
    #expect(dataSet.strings(.selectorFDValue) == ["1.25", "-2.5"])
  }

  @Test func numbersOutOfRangeAreClamped() {
    var dataSet = DataSet()
    dataSet.set(.rows, .US, integers: [70_000, -1])
    #expect(dataSet.integers(.rows) == [65_535, 0])
  }

  @Test func valuesCutShortAreNoNumbers() {
    let dataSet = DataSet.build([.rows: .bytes([1]), .selectorFDValue: .bytes([1, 2, 3]), .seriesNumber: "x"])
    #expect(dataSet.integer(.rows) == nil)
    #expect(dataSet.double(.selectorFDValue) == nil)
    #expect(dataSet.integers(.seriesNumber) == [])
  }
}
