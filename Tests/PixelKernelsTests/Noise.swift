// SPDX-License-Identifier: Apache-2.0

/// The generator xorshift64.
struct Noise {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func below(_ bound: Int) -> Int { Int(truncatingIfNeeded: next() >> 33) % bound }

  /// Samples of so many bits: smooth at the left, jumps and the whole range at the right.
  mutating func samples(rows: Int, columns: Int, samples: Int, bits: Int) -> [UInt16] {
    let greatest = 1 << bits - 1
    return (0..<rows * columns * samples).map { index in
      let column = index / samples % columns
      let smooth = (column * 3 + index / (columns * samples) + index % samples * 5 + below(3)) % (greatest + 1)
      return UInt16(column * 3 > columns * 2 ? below(greatest + 1) : smooth)
    }
  }
}
