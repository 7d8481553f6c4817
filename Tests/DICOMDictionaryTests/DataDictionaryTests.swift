// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Testing

import struct DICOMCore.Tag

struct DataDictionaryTests {
  @Test(arguments: [
    (Tag(0x0010, 0x0010), "PatientName", [VR.PN], "1", false), (Tag(0x0010, 0x0020), "PatientID", [.LO], "1", false),
    (Tag(0x0028, 0x0106), "SmallestImagePixelValue", [.US, .SS], "1", false),
    (Tag(0x0028, 0x3006), "LUTData", [.US, .OW], "1-n", false),
    (Tag(0x0020, 0x0032), "ImagePositionPatient", [.DS], "3", false),
    (Tag(0x0000, 0x0002), "AffectedSOPClassUID", [.UI], "1", false),
    (Tag(0x0002, 0x0010), "TransferSyntaxUID", [.UI], "1", false),
    (Tag(0x0004, 0x1220), "DirectoryRecordSequence", [.SQ], "1", false),
    (Tag(0x7FE0, 0x0010), "PixelData", [.OB, .OW], "1", false), (Tag(0xFFFE, 0xE000), "Item", [], "1", false),
  ])
  func knowsAttributes(tag: Tag, keyword: String, vrs: [VR], vm: String, isRetired: Bool) throws {
    let entry = try #require(DataDictionary.entry(for: tag))
    #expect(entry.tag == tag)
    #expect(entry.keyword == keyword)
    #expect(Set(entry.vrs) == Set(vrs))
    #expect(entry.vm == vm)
    #expect(entry.isRetired == isRetired)
    #expect(DataDictionary.tag(keyword: keyword) == tag)
    #expect(vrs.isEmpty || DataDictionary.vr(for: tag) == entry.vrs.first)
  }

  @Test(arguments: [
    (Tag(0x6002, 0x3000), Tag(0x6000, 0x3000), "OverlayData"),
    (Tag(0x50FE, 0x0005), Tag(0x5000, 0x0005), "CurveDimensions"),
    (Tag(0x0020, 0x3142), Tag(0x0020, 0x3100), "SourceImageIDs"),
    (Tag(0x0028, 0x0451), Tag(0x0028, 0x0411), "ColumnsForNthOrderCoefficients"),
    (Tag(0x0028, 0x0822), Tag(0x0028, 0x0802), "NumberOfTables"),
    (Tag(0x7F02, 0x0010), Tag(0x7F00, 0x0010), "VariablePixelData"),
    (Tag(0x1010, 0xABCD), Tag(0x1010, 0x0004), "ZonalMap"),
  ])
  func foldsRepeatingGroups(member: Tag, lowest: Tag, keyword: String) {
    #expect(DataDictionary.entry(for: member)?.keyword == keyword)
    #expect(DataDictionary.tag(keyword: keyword) == lowest)
  }

  @Test func knowsNothingOfOthers() {
    #expect(DataDictionary.entry(for: Tag(0x0009, 0x1001)) == nil)
    #expect(DataDictionary.entry(for: Tag(0x6001, 0x3000)) == nil)
    #expect(DataDictionary.entry(for: Tag(0x0010, 0x0007)) == nil)
    #expect(DataDictionary.vr(for: Tag(0x0010, 0x0007)) == nil)
    #expect(DataDictionary.tag(keyword: "PatientNam") == nil)
    #expect(DataDictionary.tag(keyword: "PatientNames") == nil)
    #expect(DataDictionary.tag(keyword: "") == nil)
  }

  @Test func knowsGroupLengthsAndPrivateCreators() {
    #expect(DataDictionary.entry(for: Tag(0x0010, 0x0000))?.vrs == [.UL])
    #expect(DataDictionary.entry(for: Tag(0x0009, 0x0010))?.vrs == [.LO])
    #expect(DataDictionary.vr(for: Tag(0x0009, 0x0010)) == .LO)
    #expect(DataDictionary.vr(for: Tag(0x0018, 0x0000)) == .UL)
  }

  @Test func everyAttributeIsFoundByTagAndKeyword() {
    var count = 0
    var last: Tag?
    for entry in DataDictionary.all {
      #expect(DataDictionary.entry(for: entry.tag) == entry)
      if !entry.keyword.isEmpty { #expect(DataDictionary.tag(keyword: entry.keyword) == entry.tag) }
      if let last { #expect(last < entry.tag) }
      last = entry.tag
      count += 1
    }
    #expect(count == DataDictionary.count)
    #expect(count > 5300)
    #expect(DataDictionary.edition.contains("2026"))
  }

  @Test func constantsAreTheDictionary() {
    #expect(Tag.patientID == Tag(0x0010, 0x0020))
    #expect(Tag.sopInstanceUID == Tag(0x0008, 0x0018))
    #expect(Tag.voiLUTSequence == Tag(0x0028, 0x3010))
    #expect(Tag.pixelData == Tag(0x7FE0, 0x0010))
    #expect(Tag.overlayData == Tag(0x6000, 0x3000))
    #expect(Tag.xRayTubeCurrent == Tag(0x0018, 0x1151))
  }
}
