// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

struct PrivateElementTests {
  private static func source() -> DataSet {
    var dataSet = DataSet.build([.patientID: "1"])
    let block = dataSet.reservePrivateBlock(group: 0x2005, creator: "Philips MR Imaging DD 001")
    let other = dataSet.reservePrivateBlock(group: 0x2001, creator: "Philips Imaging DD 001")
    if let other {
      dataSet.set(other.tag(0x03), .FL, doubles: [1000])
      var item = DataSet()
      item.itemLength = 0
      let nested = item.reservePrivateBlock(group: 0x2001, creator: "Philips Imaging DD 001")
      if let nested { item.set(nested.tag(0x03), .FL, doubles: [500]) }
      dataSet.set(DataElement(tag: other.tag(0x5F), vr: .SQ, value: .items([item]), length: 0))
      // A length that is none of its VR, and an element that nobody knows.
      dataSet.set(DataElement(tag: other.tag(0x09), vr: .UN, value: .bytes(ByteSlice([1, 2]))))
      dataSet.set(DataElement(tag: other.tag(0xFE), vr: .UN, value: .bytes(ByteSlice([1, 2]))))
    }
    if let block { dataSet.set(block.tag(0x00), .FL, doubles: [2]) }
    return dataSet
  }

  @Test func implicitElementsGetTheirVR() throws {
    let bytes = try DataSetWriter.write(Self.source(), transferSyntax: .implicitVRLittleEndian)
    var dataSet = try DataSetReader.read(ByteSlice(bytes), transferSyntax: .implicitVRLittleEndian)
    #expect(dataSet[0x2001, "Philips Imaging DD 001", 0x03]?.vr == .UN)
    dataSet.interpretPrivateElements()
    #expect(dataSet[0x2001, "Philips Imaging DD 001", 0x03]?.vr == .FL)
    #expect(dataSet.double(Tag(0x2001, 0x1003)) == 1000)
    #expect(dataSet.items(Tag(0x2001, 0x105F)).first?.double(Tag(0x2001, 0x1003)) == 500)
    #expect(dataSet[Tag(0x2001, 0x1009)]?.vr == .UN)
    #expect(dataSet[Tag(0x2001, 0x10FE)]?.vr == .UN)
    #expect(try DataSetWriter.write(dataSet, transferSyntax: .implicitVRLittleEndian) == bytes)
    // In explicit VR it says UN, whoever reads it, and is the same again.
    let explicit = try DataSetWriter.write(dataSet, transferSyntax: .explicitVRLittleEndian)
    var again = try DataSetReader.read(ByteSlice(explicit), transferSyntax: .explicitVRLittleEndian)
    #expect(again[Tag(0x2001, 0x1003)]?.vr == .UN)
    again.interpretPrivateElements()
    #expect(again.items(Tag(0x2001, 0x105F)).first?.double(Tag(0x2001, 0x1003)) == 500)
    #expect(try DataSetWriter.write(again, transferSyntax: .explicitVRLittleEndian) == explicit)
  }

  /// Interpreting changes no byte of any file.
  @Test func corpusFilesStayAsTheyAre() throws {
    var interpreted = 0
    for entry in Corpus.files("pypi/pydicom/test_files/") + Corpus.files("files/") {
      guard let file = try? Part10File.read(entry.bytes()), file.findings.isEmpty, !file.transferSyntax.isDeflated
      else { continue }
      var copy = file.dataSet
      copy.interpretPrivateElements()
      guard copy != file.dataSet else { continue }
      interpreted += 1
      let written = ByteSlice(try DataSetWriter.write(copy, transferSyntax: file.transferSyntax))
      #expect(
        try written == ByteSlice(DataSetWriter.write(file.dataSet, transferSyntax: file.transferSyntax)), "\(entry.id)")
    }
    print("\(interpreted) files have private elements that the dictionary knows and the file does not say")
  }
}
