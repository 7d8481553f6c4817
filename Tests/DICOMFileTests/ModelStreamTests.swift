// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

/// Models written of tokens, piece by piece.
struct ModelStreamTests {
  /// Encodes a data set that comes in pieces.
  private func stream(
    _ bytes: ByteSlice, _ syntax: TransferSyntax, piece: Int, options: ModelEncodingOptions = .init()
  ) throws -> (json: [UInt8], xml: [UInt8], bulk: [String: [UInt8]], longest: Int) {
    var reader = TokenReader(transferSyntax: syntax)
    var json = DICOMJSON.Encoder(options: options)
    var xml = DICOMXML.Encoder(options: options)
    var bulk: [String: [UInt8]] = [:]
    var result: (json: [UInt8], xml: [UInt8], longest: Int) = ([], [], 0)
    var position = 0
    while true {
      while let token = try reader.next() {
        try json.consume(token, byteOrder: reader.byteOrder) { uri, bytes, _ in bulk[uri, default: []] += bytes.array }
        try xml.consume(token, byteOrder: reader.byteOrder)
        let part = json.takeBytes()
        result.longest = max(result.longest, part.count)
        result.json += part
        result.xml += xml.takeBytes()
      }
      guard position < bytes.count else {
        if reader.isAtEnd { break }
        reader.finish()
        position += 1
        if position > bytes.count + 1 { break }
        continue
      }
      let end = min(position + piece, bytes.count)
      reader.feed(bytes[position..<end])
      position = end
    }
    return (result.json + json.finish(), result.xml + xml.finish(), bulk, result.longest)
  }

  @Test(arguments: [1, 7, 1 << 20])
  func piecesGiveTheSameText(piece: Int) throws {
    for syntax in RoundTripTests.native {
      let bytes = ByteSlice(try DataSetWriter.write(RoundTripTests.everyVR, transferSyntax: syntax))
      let whole = try DataSetReader.read(bytes, transferSyntax: syntax)
      let streamed = try stream(bytes, syntax, piece: piece)
      #expect(streamed.json == DICOMJSON.encode(whole))
      #expect(streamed.xml == DICOMXML.encode(whole))
    }
  }

  @Test func corpusFilesGiveTheSameText() throws {
    var compared = 0
    // Unordered and repeated elements stay as they are in a stream, whose end is not known in advance.
    let excepted: Set<Leniency> = [.unorderedTags, .duplicateTag, .truncatedValue, .lengthBeyondEnclosing]
    for entry in Corpus.files() where (entry.integer("size") ?? 0) < 30_000 {
      let bytes = try entry.bytes()
      guard let header = try? Part10Header.parse(bytes), let file = try? Part10File.read(bytes) else { continue }
      if file.findings.contains(where: { excepted.contains($0.leniency) }) { continue }
      let options = ModelEncodingOptions { path, element in element.length > 1_024 ? "u/\(path)" : nil }
      let streamed = try stream(
        bytes[header.dataSetOffset..<bytes.count], header.transferSyntax, piece: 9_999, options: options)
      #expect(streamed.json == DICOMJSON.encode(file.dataSet, options: options), "\(entry.id)")
      #expect(streamed.xml == DICOMXML.encode(file.dataSet, options: options), "\(entry.id)")
      compared += 1
    }
    #expect(compared > 400)
  }

