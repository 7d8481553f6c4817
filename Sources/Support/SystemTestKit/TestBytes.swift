// SPDX-License-Identifier: Apache-2.0

/// A generator whose numbers follow from its seed (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

/// Bytes that follow from their seed.
public func testBytes(_ count: Int, seed: UInt64) -> [UInt8] {
  var generator = SeededGenerator(seed: seed)
  return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    let raw = UnsafeMutableRawBufferPointer(buffer)
    var position = 0
    while position < count {
      withUnsafeBytes(of: generator.next()) { word in
        let length = min(8, count - position)
        UnsafeMutableRawBufferPointer(rebasing: raw[position...]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: word[..<length]))
        position += length
      }
    }
    filled = count
  }
}
