// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

struct AttributePathTests {
  @Test(arguments: [
    ("PatientName", "(0010,0010)", "PatientName"), ("00100010", "(0010,0010)", "PatientName"),
    ("(0010,0010)", "(0010,0010)", "PatientName"), ("(0009,1001)", "(0009,1001)", "(0009,1001)"),
    (
      "SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing",
      "(5200,9229)[0].(0028,9110)[0].(0028,0030)",
      "SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing"
    ),
    ("(0008,1140)[*].(0008,1155)", "(0008,1140)[*].(0008,1155)", "ReferencedImageSequence[*].ReferencedSOPInstanceUID"),
    ("ReferencedImageSequence[12]", "(0008,1140)[12]", "ReferencedImageSequence[12]"),
    ("(0029,\"SIEMENS CSA HEADER\",10)", "(0029,\"SIEMENS CSA HEADER\",10)", "(0029,\"SIEMENS CSA HEADER\",10)"),
    ("(6002,3000)", "(6002,3000)", "(6002,3000)"), ("(0009,\"A.B[1],\",ff)", "(0009,\"A.B[1],\",ff)", nil),
  ])
  func reads(text: String, tags: String, keywords: String?) throws {
    let path = try AttributePath(text)
    #expect(path.description == tags)
    if let keywords { #expect(path.keywords == keywords) }
    #expect(try AttributePath(path.description) == path)
    #expect(try AttributePath(path.keywords) == path)
  }

  @Test(arguments: [
    ("", AttributePathError.Code.malformed, 0), ("PatientNames", .unknownKeyword, 0), ("PatientName.", .malformed, 12),
    ("PatientName[", .malformed, 12), ("PatientName[x]", .malformed, 12), ("PatientName[0", .malformed, 13),
    ("PatientName[-1]", .malformed, 12), ("PatientName[99999999999999999999]", .malformed, 32),
    ("(0010)", .malformed, 5), ("(0010,0010", .malformed, 10), ("(0010,001g)", .malformed, 6),
    ("(0010,\"X\",10)", .malformed, 6 + 1), ("(0011,\"\",10)", .malformed, 7), ("(0011,\"X,10)", .malformed, 12),
    ("(0011,\"X\"10)", .malformed, 9), ("(0011,\"X\",1)", .malformed, 10), ("(0011,\"X\",10", .malformed, 12),
    ("Modality Modality", .malformed, 8), ("Modality.é", .malformed, 9),
    (String(repeating: "ReferencedStudySequence.", count: 80) + "Modality", .tooDeep, 64 * 24),
  ])
  func namesThePosition(text: String, code: AttributePathError.Code, position: Int) {
    let error = #expect(throws: AttributePathError.self) { try AttributePath(text) }
    #expect(error?.code == code)
    #expect(error?.position == position)
    #expect(error?.description.contains("character \(position + 1)") == true)
  }

  static let nested = DataSet.build([
    .patientID: "1",
    .referencedSeriesSequence: .items([
      .build([
        .seriesInstanceUID: "1.1",
        .referencedInstanceSequence: .items([
          .build([.referencedSOPInstanceUID: "1.1.1"]), .build([.referencedSOPInstanceUID: "1.1.2"]),
        ]),
      ]),
      .build([.seriesInstanceUID: "1.2", .referencedInstanceSequence: .items([.build([.rows: 1])])]),
    ]),
  ])

  @Test func gets() throws {
    let uid = try Self.nested[
      path: "ReferencedSeriesSequence[0].ReferencedInstanceSequence[1].ReferencedSOPInstanceUID"]
    #expect(uid?.bytes?.array == Array("1.1.2\0".utf8))
    #expect(try Self.nested[path: "ReferencedSeriesSequence.SeriesInstanceUID"]?.bytes?.array == Array("1.1\0".utf8))
    #expect(try Self.nested[path: "ReferencedSeriesSequence[2].SeriesInstanceUID"] == nil)
    #expect(try Self.nested[path: "ReferencedStudySequence[0].ReferencedSeriesSequence[0].Rows"] == nil)
    let all = try AttributePath("ReferencedSeriesSequence[*].ReferencedInstanceSequence[*].ReferencedSOPInstanceUID")
    #expect(try Self.nested.elements(at: all).count == 2)
    #expect(try Self.nested.items(at: AttributePath("ReferencedSeriesSequence")).count == 2)
    #expect(
      try Self.nested.items(at: AttributePath("ReferencedSeriesSequence[1]")).first?.uid(.seriesInstanceUID) == "1.2")
    let error = #expect(throws: AttributePathError.self) { try Self.nested[path: "PatientID[0].Rows"] }
    #expect(error?.code == .notASequence)
    #expect(error?.path == "(0010,0020)[0]")
  }

