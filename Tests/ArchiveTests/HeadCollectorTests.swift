// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import SystemTestKit
import Testing

@Suite struct HeadCollectorTests {
  private static let prefix = testBytes(300, seed: 1)

  /// The head of an object by whole bytes, fed in pieces of a size.
  private func collected(_ bytes: [UInt8], _ place: DataSetPlace, pieces: Int) -> SeriesHeads.Head? {
    var collector = HeadCollector(place, length: Int64(bytes.count))
    bytes.withUnsafeBytes { all in
      for start in stride(from: 0, to: all.count, by: pieces) {
        collector.feed(UnsafeRawBufferPointer(rebasing: all[start..<min(start + pieces, all.count)]))
      }
    }
    return collector.head
  }

  /// What precedes the pixel data of an instance.
  private func front(_ syntax: TransferSyntax) throws -> [UInt8] {
    try TestInstance(pixels: 0, transferSyntax: syntax).bytes
  }

  private static let pieces = [1, 7, 100_000]

  @Test(arguments: pieces) func nativePixelsArePassedOver(_ pieces: Int) throws {
    let explicit: [UInt8] = [0xE0, 0x7F, 0x10, 0x00, 0x4F, 0x57, 0, 0, 0x20, 0, 0, 0]
    let implicit: [UInt8] = [0xE0, 0x7F, 0x10, 0x00, 0x20, 0, 0, 0]
    for (syntax, element) in [
      (TransferSyntax.explicitVRLittleEndian, explicit), (.implicitVRLittleEndian, implicit),
    ] {
      for tail in [[], testBytes(40, seed: 3)] {
        let start = try front(syntax)
        let bytes = Self.prefix + start + element + testBytes(32, seed: 2) + tail
        let place = DataSetPlace(
          dataSetOffset: 300, pixelDataOffset: Int64(300 + start.count), transferSyntax: syntax.uid)
        let head = try #require(collected(bytes, place, pieces: pieces))
        #expect(head.front.array == start + element)
        #expect(head.back.array == tail)
      }
    }
  }

  @Test(arguments: pieces) func fragmentsArePassedOver(_ pieces: Int) throws {
    let syntax = TransferSyntax("1.2.840.10008.1.2.4.50")
    let start = try front(.explicitVRLittleEndian)
    let element: [UInt8] = [0xE0, 0x7F, 0x10, 0x00, 0x4F, 0x42, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
    let table: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0]
    let fragment: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0, 20, 0, 0, 0] + testBytes(20, seed: 4)
    let end: [UInt8] = [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]
    let place = DataSetPlace(dataSetOffset: 300, pixelDataOffset: Int64(300 + start.count), transferSyntax: syntax.uid)
    for tail in [[], testBytes(40, seed: 3)] {
      let bytes = Self.prefix + start + element + table + fragment + fragment + end + tail
      let head = try #require(collected(bytes, place, pieces: pieces))
      #expect(head.front.array == start + element)
      #expect(head.back.array == tail)
    }
    // What ends without a delimiter, or has something else between, is left to those who read the object.
    #expect(collected(Self.prefix + start + element + table + fragment, place, pieces: pieces) == nil)
    #expect(
      collected(Self.prefix + start + element + table + testBytes(64, seed: 6) + end, place, pieces: pieces) == nil)
  }

  @Test(arguments: pieces) func withoutPixelsAllOfItIsKept(_ pieces: Int) throws {
    let start = try front(.explicitVRLittleEndian)
    let place = DataSetPlace(
      dataSetOffset: 300, pixelDataOffset: nil, transferSyntax: TransferSyntax.explicitVRLittleEndian.uid)
    let head = try #require(collected(Self.prefix + start, place, pieces: pieces))
    #expect(head.front.array == start && head.back.isEmpty)
    #expect(collected(Self.prefix + testBytes(300_000, seed: 1), place, pieces: 100_000) == nil)
  }

  @Test func aMemberGivesBackWhatWasAdded() throws {
    let start = try front(.explicitVRLittleEndian)
    let place = DataSetPlace(
      dataSetOffset: 300, pixelDataOffset: nil, transferSyntax: TransferSyntax.explicitVRLittleEndian.uid)
    var writer = SeriesHeadsWriter()
    for number in 0..<3 {
      var collector = HeadCollector(place, length: Int64(300 + start.count))
      (Self.prefix + start).withUnsafeBytes { collector.feed($0) }
      writer.add(offset: Int64(number * 4096), length: Int64(300 + start.count), collector)
    }
    #expect(writer.count == 3)
    func location(_ offset: Int64) -> StoredLocation {
      StoredLocation(
        file: "x", offset: offset, length: Int64(300 + start.count), checksum: 0, dataSetOffset: 300,
        pixelDataOffset: nil)
    }
    let heads = SeriesHeads(ByteSlice(writer.bytes))
    for number in 0..<3 { #expect(heads[location(Int64(number * 4096))]?.front.array == start) }
    #expect(heads[location(1)] == nil)
    // Cut anywhere, it gives what is whole and nothing else.
    for count in 0..<writer.bytes.count {
      let cut = SeriesHeads(ByteSlice(Array(writer.bytes.prefix(count))))
      let found = (0..<3).filter { cut[location(Int64($0 * 4096))] != nil }.count
      #expect(found == max(0, count - 16) / (32 + start.count))
    }
  }
}
