// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

struct CheckedValueTests {
  /// PS3.5 §6.2: what each VR takes and what it refuses.
  @Test(arguments: [
    (VR.AE, ["MARTLET", "A B", String(repeating: "x", count: 16)], ["12345678901234567", "a\\b", "  ", "é", "a\tb"]),
    (.AS, ["042Y", "999D"], ["42Y", "042y", "042", "0042Y"]),
    (.CS, ["ORIGINAL", "A_1 B"], ["original", "A-B", "12345678901234567"]),
    (.DA, ["20260228"], ["2026.02.28", "202602", "20260230", "today"]),
    (
      .DS, ["1", "-1.5", ".5", "1.", "+1e-3", "1E5"],
      ["x", "1e", "", "1,5", "0x10", "NaN", "12345678901234567"].filter { !$0.isEmpty }
    ),
    (.DT, ["2026", "20260228142530.123456+0100"], ["2026-02-28", "20260228T14", "25"]),
    (.IS, ["0", "-2147483648", "+7"], ["1.5", "2147483648", "x", "0000000000001"]),
    (.LO, ["text", "a^b=c", String(repeating: "x", count: 64)], [String(repeating: "x", count: 65), "a\nb"]),
    (.LT, ["a\\b\r\nc\u{c}d", ""], [String(repeating: "x", count: 10_241), "a\u{1}"]),
    (.PN, ["Doe^Jane", "A^B^C^D^E=F=G", ""], ["A^B^C^D^E^F", "A=B=C=D", String(repeating: "x", count: 65)]),
    (.SH, ["short"], ["12345678901234567"]), (.ST, ["a\\b"], [String(repeating: "x", count: 1025)]),
    (.TM, ["14", "142530.5"], ["14:25:30", "25", "142530.1234567"]),
    (.UC, [String(repeating: "x", count: 100_000)], ["a\u{0}b"]), (.UI, ["1.2.3"], ["1.02", "a", "1..2"]),
    (.UR, ["https://example.org/a%20b"], ["a b", " a"]), (.UT, ["a\\b\t"], ["a\u{7F}"]),
  ])
  func rules(vr: VR, right: [String], wrong: [String]) {
    for text in right {
      #expect(throws: Never.self, "\(vr) \(text.prefix(40))") { try ValueRules.check(text, vr) }
      var dataSet = DataSet()
      #expect(throws: Never.self) { try dataSet.set(.selectorUTValue, vr, to: .texts([text])) }
      #expect(dataSet.strings(.selectorUTValue) == (text.isEmpty ? [] : [text]))
      #expect((dataSet.bytes(.selectorUTValue)?.count ?? 1) % 2 == 0)
    }
    for text in wrong {
      var dataSet = DataSet()
      let error = #expect(throws: ValueError.self, "\(vr) \(text.prefix(40))") {
        try dataSet.set(.selectorUTValue, vr, to: .texts([text]))
      }
      #expect(error?.tag == .selectorUTValue)
      #expect(dataSet.isEmpty)
    }
  }

  static let everyVR: [(VR, AttributeValues)] = [
    (.AE, .texts(["A", "B"])), (.AS, .ages([Age(42, .years), Age(3, .weeks)].compactMap { $0 })),
    (.AT, .tags([.patientID, .pixelData])), (.CS, .texts(["A", "B"])),
    (.DA, .dates([DICOMDate("20260228"), DICOMDate("20260301")].compactMap { $0 })),
    (.DS, .decimals([DecimalString("1.50"), DecimalString("-.5")].compactMap { $0 })),
    (.DT, .dateTimes([DICOMDateTime("2026+0100"), DICOMDateTime("20260228142530.5")].compactMap { $0 })),
    (.FD, .doubles([1.5, -.infinity])), (.FL, .doubles([1.5, -2.25])), (.IS, .integers([7, -8])),
    (.LO, .texts(["a", "b"])), (.LT, .texts(["a\\b"])), (.OB, .bytes(ByteSlice([1, 2]))),
    (.OD, .bytes(ByteSlice([1, 2, 3, 4, 5, 6, 7, 8]))), (.OF, .bytes(ByteSlice([1, 2, 3, 4]))),
    (.OL, .bytes(ByteSlice([1, 2, 3, 4]))), (.OV, .bytes(ByteSlice([1, 2, 3, 4, 5, 6, 7, 8]))),
    (.OW, .bytes(ByteSlice([1, 2]))), (.PN, .personNames([PersonName("A^B=C=D"), PersonName("E")])),
    (.SH, .texts(["a", "", "b"])), (.SL, .integers([-70_000, 1])), (.SQ, .items([DataSet()])),
    (.SS, .integers([-32_768, 32_767])), (.ST, .texts(["a"])), (.SV, .integers([.min, .max])),
    (.TM, .times([DICOMTime("14"), DICOMTime("142530.25")].compactMap { $0 })), (.UC, .texts(["a", "b"])),
    (.UI, .uids(["1.2", "1.3"])), (.UL, .integers([0, 4_294_967_295])), (.UN, .bytes(ByteSlice([9, 9]))),
    (.UR, .texts(["https://example.org/"])), (.US, .integers([0, 65_535])), (.UT, .texts(["a\\b"])),
    (.UV, .unsignedIntegers([0, .max])),
  ]

  @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
  func everyVRGivesBackWhatWasSet(order: ByteOrder) throws {
    #expect(Set(Self.everyVR.map(\.0)) == Set(VR.allCases))
    for (vr, values) in Self.everyVR {
      var dataSet = DataSet(byteOrder: order)
      try dataSet.set(Tag(0x0009, 0x1001), vr, to: values)
      #expect(dataSet.values(Tag(0x0009, 0x1001)) == values, "\(vr)")
      #expect(dataSet[Tag(0x0009, 0x1001)]?.vr == vr)
      try dataSet.set(Tag(0x0009, 0x1001), vr, to: .empty)
      #expect(dataSet[Tag(0x0009, 0x1001)]?.isEmpty == true)
    }
  }

  @Test(arguments: [
    (VR.US, AttributeValues.integers([70_000]), ValueError.Code.outOfRange), (.US, .integers([-1]), .outOfRange),
    (.SS, .integers([40_000]), .outOfRange), (.UL, .integers([-1]), .outOfRange), (.US, .doubles([1.5]), .outOfRange),
    (.FL, .doubles([1e300]), .outOfRange), (.DS, .doubles([.nan]), .outOfRange), (.UI, .integers([1]), .wrongKind),
    (.US, .items([]), .wrongKind), (.SQ, .integers([1]), .wrongKind), (.SQ, .texts(["a"]), .wrongKind),
    (.OB, .texts(["a"]), .wrongKind), (.US, .texts(["x"]), .malformed), (.AT, .texts(["0010"]), .malformed),
    (.OW, .bytes(ByteSlice([1])), .malformed), (.LT, .texts(["a", "b"]), .tooManyValues),
    (.LO, .texts(["a\\b"]), .invalidCharacter), (.DA, .times([]), .wrongKind), (.AT, .integers([1]), .wrongKind),
    (.LO, .doubles([1]), .wrongKind), (.SQ, .bytes(ByteSlice([1])), .wrongKind), (.US, .personNames([]), .wrongKind),
  ])
  func refuses(vr: VR, values: AttributeValues, code: ValueError.Code) {
    var dataSet = DataSet()
    let error = #expect(throws: ValueError.self) { try dataSet.set(.patientID, vr, to: values) }
    #expect(error?.code == code, "\(String(describing: error))")
    #expect(dataSet.isEmpty)
  }

  @Test func textBecomesNumbersAndTags() throws {
    var dataSet = DataSet()
    try dataSet.set(.rows, to: "512")
    try dataSet.set(.frameIncrementPointer, to: "(0018,1063)")
    try dataSet.set(.selectorFDValue, to: .texts(["1.5", "-2"]))
    try dataSet.set(.pixelSpacing, to: .doubles([0.1, 1.0 / 3]))
    try dataSet.set(.seriesNumber, to: 7)
    #expect(dataSet.integer(.rows) == 512)
    #expect(dataSet.tags(.frameIncrementPointer) == [.frameTime])
    #expect(dataSet.doubles(.selectorFDValue) == [1.5, -2])
    #expect(dataSet.strings(.pixelSpacing) == ["0.1", "0.33333333333333"])
    #expect(dataSet.string(.seriesNumber) == "7")
    let error = #expect(throws: ValueError.self) { try dataSet.set(Tag(0x0009, 0x1001), to: "x") }
    #expect(error?.code == .unknownVR)
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "-0"), (1, "1"), (1e22, "1e+22"), (123_456_789.123_456_789, "123456789.123457"),
    (-1.0 / 3, "-0.3333333333333"), (1e-300, "1e-300"), (-1.234_567_890_123e-200, "-1.234567890e-200"),
  ])
  func decimals(value: Double, text: String) throws {
    let decimal = try #require(DecimalString(value))
    #expect(decimal.text.utf8.count <= 16)
    let read = try #require(DecimalString(decimal.text))
    #expect(abs(read.value - value) <= abs(value) * 1e-8)
    #expect(decimal.text == text || abs(read.value - value) <= abs((Double(text) ?? 0) - value), "\(decimal.text)")
  }

  @Test func decimalsKeepTheirText() {
    let dataSet = DataSet.build([.sliceThickness: ["+1.50", "x", "1.", "1.e2"]])
    #expect(dataSet.decimals(.sliceThickness)?.map { $0?.text } == ["+1.50", nil, "1.", "1.e2"])
    #expect(dataSet.decimals(.sliceThickness)?.map { $0?.value } == [1.5, nil, 1, 100])
  }

  @Test func vrFollowsTheImage() throws {
    var dataSet = DataSet.build([.pixelRepresentation: 1, .bitsAllocated: 8])
    try dataSet.set(.smallestImagePixelValue, to: -5)
    #expect(dataSet[.smallestImagePixelValue]?.vr == .SS)
    #expect(dataSet.vr(for: .pixelData) == .OB)
    #expect(dataSet.vr(for: .patientID) == .LO)
    #expect(dataSet.vr(for: Tag(0x0009, 0x1001)) == nil)
    dataSet.set(Tag(0x0029, 0x0010), .LO, "SIEMENS CSA HEADER")
    #expect(dataSet.vr(for: Tag(0x0029, 0x1008)) == .CS)
    try dataSet.set("A", at: AttributePath("(0029,\"SIEMENS CSA HEADER\",08)"))
    #expect(dataSet[Tag(0x0029, 0x1008)]?.vr == .CS)
    let error = #expect(throws: AttributePathError.self) { try dataSet.set("x y", at: AttributePath("Rows")) }
    #expect(error?.code == .invalidValue)
    #expect(error?.path == "(0028,0010)")
  }
}
