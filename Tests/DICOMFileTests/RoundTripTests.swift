// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct RoundTripTests {
  static let native: [TransferSyntax] = [
    .implicitVRLittleEndian, .explicitVRLittleEndian, .explicitVRBigEndian, .deflatedExplicitVRLittleEndian,
  ]

  /// One attribute of every VR.
  static let everyVR = DataSet.build([
    .selectorAEValue: "MARTLET", .selectorASValue: "042Y", .selectorATValue: [0x0010_0020, 0x7FE0_0010],
    .selectorCSValue: ["ORIGINAL", "PRIMARY"], .selectorDAValue: "20260228", .selectorDSValue: [1.5, -2.25],
    .selectorDTValue: "20260228120000.5+0100", .selectorFDValue: [1.5, .doubles([.infinity, -0.0])],
    .selectorFLValue: 2.5, .selectorISValue: [7, -8], .selectorLOValue: "long", .selectorLTValue: "a\\b",
    .selectorOBValue: .bytes([1, 2, 3, 4]), .selectorODValue: 3.5, .selectorOFValue: 4.5,
    .selectorOLValue: [70000], .selectorOVValue: [1_099_511_627_776], .selectorOWValue: [0x0102, 0x0304],
    .selectorPNValue: "Doe^Jane", .selectorSHValue: "short", .selectorSLValue: [-70000], .selectorSSValue: [-2],
    .selectorSTValue: "text", .selectorSVValue: [-1_099_511_627_776], .selectorTMValue: "120000",
    .selectorUCValue: "unlimited",
    .selectorUIValue: "1.2.3", .selectorULValue: [70000], .selectorUNValue: .bytes([9, 8]),
    .selectorURValue: "https://example.org/", .selectorUSValue: [65535], .selectorUTValue: "unlimited text",
    .selectorUVValue: [1_099_511_627_776],
    .selectorCodeSequenceValue: .items([.build([.codeValue: "T"]), DataSet()]),
  ])

  @Test(arguments: native)
  func everyVRSurvives(syntax: TransferSyntax) throws {
    let read = try readBack(Self.everyVR, syntax)
    #expect(read.elements.map(\.tag) == Self.everyVR.elements.map(\.tag))
    #expect(read.elements.map(\.vr) == Self.everyVR.elements.map(\.vr))
    #expect(try plain(read) == plain(Self.everyVR))
    #expect(read.doubles(.selectorFDValue) == [1.5, .infinity, -0.0])
    #expect(read.integers(.selectorSVValue) == [-1_099_511_627_776])
    #expect(read.integers(.selectorATValue) == [0x0010_0020, 0x7FE0_0010])
    #expect(read.strings(.selectorCSValue) == ["ORIGINAL", "PRIMARY"])
    #expect(read.string(.selectorLTValue) == "a\\b")
    #expect(read.items(.selectorCodeSequenceValue).count == 2)
  }

  @Test func everyVRIsThere() {
    #expect(Set(Self.everyVR.elements.map(\.vr)) == Set(VR.allCases))
  }

  @Test(arguments: native)
  func randomDataSetsSurvive(syntax: TransferSyntax) throws {
    var random = RandomDataSets(seed: 20_261)
    for _ in 0..<60 {
      let dataSet = random.dataSet()
      #expect(try plain(readBack(dataSet, syntax)) == plain(dataSet))
    }
  }

  @Test func pixelDataChangesItsByteOrder() throws {
    let image = DataSet.build([
      .bitsAllocated: 16, .pixelRepresentation: 1, .smallestImagePixelValue: .typed(.SS, -2),
      .pixelData: .typed(.OW, [0x0102, 0x0304, 0x0506]),
    ])
    let big = try DataSetWriter.write(image, transferSyntax: .explicitVRBigEndian)
    #expect(Array(big.suffix(6)) == [1, 2, 3, 4, 5, 6])
    let implicit = try TransferSyntaxConversion.convert(
      ByteSlice(big), from: .explicitVRBigEndian, to: .implicitVRLittleEndian)
    #expect(Array(implicit.suffix(6)) == [2, 1, 4, 3, 6, 5])
    let read = try DataSetReader.read(ByteSlice(implicit), transferSyntax: .implicitVRLittleEndian)
    #expect(read[.smallestImagePixelValue]?.vr == .SS)
    #expect(read.integer(.smallestImagePixelValue) == -2)
    #expect(read[.pixelData]?.vr == .OW)
  }

  @Test func lengthsKeepTheirForm() throws {
    var defined = DataSet.build([.codeValue: "A"])
    defined.itemLength = 0
    let items = [defined, DataSet.build([.codeValue: "B"])]
    var dataSet = DataSet()
    dataSet.set(DataElement(tag: .procedureCodeSequence, vr: .SQ, value: .items(items), length: 0))
    let bytes = try DataSetWriter.write(dataSet, transferSyntax: .explicitVRLittleEndian)
    let read = try DataSetReader.read(ByteSlice(bytes), transferSyntax: .explicitVRLittleEndian)
    #expect(read[.procedureCodeSequence]?.length == UInt32(bytes.count - 12))
    #expect(read.items(.procedureCodeSequence).map(\.itemLength) == [10, DataElement.undefinedLength])
    #expect(try DataSetWriter.write(read, transferSyntax: .explicitVRLittleEndian) == bytes)
  }

  @Test func longTextIsWrittenAsUN() throws {
    let text = String(repeating: "x", count: 70_000)
    let dataSet = DataSet.build([.selectorLOValue: .text([text])])
    let bytes = try DataSetWriter.write(dataSet, transferSyntax: .explicitVRLittleEndian)
    #expect(Array(bytes[4..<6]) == Array("UN".utf8))
    let read = try DataSetReader.read(ByteSlice(bytes), transferSyntax: .explicitVRLittleEndian)
    #expect(read[.selectorLOValue]?.vr == .LO)
    #expect(read.string(.selectorLOValue) == text)
  }

  /// Pieces put together are what is written at once.
  @Test(arguments: native)
  func gathersWhatItWrites(syntax: TransferSyntax) throws {
    var random = RandomObjects(seed: 12)
    for _ in 0..<10 {
      let object = try random.object(hasFragments: false)
      for length in [1, 20, 1_000] {
        let encoded = try DataSetWriter.gather(object, transferSyntax: syntax, longValue: length)
        #expect(try encoded.pieces.flatMap(\.array) == DataSetWriter.write(object, transferSyntax: syntax))
        #expect(encoded.pieces.allSatisfy { !$0.isEmpty })
      }
    }
  }

  /// Values over 4 GiB go in fragments, and none of them is copied.
  @Test func sixGigabytesOfFragments() throws {
    let length = 1 << 31
    let memory = try #require(calloc(length, 1))
    let fragment = ByteSlice(
      ByteStorage(base: memory, count: length) { base, _ in free(UnsafeMutableRawPointer(mutating: base)) })
    var image = DataSet.build([.patientID: "1"])
    image.set(DataElement(tag: .pixelData, vr: .OB, value: .fragments([.empty, fragment, fragment, fragment])))
    let encoded = try DataSetWriter.gather(image, transferSyntax: .encapsulatedUncompressedExplicitVRLittleEndian)
    #expect(encoded.count == 10 + 12 + 8 + 3 * (8 + length) + 8)
    #expect(encoded.pieces.filter { $0.storage === fragment.storage }.count == 3)
    #expect(encoded.pieces.map(\.count) == [38, length, 8, length, 8, length, 8])
    #expect(encoded.pieces[2].array == [0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0x80])
    var long = DataSet()
    let double = ByteSlice(ByteStorage(base: memory, count: 1 << 32) { _, _ in })
    long.set(DataElement(tag: .pixelData, vr: .OW, value: .bytes(double)))
    let error = #expect(throws: WriteError.self) {
      try DataSetWriter.gather(long, transferSyntax: .explicitVRLittleEndian)
    }
    #expect(error?.code == .tooLong)
  }

  @Test func conversionNeedsNativePixelData() throws {
    let image = DataSet.build([.pixelData: .fragments([[], [1, 2]])])
    #expect(throws: WriteError.self) { try TransferSyntaxConversion.convert(image, to: .implicitVRLittleEndian) }
    #expect(throws: WriteError.self) { try TransferSyntaxConversion.convert(DataSet(), to: .rleLossless) }
    #expect(!TransferSyntaxConversion.isPossible(from: .rleLossless, to: .explicitVRLittleEndian))
    #expect(TransferSyntaxConversion.isPossible(from: .explicitVRBigEndian, to: .deflatedExplicitVRLittleEndian))
  }

  @Test func fragmentsSurvive() throws {
    let image = DataSet.build([.rows: 1, .pixelData: .fragments([[], [1, 2, 3], [4, 5]])])
    let bytes = try DataSetWriter.write(image, transferSyntax: .rleLossless)
    let read = try DataSetReader.read(ByteSlice(bytes), transferSyntax: .rleLossless)
    guard case .fragments(let fragments) = read[.pixelData]?.value else {
      Issue.record("no fragments")
      return
    }
    #expect(fragments.map(\.array) == [[], [1, 2, 3, 0], [4, 5]])
  }

  /// Files whose headers are regular come out as they went in.
  @Test func corpusFilesAreWrittenAsTheyWere() throws {
    let options = ReadOptions(interpretsUN: false)
    for entry in Corpus.files("synthetic/ts/") + Corpus.files("synthetic/sop/") + Corpus.files("synthetic/volume/") {
      let bytes = try entry.bytes()
      let file = try Part10File.read(bytes, options: options)
      guard !file.transferSyntax.isDeflated else { continue }
      let written = try DataSetWriter.write(file.dataSet, transferSyntax: file.transferSyntax)
      #expect(written == bytes[file.dataSetOffset..<bytes.count].array, "\(entry.id)")
    }
  }

  private func readBack(_ dataSet: DataSet, _ syntax: TransferSyntax) throws -> DataSet {
    let bytes = try DataSetWriter.write(dataSet, transferSyntax: syntax)
    let result = try DataSetReader.readWithFindings(ByteSlice(bytes), transferSyntax: syntax)
    #expect(result.findings == [])
    return result.dataSet
  }

  private func plain(_ dataSet: DataSet) throws -> [UInt8] {
    try DataSetWriter.write(dataSet, transferSyntax: .explicitVRLittleEndian)
  }
}
