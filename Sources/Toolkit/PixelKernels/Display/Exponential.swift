// SPDX-License-Identifier: Apache-2.0

/// The exponential function from additions and multiplications alone: no mathematics library stands behind a browser's
/// module, and the same steps give the same bits everywhere.
enum Exponential {
  private static let log2e = 1.442_695_040_888_963_4
  /// ln 2 in two parts, the first with zeros at its end so that products with small integers are exact.
  private static let ln2High = 0.693_147_180_369_123_8
  private static let ln2Low = 1.908_214_929_270_587_7e-10
  /// Beyond it the result is 0 or leaves the range of a double.
  private static let largest = 700.0
  private static let terms = 14

  /// e to the power of `x`, to about one unit in the last place.
  static func of(_ x: Double) -> Double {
    guard x >= -largest else { return x < 0 ? 0 : x }
    let bounded = x > largest ? largest : x
    let scaled = bounded * log2e
    let power = Int(scaled + (scaled < 0 ? -0.5 : 0.5))
    let rest = (bounded - Double(power) * ln2High) - Double(power) * ln2Low
    var sum = 1.0
    var term = terms
    while term > 0 {
      sum = 1 + sum * rest / Double(term)
      term &-= 1
    }
    return sum * Double(bitPattern: UInt64(truncatingIfNeeded: power + 1023) << 52)
  }
}
