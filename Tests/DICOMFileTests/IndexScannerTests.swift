// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

struct IndexScannerTests {
  static let wanted: Set<Tag> = [
    .sopClassUID, .sopInstanceUID, .studyInstanceUID, .seriesInstanceUID, .patientID, .patientName, .rows,
    .requestAttributesSequence, .procedureCodeSequence, .numberOfFrames,
  ]

  @Test(arguments: [1, 7, 61, 100_000])
  func findsWhatTheReaderFinds(piece: Int) throws {
    let files = Corpus.files("synthetic/odd/") + Corpus.files("synthetic/ts/")
    for entry in piece == 1 ? Array(files.prefix(40)) : files {
      let bytes = try entry.bytes()
      guard let file = try? Part10File.read(bytes) else { continue }
      var scanner = IndexScanner(transferSyntax: file.transferSyntax, wanted: Self.wanted)
      try scan(bytes[file.dataSetOffset..<bytes.count], piece, &scanner)
      #expect(scanner.isDone)
      for tag in Self.wanted where tag != .numberOfFrames {
        #expect(scanner.dataSet[tag] == file.dataSet[tag], "\(entry.id) \(tag)")
      }
      #expect((scanner.pixelDataOffset != nil) == (file.dataSet[.pixelData] != nil), "\(entry.id)")
    }
  }

  @Test func stopsAtPixelData() throws {
    let image = DataSet.build([
      .patientID: "1", .rows: 4, .pixelData: .typed(.OW, .bytes([UInt8](repeating: 7, count: 4000))),
      .dataSetTrailingPadding: .bytes([0, 0]),
    ])
    let bytes = try DataSetWriter.write(image, transferSyntax: .explicitVRLittleEndian)
    var scanner = IndexScanner(transferSyntax: .explicitVRLittleEndian, wanted: [.patientID, .dataSetTrailingPadding])
    bytes.withUnsafeBytes { buffer in
      try? scanner.scan(UnsafeRawBufferPointer(rebasing: buffer.prefix(60)))
    }
    #expect(scanner.isDone)
    #expect(scanner.pixelDataOffset == bytes.count - 4000 - 12 - 14)
    #expect(scanner.dataSet.elements.map(\.tag) == [.patientID])
  }

  @Test func keepsNoLongValues() throws {
    let dataSet = DataSet.build([
      .patientID: "1", .imageComments: .text([String(repeating: "x", count: 100_000)]), .patientComments: "short",
    ])
    let bytes = try DataSetWriter.write(dataSet, transferSyntax: .implicitVRLittleEndian)
    var scanner = IndexScanner(
      transferSyntax: .implicitVRLittleEndian, wanted: [.patientID, .imageComments, .patientComments])
    try scan(ByteSlice(bytes), 1000, &scanner)
    #expect(scanner.dataSet.elements.map(\.tag) == [.patientID, .patientComments])
    #expect(scanner.findings.map(\.leniency) == [.valueNotKept])
  }

  @Test func keepsNestedSequences() throws {
    let inner = DataSet.build([.procedureCodeSequence: .items([.build([.codeValue: "X"])])])
    let dataSet = DataSet.build([
      .requestAttributesSequence: .items([inner]), .performedProtocolCodeSequence: .items([inner]), .patientID: "1",
    ])
    let bytes = try DataSetWriter.write(dataSet, transferSyntax: .explicitVRBigEndian)
    var scanner = IndexScanner(transferSyntax: .explicitVRBigEndian, wanted: [.requestAttributesSequence, .patientID])
    try scan(ByteSlice(bytes), 3, &scanner)
    let read = scanner.dataSet
    #expect(read.elements.map(\.tag) == [.patientID, .requestAttributesSequence])
    #expect(
      read.items(.requestAttributesSequence).first?.items(.procedureCodeSequence).first?.string(.codeValue) == "X")
  }

  @Test func inflates() throws {
    let dataSet = DataSet.build([.patientID: "inflated", .pixelData: .typed(.OW, .bytes([0, 0]))])
    let bytes = try DataSetWriter.write(dataSet, transferSyntax: .deflatedExplicitVRLittleEndian)
    var scanner = IndexScanner(transferSyntax: .deflatedExplicitVRLittleEndian, wanted: [.patientID])
    try scan(ByteSlice(bytes), 1, &scanner)
    #expect(scanner.dataSet.string(.patientID) == "inflated")
    #expect(scanner.pixelDataOffset == 16)
  }

  @Test func garbageThrows() {
    var scanner = IndexScanner(transferSyntax: .deflatedExplicitVRLittleEndian, wanted: [.patientID])
    let bytes = [UInt8](repeating: 0xFF, count: 100)
    #expect(throws: ReadError.self) {
      try bytes.withUnsafeBytes { try scanner.scan($0) }
    }
  }

  private func scan(_ bytes: ByteSlice, _ piece: Int, _ scanner: inout IndexScanner) throws {
    var offset = 0
    while offset < bytes.count, !scanner.isDone {
      // A copy that is freed right after: the scanner may keep nothing of it.
      let part = bytes[offset..<min(offset + piece, bytes.count)].array
      try part.withUnsafeBytes { try scanner.scan($0) }
      offset += piece
    }
    try scanner.finish()
  }
}
