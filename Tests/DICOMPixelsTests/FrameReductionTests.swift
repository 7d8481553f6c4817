// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Testing

@testable import DICOMPixels

/// A first look at a large frame: means of pixels in place of them.
struct FrameReductionTests {
  private func reduced(
    _ values: [Int], columns: Int, bits: Int = 16, signed: Bool = false, samples: Int = 1, factor: Int = 2,
    padding: Int? = nil, limit: Int? = nil
  ) throws -> [Int]? {
    var dataSet = DataSet()
    if let padding { dataSet.set(.pixelPaddingValue, .US, integers: [padding & 0xFFFF]) }
    if let limit { dataSet.set(.pixelPaddingRangeLimit, .US, integers: [limit & 0xFFFF]) }
    let description = PixelDescription(
      rows: values.count / columns / samples, columns: columns, samplesPerPixel: samples, bitsAllocated: bits,
      isSigned: signed, photometric: samples == 1 ? .monochrome2 : .rgb)
    let bytes = values.flatMap { value in (0..<bits / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    let frame = DecodedFrame(description, bytes: bytes)
    guard let result = try FrameRenderer(dataSet, description: description).reduced(frame, by: factor) else {
      return nil
    }
    #expect(result.columns == (columns + factor - 1) / factor)
    #expect(result.rows == (frame.rows + factor - 1) / factor)
    let size = bits / 8
    return stride(from: 0, to: result.bytes.count, by: size).map { at in
      let number = (0..<size).reduce(0) { $0 | Int(result.bytes[at + $1]) << (8 * $1) }
      return signed && number >> (bits - 1) == 1 ? number - 1 << bits : number
    }
  }

  @Test func boxesAreMeansAndThoseAtTheBorderOfFewer() throws {
    let values = [10, 20, 7, 30, 41, 8, 65_535, 0, 9]
    #expect(try reduced(values, columns: 3) == [25, 8, 32_768, 9])
    #expect(try reduced(Array(0..<16), columns: 4, factor: 4) == [8])
    #expect(try reduced([1, 2, 3, 5], columns: 2, bits: 8) == [3])
  }

  @Test func belowZeroHalvesGoUpwardsToo() throws {
    #expect(try reduced([-3, -2, -3, -2], columns: 2, signed: true) == [-2])
    #expect(try reduced([-1000, -1000, -1000, -1001], columns: 2, signed: true) == [-1000])
    #expect(try reduced([-128, -128, 127, 127], columns: 2, bits: 8, signed: true) == [0])
  }

  @Test func eachColourIsOfItsOwn() throws {
    let values = [0, 100, 200, 2, 102, 202, 0, 100, 200, 2, 102, 202]
    #expect(try reduced(values, columns: 2, bits: 8, samples: 3) == [1, 101, 201])
  }

  @Test func paddingHasNoPartInAMean() throws {
    let values = [-2000, 40, -2000, 60, -2000, -2000, -2000, -2000]
    #expect(try reduced(values, columns: 2, signed: true, padding: -2000) == [50, -2000])
    #expect(try reduced([5, 9, 40, 60], columns: 2, padding: 4, limit: 10) == [50])
  }

  @Test func otherSamplesAreLeftAlone() throws {
    #expect(try reduced([1, 2, 3, 4], columns: 2, factor: 1) == nil)
    #expect(try reduced([1, 2, 3, 4], columns: 2, bits: 32) == nil)
  }
}
