// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels
import Testing

/// Frames in native and in encapsulated pixel data (PS3.5 §A.1, §A.4).
struct FrameLocatorTests {
  private let table = ByteSlice.empty

  private func description(frames: Int, bits: Int = 8) -> PixelDescription {
    PixelDescription(rows: 3, columns: 3, bitsAllocated: bits, numberOfFrames: frames)
  }

  private func fragment(_ bytes: UInt8...) -> ByteSlice { ByteSlice(bytes) }

  @Test func nativeFramesFollowOneAnother() throws {
    let locator = FrameLocator(native: ByteSlice([UInt8](repeating: 7, count: 20)), description: description(frames: 2))
    #expect(locator.frameCount == 2)
    #expect(try locator.nativeBits(1).bits == 72..<144)
    #expect(!locator.isEncapsulated)
  }

  @Test func nativeFramesOfSingleBitsNeedNotBeginOnBytes() throws {
    let locator = FrameLocator(native: ByteSlice([1, 2, 3, 4]), description: description(frames: 3, bits: 1))
    #expect(locator.frameCount == 3)
    #expect(try locator.nativeBits(1).bits == 9..<18)
  }

  @Test func framesThatAreNotThereAreNotCounted() {
    let locator = FrameLocator(
      native: ByteSlice([UInt8](repeating: 0, count: 20)), description: description(frames: Int(Int32.max)))
    #expect(locator.frameCount == 2)
    #expect(throws: PixelError.self) { try locator.nativeBits(2) }
    #expect(throws: PixelError.self) { try locator.nativeBits(Int(Int32.max) - 1) }
  }

  @Test func oneFrameTakesAllFragments() throws {
    let locator = try FrameLocator(
      fragments: [table, fragment(1, 2), fragment(3, 4)], description: description(frames: 1))
    #expect(try locator.codestream(0).array == [1, 2, 3, 4])
    #expect(try locator.fragments(0).count == 2)
  }

  @Test func basicOffsetTableGroupsFragments() throws {
    // Items of 2, 4 and 2 bytes with headers of 8: the second frame begins at 10.
    let offsets = fragment(0, 0, 0, 0, 10, 0, 0, 0)
    let locator = try FrameLocator(
      fragments: [offsets, fragment(1, 2), fragment(3, 4, 5, 6), fragment(7, 8)], description: description(frames: 2))
    #expect(try locator.codestream(0).array == [1, 2])
    #expect(try locator.codestream(1).array == [3, 4, 5, 6, 7, 8])
  }

  @Test func extendedOffsetTableCountsMore() throws {
    let locator = try FrameLocator(
      fragments: [table, fragment(1, 2), fragment(3, 4), fragment(5, 6)], description: description(frames: 2),
      extendedOffsets: [0, 20])
    #expect(try locator.codestream(0).array == [1, 2, 3, 4])
  }

  @Test func startMarkersDivideWhereNoTableDoes() throws {
    let locator = try FrameLocator(
      fragments: [
        table, fragment(0xFF, 0xD8, 0xFF, 0xC0), fragment(1, 2), fragment(0xFF, 0xD8, 0xFF, 0xC0), fragment(3, 4),
      ], description: description(frames: 2))
    #expect(try locator.codestream(1).array == [0xFF, 0xD8, 0xFF, 0xC0, 3, 4])
  }

  @Test func fragmentsThatMakeNoFramesAreRefused() {
    #expect(throws: PixelError.self) {
      try FrameLocator(fragments: [table, fragment(1, 2)], description: description(frames: 2))
    }
    #expect(throws: PixelError.self) { try FrameLocator(fragments: [table], description: description(frames: 1)) }
    #expect(throws: PixelError.self) { try FrameLocator(fragments: [], description: description(frames: 1)) }
  }

  @Test func itemsAreFoundInAValueField() throws {
    let bytes: [UInt8] = [
      0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0x00, 0xE0, 2, 0, 0, 0, 9, 8, 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0,
    ]
    let locator = try FrameLocator(encapsulated: ByteSlice(bytes), description: description(frames: 1))
    #expect(try locator.codestream(0).array == [9, 8])
    #expect(throws: PixelError.self) { try locator.codestream(1) }
  }
}
