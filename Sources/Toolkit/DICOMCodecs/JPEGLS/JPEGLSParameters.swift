// SPDX-License-Identifier: Apache-2.0

/// The coding parameters of a JPEG-LS scan (ISO/IEC 14495-1 Annexes A.2.1 and C.2.4.1).
struct JPEGLSParameters {
  let near: Int32
  let maximum: Int32
  let threshold1: Int32
  let threshold2: Int32
  let threshold3: Int32
  let reset: Int32
  /// RANGE: number of prediction error values.
  let range: Int32
  /// qbpp: bits of a mapped error.
  let errorBits: Int
  /// LIMIT: the longest Golomb code.
  let limit: Int

  /// The values of an LSE segment of type 1; 0 stands for the default.
  struct Preset {
    var maximum = 0
    var threshold1 = 0
    var threshold2 = 0
    var threshold3 = 0
    var reset = 0
  }

  /// Nil where the values contradict one another.
  init?(precision: Int, near: Int, preset: Preset) {
    let maximum = preset.maximum == 0 ? 1 << precision - 1 : preset.maximum
    guard maximum >= 1, maximum < 1 << precision, near >= 0, near <= min(255, maximum / 2) else { return nil }
    let defaults = Self.thresholds(maximum, near)
    let first = preset.threshold1 == 0 ? defaults.0 : preset.threshold1
    let second = preset.threshold2 == 0 ? defaults.1 : preset.threshold2
    let third = preset.threshold3 == 0 ? defaults.2 : preset.threshold3
    let reset = preset.reset == 0 ? 64 : preset.reset
    guard first > near, second >= first, third >= second, third <= maximum, reset >= 3, reset <= max(255, maximum)
    else { return nil }
    let range = near == 0 ? maximum + 1 : (maximum + 2 * near) / (2 * near + 1) + 1
    let sampleBits = max(2, Self.bits(maximum + 1))
    self.near = Int32(near)
    self.maximum = Int32(maximum)
    threshold1 = Int32(first)
    threshold2 = Int32(second)
    threshold3 = Int32(third)
    self.reset = Int32(reset)
    self.range = Int32(range)
    errorBits = Self.bits(range)
    limit = 2 * (sampleBits + max(8, sampleBits))
  }

  /// The least number of bits that tell `count` values apart.
  private static func bits(_ count: Int) -> Int { Int.bitWidth - (count - 1).leadingZeroBitCount }

  /// Default thresholds (§C.2.4.1.1.1).
  private static func thresholds(_ maximum: Int, _ near: Int) -> (Int, Int, Int) {
    func clamp(_ value: Int, _ least: Int) -> Int { value > maximum || value < least ? least : value }
    if maximum >= 128 {
      let factor = (min(maximum, 4095) + 128) / 256
      let first = clamp(factor + 2 + 3 * near, near + 1)
      let second = clamp(factor * 4 + 3 + 5 * near, first)
      return (first, second, clamp(factor * 17 + 4 + 7 * near, second))
    }
    let factor = 256 / (maximum + 1)
    let first = clamp(max(2, 3 / factor + 3 * near), near + 1)
    let second = clamp(max(3, 7 / factor + 5 * near), first)
    return (first, second, clamp(max(4, 21 / factor + 7 * near), second))
  }
}
