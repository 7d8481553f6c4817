// SPDX-License-Identifier: Apache-2.0

/// Packs samples of one bit, first sample in the lowest bit, without gaps between frames (PS3.5 §8.1.1).
struct BitPacker {
  private var partial: UInt8 = 0
  private var filled = 0

  /// The bytes that are full after these samples.
  mutating func pack(_ samples: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(samples.count / 8 + 1)
    for sample in samples {
      partial |= (sample & 1) << UInt8(filled)
      filled += 1
      if filled == 8 {
        output.append(partial)
        partial = 0
        filled = 0
      }
    }
    return output
  }

  /// The last byte, if it is begun.
  mutating func flush() -> [UInt8] {
    defer {
      partial = 0
      filled = 0
    }
    return filled > 0 ? [partial] : []
  }
}
