// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels
import Testing

import struct DICOMCore.Tag

/// Palettes and colour conversion (PS3.3 §C.7.6.3.1.2, §C.7.9).
struct ColourTests {
  private static let descriptors: [Tag] = [
    .redPaletteColorLookupTableDescriptor, .greenPaletteColorLookupTableDescriptor,
    .bluePaletteColorLookupTableDescriptor,
  ]
  private static let tables: [Tag] = [
    .redPaletteColorLookupTableData, .greenPaletteColorLookupTableData, .bluePaletteColorLookupTableData,
  ]
  private static let segmented: [Tag] = [
    .segmentedRedPaletteColorLookupTableData, .segmentedGreenPaletteColorLookupTableData,
    .segmentedBluePaletteColorLookupTableData,
  ]

  private func palette(_ descriptor: [Int], _ tags: [Tag], _ values: [[Int]]) throws -> ColourPalette {
    var dataSet = DataSet()
    for channel in 0..<3 {
      dataSet.set(Self.descriptors[channel], .US, integers: descriptor)
      dataSet.set(tags[channel], .OW, integers: values[channel])
    }
    return try ColourPalette(dataSet, isSigned: false)
  }

  private func rgb(_ bytes: [UInt8], _ photometric: PhotometricInterpretation) throws -> [UInt8] {
    let description = PixelDescription(
      rows: 1, columns: bytes.count / 3, samplesPerPixel: 3, bitsAllocated: 8, photometric: photometric)
    let converted = try ColourConverter.greyOrRGB(DecodedFrame(description, bytes: bytes), palette: nil)
    #expect(converted.photometric == .rgb)
    return converted.bytes
  }

  @Test func paletteOf16Bits() throws {
    let palette = try palette(
      [3, 5, 16], Self.tables, [[0, 0x8000, 0xFFFF], [0x1200, 0x3400, 0x5600], [0xFF00, 0, 0]])
    let description = PixelDescription(rows: 1, columns: 4, bitsAllocated: 8, photometric: .paletteColor)
    let frame = try ColourConverter.greyOrRGB(DecodedFrame(description, bytes: [0, 5, 6, 200]), palette: palette)
    #expect(frame.bytes == [0, 0x12, 0xFF, 0, 0x12, 0xFF, 0x80, 0x34, 0, 0xFF, 0x56, 0])
    #expect(frame.samplesPerPixel == 3)
    #expect(frame.photometric == .rgb)
  }

  @Test func paletteOf8BitsPackedInWords() throws {
    let palette = try palette([4, 0, 8], Self.tables, [[0x0201, 0x0403], [0x0605, 0x0807], [0x0A09, 0x0C0B]])
    #expect(palette.red == [1, 2, 3, 4])
    #expect(palette.blue == [9, 10, 11, 12])
  }

  @Test func segmentedPalette() throws {
    // Discrete 2 entries, linear 3 to 0xFF00, then the discrete segment again.
    let words = [0, 2, 0x1000, 0x3000, 1, 3, 0x9000, 2, 1, 0, 0]
    let palette = try palette([7, 0, 16], Self.segmented, [words, words, words])
    #expect(palette.red == [0x10, 0x30, 0x50, 0x70, 0x90, 0x10, 0x30])
  }

  @Test(arguments: [[1, 3, 5], [2, 1, 50, 0], [9, 9, 9], [0, 40, 1]])
  func badSegmentsAreRefused(_ words: [Int]) {
    #expect(throws: PixelError.self) { try palette([7, 0, 16], Self.segmented, [words, words, words]) }
  }

  @Test func ybrFull() throws {
    // Values of the equations of PS3.3 §C.7.6.3.1.2 for red, green, blue, white, black.
    let ybr: [UInt8] = [76, 85, 255, 150, 44, 21, 29, 255, 107, 255, 128, 128, 0, 128, 128]
    let expected: [UInt8] = [254, 0, 0, 0, 255, 1, 0, 0, 254, 255, 255, 255, 0, 0, 0]
    #expect(try rgb(ybr, .ybrFull) == expected)
    #expect(try rgb(ybr, .ybrFull422) == expected)
  }

  @Test func ybrPartialUsesTheRangeFrom16To235() throws {
    #expect(try rgb([16, 128, 128, 235, 128, 128], .ybrPartial422) == [0, 0, 0, 255, 255, 255])
  }

  @Test func nativeDecodingOfPlanesAndSubsampledRows() throws {
    var planar = PixelDescription(
      rows: 1, columns: 2, samplesPerPixel: 3, bitsAllocated: 8, photometric: .rgb, isPlanar: true)
    let bytes = ByteSlice([1, 2, 3, 4, 5, 6])
    #expect(try NativeFrameDecoder(description: planar).decode(bytes, bits: 0..<48).bytes == [1, 3, 5, 2, 4, 6])
    planar.isPlanar = false
    planar.columns = 3
    planar.photometric = .ybrFull422
    // A row of odd length takes a whole pair for its last pixel.
    let frame = try NativeFrameDecoder(description: planar)
      .decode(ByteSlice([1, 2, 8, 9, 3, 4, 6, 7]), bits: 0..<64)
    #expect(frame.bytes == [1, 8, 9, 2, 8, 9, 3, 6, 7])
    #expect(frame.photometric == .ybrFull)
  }

  @Test func unusedBitsAreClearedOrExtended() throws {
    let bytes = ByteSlice([0xFF, 0xF8, 0xFF, 0xF7])
    let unsigned = PixelDescription(rows: 1, columns: 2, bitsAllocated: 16, bitsStored: 12)
    #expect(try NativeFrameDecoder(description: unsigned).decode(bytes, bits: 0..<32).bytes == [0xFF, 8, 0xFF, 7])
    let signed = PixelDescription(rows: 1, columns: 2, bitsAllocated: 16, bitsStored: 12, isSigned: true)
    #expect(try NativeFrameDecoder(description: signed).decode(bytes, bits: 0..<32).bytes == [0xFF, 0xF8, 0xFF, 7])
  }

  @Test func bigEndianWordsAndSwappedBytes() throws {
    let words = PixelDescription(rows: 1, columns: 2, bitsAllocated: 16)
    let bytes = ByteSlice([1, 2, 3, 4])
    #expect(
      try NativeFrameDecoder(description: words, byteOrder: .bigEndian).decode(bytes, bits: 0..<32).bytes == [
        2, 1, 4, 3,
      ])
    let single = PixelDescription(rows: 1, columns: 3, bitsAllocated: 8)
    let asWords = NativeFrameDecoder(description: single, byteOrder: .bigEndian, vr: .OW)
    #expect(try asWords.decode(bytes, bits: 0..<24).bytes == [2, 1, 4])
    let asBytes = NativeFrameDecoder(description: single, byteOrder: .bigEndian, vr: .OB)
    #expect(try asBytes.decode(bytes, bits: 0..<24).bytes == [1, 2, 3])
  }
}
