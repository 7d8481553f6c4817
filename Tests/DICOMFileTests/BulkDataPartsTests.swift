// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

struct BulkDataPartsTests {
  private let image = DataSet.build([
    .patientName: "Doe^Jane", .rows: 1,
    .waveformSequence: .items([.build([.waveformData: .typed(.OW, [1, 2])])]),
    .pixelData: .typed(.OW, [1, 2, 3]),
  ])

  /// References of every binary value.
  private let options = ModelEncodingOptions { path, _ in "urn:x:\(path)" }

  private func written(_ dataSet: DataSet) throws -> [UInt8] {
    try DataSetWriter.write(dataSet, transferSyntax: .explicitVRLittleEndian)
  }

  @Test func valuesComeFromTheirParts() throws {
    var parts = BulkDataParts()
    parts.add(location: "urn:x:7FE00010", bytes: ByteSlice([1, 0, 2, 0]))
    parts.add(location: "urn:x:7FE00010", bytes: ByteSlice([3, 0]))
    parts.add(location: "urn:x:54000100/1/54001010", bytes: ByteSlice([1, 0, 2, 0]))
    let objects = try parts.objects(json: DICOMJSON.encode([image, image], options: options))
    #expect(try objects.map { try written($0.dataSet) } == [written(image), written(image)])
    #expect(objects[0].transferSyntax == .explicitVRLittleEndian)
    let xml = try parts.object(xml: DICOMXML.encode(image, options: options))
    #expect(try written(xml.dataSet) == written(image))
  }

  @Test func compressedFramesBecomeFragments() throws {
    var parts = BulkDataParts()
    parts.add(location: "urn:x:7FE00010", bytes: ByteSlice([1, 2]), transferSyntax: .jpegBaseline8Bit)
    parts.add(location: "urn:x:7FE00010", bytes: ByteSlice([3, 4]), transferSyntax: .jpegBaseline8Bit)
    parts.add(location: "urn:x:54000100/1/54001010", bytes: ByteSlice([1, 0, 2, 0]))
    let json = DICOMJSON.encode(image, options: options)
    let object = try #require(try parts.objects(json: json).first)
    #expect(object.transferSyntax == .jpegBaseline8Bit)
    #expect(object.dataSet[.pixelData]?.value == .fragments([.empty, ByteSlice([1, 2]), ByteSlice([3, 4])]))
    let file = try Part10File.read(
      ByteSlice(try DataSetWriter.writeFile(object.dataSet, transferSyntax: object.transferSyntax)))
    #expect(file.findings.isEmpty)
    parts.add(location: "urn:x:7FE00010", bytes: ByteSlice([3, 4]), transferSyntax: .rleLossless)
    let error = #expect(throws: ReadError.self) { try parts.objects(json: json) }
    #expect(error?.code == .invalidBulkData)
  }

  @Test func aMissingPartIsAnError() {
    let error = #expect(throws: ReadError.self) {
      try BulkDataParts().objects(json: DICOMJSON.encode(image, options: options))
    }
    #expect(error?.code == .invalidBulkData)
  }
}
