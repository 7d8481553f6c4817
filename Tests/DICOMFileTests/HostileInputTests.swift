// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

struct HostileInputTests {
  @Test func filesCutAnywhereAreReadAsFarAsTheyGo() throws {
    for id in [
      "synthetic/odd/sq_mixed.dcm", "synthetic/odd/private_un_undef_sq.dcm", "synthetic/odd/implicit_sq_undef.dcm",
    ] {
      guard let entry = Corpus.files(id).first else { continue }
      let bytes = try entry.bytes()
      let whole = try Part10File.read(bytes).dataSet.elements.count
      for count in 0..<bytes.count {
        let file = try? Part10File.read(bytes[0..<count])
        #expect((file?.dataSet.elements.count ?? 0) <= whole)
      }
    }
  }

  @Test func piecesDoNotMatter() throws {
    for entry in Corpus.files("synthetic/odd/") where entry.integer("size") ?? 0 < 10_000 {
      let bytes = try entry.bytes()
      guard let header = try? Part10Header.parse(bytes) else { continue }
      let dataSet = bytes[header.dataSetOffset..<bytes.count]
      let whole = try? tokens(dataSet, header.transferSyntax, piece: dataSet.count + 1)
      let single = try? tokens(dataSet, header.transferSyntax, piece: 1)
      // Lies about lengths show earlier to a reader that knows the total length; here neither does.
      #expect(whole == single, "\(entry.id)")
    }
  }

  @Test func aLieOfTwoGigabytes() throws {
    let head: [UInt8] = [8, 0, 0x18, 0, 0x55, 0x4E, 0, 0, 0xFE, 0xFF, 0xFF, 0x7F]
    let bytes = ByteSlice(head + [UInt8](repeating: 0x31, count: 100))
    let result = try DataSetReader.readWithFindings(bytes, transferSyntax: .explicitVRLittleEndian)
    #expect(result.dataSet.bytes(Tag(8, 0x18))?.count == 100)
    #expect(result.findings.map(\.leniency).contains(.truncatedValue))
  }

  @Test func depthIsLimited() throws {
    let item: [UInt8] = [
      8, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF,
    ]
    let bytes = ByteSlice((0..<3000).flatMap { _ in item })
    let error = #expect(throws: ReadError.self) {
      try DataSetReader.read(bytes, transferSyntax: .explicitVRLittleEndian)
    }
    #expect(error?.code == .limitExceeded)
    #expect((error?.path.count ?? 0) < 2000)
  }

  @Test func elementsAreLimited() throws {
    let element: [UInt8] = [8, 0, 0x18, 0, 0x55, 0x49, 0, 0]
    let bytes = ByteSlice((0..<1000).flatMap { _ in element })
    let options = ReadOptions(limits: ReadLimits(elements: 100))
    #expect(throws: ReadError.self) {
      try DataSetReader.read(bytes, transferSyntax: .explicitVRLittleEndian, options: options)
    }
    let result = try DataSetReader.readWithFindings(bytes, transferSyntax: .explicitVRLittleEndian)
    #expect(result.dataSet.elements.count == 1)
    #expect(result.findings.count == ReadLimits.defaultFindings)
  }

  @Test func inflatingIsLimited() throws {
    let dataSet = DataSet.build([.pixelData: .typed(.OB, .bytes([UInt8](repeating: 0, count: 1_000_000)))])
    let bytes = ByteSlice(try DataSetWriter.write(dataSet, transferSyntax: .deflatedExplicitVRLittleEndian))
    #expect(bytes.count < 2000)
    let options = ReadOptions(limits: ReadLimits(inflatedLength: 500_000))
    let error = #expect(throws: ReadError.self) {
      try DataSetReader.read(bytes, transferSyntax: .deflatedExplicitVRLittleEndian, options: options)
    }
    #expect(error?.code == .limitExceeded)
  }

  @Test func randomBytesNeverTrap() {
    var random = RandomDataSets(seed: 7)
    for round in 0..<400 {
      let bytes = (0..<random.number(below: 300)).map { _ in UInt8(random.number(below: round % 2 == 0 ? 256 : 20)) }
      for syntax in RoundTripTests.native {
        _ = try? DataSetReader.read(ByteSlice(bytes), transferSyntax: syntax)
      }
      _ = try? Part10File.read(ByteSlice(bytes))
    }
  }

  @Test func valuesThatFlipBitsNeverTrap() throws {
    var random = RandomDataSets(seed: 11)
    for entry in Corpus.files("synthetic/odd/sq_") {
      let bytes = try entry.bytes().array
      guard bytes.count < 5000 else { continue }
      for _ in 0..<40 {
        var copy = bytes
        for _ in 0..<4 { copy[random.number(below: copy.count)] ^= UInt8(1 << random.number(below: 8)) }
        guard let file = try? Part10File.read(ByteSlice(copy)) else { continue }
        _ = try? DataSetWriter.write(file.dataSet, transferSyntax: .explicitVRBigEndian)
      }
    }
  }

  private func tokens(_ bytes: ByteSlice, _ syntax: TransferSyntax, piece: Int) throws -> [Token] {
    var reader = TokenReader(transferSyntax: syntax)
    var result: [Token] = []
    var value: [UInt8] = []
    var offset = 0
    var isFinished = false
    while !reader.isAtEnd {
      guard let token = try reader.next() else {
        if reader.isAtEnd { break }
        if offset < bytes.count {
          reader.feed(bytes[offset..<min(offset + piece, bytes.count)])
          offset += piece
        } else {
          try #require(!isFinished, "the reader asks for more after the end")
          isFinished = true
          reader.finish()
        }
        continue
      }
      if case .value(let part, let isLast) = token {
        value += part.array
        guard isLast else { continue }
        result.append(.value(ByteSlice(value), isLast: true))
        value = []
      } else {
        result.append(token)
      }
    }
    return result
  }
}