  @Test func sets() throws {
    var dataSet = Self.nested
    try dataSet.modify(at: AttributePath("ReferencedSeriesSequence[*].SeriesInstanceUID")) { $0.set($1, UID("2.2")) }
    #expect(dataSet.items(.referencedSeriesSequence).map { $0.uid(.seriesInstanceUID) } == ["2.2", "2.2"])
    let path = try AttributePath("RequestAttributesSequence[0].ScheduledProtocolCodeSequence[0].CodeValue")
    let error = #expect(throws: AttributePathError.self) {
      try dataSet.set(.bytes(ByteSlice([0x41, 0x20])), vr: .SH, at: path, creating: false)
    }
    #expect(error?.code == .absent)
    #expect(error?.path == "(0040,0275)[0]")
    try dataSet.set(.bytes(ByteSlice([0x41, 0x20])), vr: .SH, at: path)
    #expect(try dataSet.element(at: path)?.bytes?.array == [0x41, 0x20])
    #expect(throws: AttributePathError.self) {
      try dataSet.set(.bytes(.empty), vr: .SH, at: AttributePath("RequestAttributesSequence[2].CodeValue"))
    }
    #expect(throws: AttributePathError.self) {
      try dataSet.set(.bytes(.empty), vr: .SH, at: AttributePath("RequestAttributesSequence[0]"))
    }
  }

  @Test func insertsAndErases() throws {
    var dataSet = Self.nested
    try dataSet.insert(.build([.rows: 7]), at: AttributePath("ReferencedSeriesSequence[0]"))
    try dataSet.insert(.build([.rows: 9]), at: AttributePath("ReferencedSeriesSequence"))
    #expect(dataSet.items(.referencedSeriesSequence).map { $0.integer(.rows) } == [7, nil, nil, 9])
    #expect(throws: AttributePathError.self) {
      try dataSet.insert(DataSet(), at: AttributePath("ReferencedSeriesSequence[5]"))
    }
    #expect(try dataSet.erase(AttributePath("ReferencedSeriesSequence[0]")) == 1)
    #expect(try dataSet.erase(AttributePath("ReferencedSeriesSequence[7]")) == 0)
    #expect(try dataSet.erase(AttributePath("ReferencedSeriesSequence[*].SeriesInstanceUID")) == 2)
    #expect(try dataSet.erase(AttributePath("PatientName")) == 0)
    #expect(try dataSet.erase(AttributePath("PatientID")) == 1)
    #expect(try dataSet.erase(AttributePath("ReferencedSeriesSequence[*]")) == 3)
    #expect(dataSet.elements.map(\.tag) == [.referencedSeriesSequence])
  }

  @Test func followsPrivateCreators() throws {
    var dataSet = DataSet()
    dataSet.set(Tag(0x0029, 0x0010), .LO, "OTHER")
    let path = try AttributePath("(0029,\"MINE\",02)[0].(0011,\"MINE\",01)")
    let error = #expect(throws: AttributePathError.self) {
      try dataSet.set(.bytes(.empty), vr: .LO, at: path, creating: false)
    }
    #expect(error?.code == .absent)
    try dataSet.set(.bytes(ByteSlice([1, 2])), vr: .OB, at: path)
    #expect(dataSet.string(Tag(0x0029, 0x0011)) == "MINE")
    #expect(dataSet.items(Tag(0x0029, 0x1102)).first?.bytes(Tag(0x0011, 0x1001))?.array == [1, 2])
    #expect(try dataSet.element(at: path)?.tag == Tag(0x0011, 0x1001))
  }
}
