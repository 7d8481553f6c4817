// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMPixels
import Testing

/// RLE Lossless (PS3.5 Annex G).
struct RLETests {
  private let grey = PixelDescription(rows: 1, columns: 8, bitsAllocated: 8)

  private func stream(_ segments: [UInt8], count: UInt8 = 1, offset: UInt8 = 64) -> ByteSlice {
    var header = [UInt8](repeating: 0, count: 64)
    header[0] = count
    header[4] = offset
    return ByteSlice(header + segments)
  }

  @Test func literalReplicateAndNoOperation() throws {
    // Three literals, a no-operation, five replicates.
    let frame = try RLEDecoder().decode(stream([2, 1, 2, 3, 0x80, 0xFC, 9]), description: grey)
    #expect(frame.bytes == [1, 2, 3, 9, 9, 9, 9, 9])
  }

  @Test func runsBeyondTheFrameAreCut() throws {
    let frame = try RLEDecoder().decode(stream([0x81, 7]), description: grey)
    #expect(frame.bytes == [UInt8](repeating: 7, count: 8))
  }

  @Test func badStreamsAreRefused() {
    let bad: [ByteSlice] = [
      ByteSlice([1, 2, 3]), stream([2, 1, 2]), stream([0xFC]), stream([]), stream([0, 1], count: 2),
      stream([0, 1], offset: 63), stream([0, 1], offset: 200), stream([7, 1, 2, 3]),
    ]
    for stream in bad {
      #expect(throws: CodecError.self) { try RLEDecoder().decode(stream, description: grey) }
    }
  }

  @Test(arguments: [(8, 1), (8, 3), (16, 1), (16, 3), (32, 1), (32, 3)])
  func whatIsEncodedIsDecoded(_ bits: Int, _ samples: Int) throws {
    let description = PixelDescription(
      rows: 5, columns: 300, samplesPerPixel: samples, bitsAllocated: bits,
      photometric: samples == 3 ? .rgb : .monochrome2)
    var state: UInt32 = 1
    let bytes = (0..<description.decodedFrameBytes).map { index -> UInt8 in
      // Alternates runs, pairs and noise.
      state = state &* 1_664_525 &+ 1_013_904_223
      return index / 97 % 3 == 0 ? 5 : index / 97 % 3 == 1 ? UInt8(index / 6 % 251) : UInt8(state >> 24)
    }
    let encoded = try RLEEncoder().encode(DecodedFrame(description, bytes: bytes))
    #expect(encoded.count % 2 == 0)
    let decoded = try RLEDecoder().decode(ByteSlice(encoded), description: description)
    #expect(decoded.bytes == bytes)
  }

  @Test func fifteenSegmentsAreTheMost() {
    let description = PixelDescription(rows: 1, columns: 1, samplesPerPixel: 3, bitsAllocated: 64)
    let frame = DecodedFrame(description, bytes: [UInt8](repeating: 0, count: 24))
    #expect(throws: CodecError.self) { try RLEEncoder().encode(frame) }
  }
}
