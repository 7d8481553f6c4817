// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Brings a frame of native pixel data (PS3.5 §8.1, §8.2, Annex D) into the decoded form.
public struct NativeFrameDecoder: Sendable {
  public let description: PixelDescription
  public let byteOrder: ByteOrder
  /// The element's VR: in OW of the big endian syntax, bytes stand swapped in pairs (PS3.5 §A.3).
  public let vr: VR

  public init(description: PixelDescription, byteOrder: ByteOrder = .littleEndian, vr: VR = .OW) {
    self.description = description
    self.byteOrder = byteOrder
    self.vr = vr
  }

  /// Decodes the frame that stands at `bits` of `bytes`.
  public func decode(_ bytes: ByteSlice, bits: Range<Int>) throws(PixelError) -> DecodedFrame {
    guard bits.lowerBound >= 0, bits.upperBound <= bytes.count * 8, bits.count == description.nativeFrameBits else {
      throw PixelError(.truncated, "\(bytes.count) bytes do not hold the frame")
    }
    if description.bitsAllocated == 1 { return unpackBits(bytes, start: bits.lowerBound) }
    return try arranged(ordered(bytes, bits.lowerBound / 8..<bits.upperBound / 8))
  }

  /// Decodes a frame out of bytes that are its own, little endian: they are not copied where they stand as they should.
  public func decode(whole bytes: consuming [UInt8]) throws(PixelError) -> DecodedFrame {
    guard byteOrder == .littleEndian, description.bitsAllocated > 1, bytes.count * 8 == description.nativeFrameBits
    else {
      return try decode(ByteSlice(bytes), bits: 0..<description.nativeFrameBits)
    }
    return try arranged(bytes)
  }

  /// Makes samples side by side of little endian bytes.
  private func arranged(_ bytes: consuming [UInt8]) throws(PixelError) -> DecodedFrame {
    var samples = bytes
    if description.samplesPerPixel == 3, description.photometric.isSubsampled {
      samples = upsample422(samples)
    } else if description.samplesPerPixel == 3, description.photometric == .ybrPartial420 {
      throw PixelError(.unsupported, "native YBR_PARTIAL_420")
    } else if description.isPlanar {
      samples = PlanarConfiguration.interleave(samples, description)
    }
    SampleContainer.normalize(&samples, description)
    var frame = DecodedFrame(description, bytes: samples)
    if frame.photometric == .ybrFull422 { frame.photometric = .ybrFull }
    return frame
  }

  /// Copies the bytes and turns them into little endian order.
  private func ordered(_ bytes: ByteSlice, _ range: Range<Int>) -> [UInt8] {
    if byteOrder == .littleEndian { return bytes[range].array }
    if description.bitsAllocated == 8 {
      guard vr == .OW else { return bytes[range].array }
      // A frame of odd length may begin within a pair.
      return [UInt8](unsafeUninitializedCapacity: range.count) { output, count in
        bytes.withUnsafeBytes { input in
          for index in 0..<range.count {
            let position = (range.lowerBound + index) ^ 1
            output[index] = position < input.count ? input[position] : 0
          }
        }
        count = range.count
      }
    }
    var samples = bytes[range].array
    // OW is a string of 16-bit words, whatever is packed into them, the least significant word first (PS3.5 §8.1.1).
    let unit = vr == .OW ? 16 : description.bitsAllocated
    samples.withUnsafeMutableBytes { buffer in
      switch unit {
      case 16: Self.swap(buffer, UInt16.self)
      case 32: Self.swap(buffer, UInt32.self)
      default: Self.swap(buffer, UInt64.self)
      }
    }
    return samples
  }

  private static func swap<Number: FixedWidthInteger>(_ buffer: UnsafeMutableRawBufferPointer, _: Number.Type) {
    let numbers = buffer.assumingMemoryBound(to: Number.self)
    for index in numbers.indices { numbers[index] = numbers[index].byteSwapped }
  }

  private func unpackBits(_ bytes: ByteSlice, start: Int) -> DecodedFrame {
    let count = description.samplesPerFrame
    let swap = byteOrder == .bigEndian && vr == .OW ? 1 : 0
    let samples = [UInt8](unsafeUninitializedCapacity: count) { output, written in
      bytes.withUnsafeBytes { input in
        for index in 0..<count {
          let bit = start + index
          let position = min((bit >> 3) ^ swap, input.count - 1)
          output[index] = input[position] >> UInt8(truncatingIfNeeded: bit & 7) & 1
        }
      }
      written = count
    }
    return DecodedFrame(description, bytes: samples)
  }

  /// Y1 Y2 CB CR for each pair of pixels of a row becomes Y CB CR for each pixel (PS3.3 §C.7.6.3.1.2).
  private func upsample422(_ input: [UInt8]) -> [UInt8] {
    let size = description.sampleBytes
    let columns = description.columns
    let pairs = (columns + 1) / 2
    return [UInt8](unsafeUninitializedCapacity: description.decodedFrameBytes) { output, count in
      input.withUnsafeBytes { input in
        for row in 0..<description.rows {
          for column in 0..<columns {
            let pair = (row * pairs + column / 2) * 4 * size
            let target = (row * columns + column) * 3 * size
            for byte in 0..<size {
              output[target + byte] = input[pair + column % 2 * size + byte]
              output[target + size + byte] = input[pair + 2 * size + byte]
              output[target + 2 * size + byte] = input[pair + 3 * size + byte]
            }
          }
        }
      }
      count = description.decodedFrameBytes
    }
  }
}
