// SPDX-License-Identifier: Apache-2.0

/// Brings integer colour samples of any depth to the 8 or 16 bits of a rendered image.
enum ColourDepth {
  static func samples(_ frame: DecodedFrame, bits: Int) throws(PixelError) -> [UInt8] {
    guard frame.format == .integer, frame.bitsAllocated <= 32 else {
      throw PixelError(.unsupported, "colour of \(frame.bitsAllocated) bits")
    }
    if frame.bitsAllocated == 8, frame.bitsStored == 8, bits == 8, !frame.isSigned { return frame.bytes }
    return switch frame.bitsAllocated {
    case 8: scaled(frame, UInt8.self, bits)
    case 16: scaled(frame, UInt16.self, bits)
    default: scaled(frame, UInt32.self, bits)
    }
  }

  /// Keeps the highest bits of deep samples; the greatest shallow sample becomes full brightness.
  private static func scaled<Sample: FixedWidthInteger & UnsignedInteger>(
    _ frame: DecodedFrame, _: Sample.Type, _ bits: Int
  ) -> [UInt8] {
    let stored = UInt64(frame.bitsStored)
    let greatest = (UInt64(1) << stored) - 1
    let full = (UInt64(1) << UInt64(bits)) - 1
    // Samples with a sign are moved up so that the least is black.
    let offset: UInt64 = frame.isSigned ? 1 << (stored - 1) : 0
    func level(_ sample: Sample) -> UInt64 {
      let value = frame.isSigned ? (UInt64(sample) &+ offset) & greatest : min(UInt64(sample), greatest)
      return stored > UInt64(bits) ? value >> (stored - UInt64(bits)) : (value * full + greatest / 2) / greatest
    }
    return frame.bytes.withUnsafeBytes { raw in
      let samples = raw.assumingMemoryBound(to: Sample.self)
      return [UInt8](unsafeUninitializedCapacity: samples.count * bits / 8) { output, written in
        for index in 0..<samples.count {
          let level = level(samples[index])
          if bits == 8 {
            output[index] = UInt8(truncatingIfNeeded: level)
          } else {
            output[index * 2] = UInt8(truncatingIfNeeded: level)
            output[index * 2 + 1] = UInt8(truncatingIfNeeded: level >> 8)
          }
        }
        written = samples.count * bits / 8
      }
    }
  }
}
