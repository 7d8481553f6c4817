// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels
import Testing

import struct DICOMCore.Tag

/// The Image Pixel module as it is read from data sets (PS3.3 §C.7.6.3).
struct PixelDescriptionTests {
  private func image(_ change: (inout DataSet) -> Void = { _ in }) -> DataSet {
    var dataSet = DataSet()
    dataSet.set(.samplesPerPixel, .US, integers: [1])
    dataSet.set(.photometricInterpretation, .CS, "MONOCHROME2")
    dataSet.set(.numberOfFrames, .IS, "3")
    dataSet.set(.rows, .US, integers: [512])
    dataSet.set(.columns, .US, integers: [256])
    dataSet.set(.bitsAllocated, .US, integers: [16])
    dataSet.set(.bitsStored, .US, integers: [12])
    dataSet.set(.highBit, .US, integers: [11])
    dataSet.set(.pixelRepresentation, .US, integers: [1])
    change(&dataSet)
    return dataSet
  }

  @Test func everythingIsRead() throws {
    let description = try PixelDescription(image())
    #expect(description.rows == 512)
    #expect(description.columns == 256)
    #expect(description.numberOfFrames == 3)
    #expect(description.bitsStored == 12)
    #expect(description.isSigned)
    #expect(description.photometric == .monochrome2)
    #expect(description.nativeFrameBits == 512 * 256 * 16)
    #expect(description.decodedFrameBytes == 512 * 256 * 2)
  }

  @Test func whatIsMissingIsCompleted() throws {
    let description = try PixelDescription(
      image { dataSet in
        for tag: Tag in [.bitsStored, .highBit, .numberOfFrames, .samplesPerPixel] { dataSet.remove(tag) }
      })
    #expect(description.bitsStored == 16)
    #expect(description.highBit == 15)
    #expect(description.numberOfFrames == 1)
    #expect(description.samplesPerPixel == 1)
  }

  @Test func impossibleOnesAreRefused() {
    let changes: [(inout DataSet) -> Void] = [
      { $0.remove(.rows) },
      { $0.set(.rows, .US, integers: [0]) },
      { $0.set(.bitsAllocated, .US, integers: [12]) },
      { $0.set(.samplesPerPixel, .US, integers: [0]) },
      { $0.set(.samplesPerPixel, .US, integers: [65535]) },
      { dataSet in
        dataSet.set(.rows, .US, integers: [65535])
        dataSet.set(.columns, .US, integers: [65535])
      },
    ]
    for change in changes {
      #expect(throws: PixelError.self) { try PixelDescription(image(change)) }
    }
  }

  @Test func contradictingBitsFollowTheContainer() throws {
    let description = try PixelDescription(
      image { dataSet in
        dataSet.set(.bitsStored, .US, integers: [20])
        dataSet.set(.highBit, .US, integers: [3])
      })
    #expect(description.bitsStored == 16)
    #expect(description.highBit == 15)
  }

  @Test func subsampledFramesAreSmaller() throws {
    let description = PixelDescription(
      rows: 2, columns: 5, samplesPerPixel: 3, bitsAllocated: 8, photometric: .ybrFull422)
    #expect(description.nativeFrameBits == 2 * 3 * 4 * 8)
    #expect(description.decodedFrameBytes == 30)
  }

  @Test func compressionRatiosHaveABound() throws {
    let limits = PixelLimits(frameBytes: 1 << 20, expansion: 10, compressedAllowance: 1000)
    try limits.check(decodedBytes: 1000, compressedBytes: 1)
    try limits.check(decodedBytes: 5000, compressedBytes: 500)
    #expect(throws: PixelError.self) { try limits.check(decodedBytes: 5001, compressedBytes: 500) }
    #expect(throws: PixelError.self) { try limits.check(decodedBytes: 1 << 21, compressedBytes: 1 << 21) }
  }
}