  /// What was written is read again, and written again the same.
  @Test func corpusModelsComeBack() throws {
    // JSON numbers that are too long for DS; a value of odd length, which is padded; characters that XML cannot write,
    // so that the text becomes UTF-8.
    var differences: Set<String> = [
      "files/highdicom/data__test_files__dx_image.dcm JSON",
      "files/highdicom/data__test_files__dx_image.dcm XML", "synthetic/odd/ds_is_edge.dcm JSON",
      "synthetic/odd/control_chars_lt.dcm XML",
    ]
    // Items that have text beyond ASCII say themselves that it is UTF-8; an empty character set becomes UTF-8; values
    // of odd length are padded.
    for file in [
      "palettes/spring.dcm", "palettes/summer.dcm", "palettes/pet20step.dcm", "charset_files/chrSQEncoding1.dcm",
      "test_files/test-SR.dcm", "test_files/empty_charset_LEI.dcm", "test_files/meta_missing_tsyntax.dcm",
      "test_files/nested_priv_SQ.dcm",
    ] {
      differences.formUnion(["pypi/pydicom/\(file) JSON", "pypi/pydicom/\(file) XML"])
    }
    var compared = 0
    for entry in Corpus.files() where (entry.integer("size") ?? 0) < 30_000 {
      guard let file = try? Part10File.read(entry.bytes()) else { continue }
      let options = ModelDecodingOptions(depth: 2_048)
      let json = DICOMJSON.encode(file.dataSet)
      let again = try DICOMJSON.encode(DICOMJSON.decode(json, options: options))
      #expect(
        Self.equal(again, json) != differences.contains("\(entry.id) JSON"),
        "\(entry.id) JSON \(Self.difference(again, json))")
      let xml = DICOMXML.encode(file.dataSet)
      let second = try DICOMXML.encode(DICOMXML.decode(xml, options: options))
      #expect(
        Self.equal(second, xml) != differences.contains("\(entry.id) XML"),
        "\(entry.id) XML \(Self.difference(second, xml))")
      compared += 1
    }
    #expect(compared > 400)
  }

  /// A comparison whose failure prints no megabytes.
  private static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool { left == right }

  /// Both texts from where they differ.
  private static func difference(_ left: [UInt8], _ right: [UInt8]) -> String {
    let start = zip(left, right).prefix { $0 == $1 }.count
    let parts = [left, right].map { String(decoding: $0[max(0, start - 80)...].prefix(160), as: UTF8.self) }
    return parts.joined(separator: " / ")
  }

  /// A value of 20 MB passes by in small parts.
  @Test func longValuesAreNotHeld() throws {
    var dataSet = DataSet()
    let value = ByteSlice([UInt8](repeating: 7, count: 20_000_002))
    dataSet.set(DataElement(tag: .pixelData, vr: .OW, value: .bytes(value)))
    let bytes = ByteSlice(try DataSetWriter.write(dataSet, transferSyntax: .explicitVRLittleEndian))
    let streamed = try stream(bytes, .explicitVRLittleEndian, piece: 65_536)
    #expect(streamed.longest < 100_000)
    #expect(try DICOMJSON.decode(streamed.json).bytes(.pixelData) == value)
  }

  @Test func bulkDataIsLittleEndian() throws {
    var dataSet = DataSet()
    dataSet.set(.pixelData, .OW, integers: [1, 2, 258])
    let bytes = ByteSlice(try DataSetWriter.write(dataSet, transferSyntax: .explicitVRBigEndian))
    for piece in [1, 3, 1_000] {
      let streamed = try stream(
        bytes, .explicitVRBigEndian, piece: piece, options: .init { path, _ in path })
      #expect(streamed.bulk == ["7FE00010": [1, 0, 2, 0, 2, 1]])
    }
  }

  @Test func fragmentsComeBack() throws {
    let dataSet = DataSet.build([.pixelData: .fragments([[], [1, 2, 3, 4], [5, 6]])])
    let bytes = ByteSlice(try DataSetWriter.write(dataSet, transferSyntax: .rleLossless))
    let streamed = try stream(bytes, .rleLossless, piece: 5, options: .init { path, _ in path })
    let decoded = try DICOMJSON.decode(streamed.json) { streamed.bulk[$0].map { ByteSlice($0) } }
    #expect(decoded[.pixelData]?.value == dataSet[.pixelData]?.value)
  }

  @Test func textBeyondTheLimitNeedsAURI() throws {
    let dataSet = DataSet.build([.textValue: .typed(.UT, .bytes([UInt8](repeating: 0x41, count: 2_000)))])
    let bytes = ByteSlice(try DataSetWriter.write(dataSet, transferSyntax: .explicitVRLittleEndian))
    let error = #expect(throws: WriteError.self) {
      try stream(bytes, .explicitVRLittleEndian, piece: 100, options: .init(valueLength: 1_000))
    }
    #expect(error?.code == .tooLong)
    let streamed = try stream(
      bytes, .explicitVRLittleEndian, piece: 100, options: .init(valueLength: 1_000) { path, _ in path })
    #expect(streamed.bulk["0040A160"]?.count == 2_000)
  }
}
