// SPDX-License-Identifier: Apache-2.0

/// Stored values to 8-bit grey: rescale (PS3.3 §C.11.1), then a window (§C.11.2.1.2), then perhaps inversion.
public struct GreyWindow: Sendable {
  /// VOI LUT Function (0028,1056).
  public enum Function: UInt8, Sendable {
    case linear
    case linearExact
    case sigmoid
  }

  /// Window Center and Window Width, in values after rescale.
  public var center: Double
  public var width: Double
  public var function: Function
  public var slope: Double
  public var intercept: Double
  /// Great values are dark, as with MONOCHROME1 or the presentation LUT shape INVERSE.
  public var isInverse: Bool

  public init(
    center: Double, width: Double, function: Function = .linear, slope: Double = 1, intercept: Double = 0,
    isInverse: Bool = false
  ) {
    self.center = center
    self.width = width
    self.function = function
    self.slope = slope
    self.intercept = intercept
    self.isInverse = isInverse
  }

  /// The grey of a stored value, 0 to 255.
  public func callAsFunction(_ stored: Double) -> UInt8 {
    let scaled = brightness(stored * slope + intercept) * 255
    // Not a number is black.
    let bounded = scaled > 0 ? (scaled < 255 ? scaled : 255) : 0
    let whole = Int(bounded)
    let grey = UInt8(truncatingIfNeeded: bounded - Double(whole) >= 0.5 ? whole &+ 1 : whole)
    return isInverse ? 255 &- grey : grey
  }

  private func brightness(_ value: Double) -> Double {
    switch function {
    case .linear:
      let middle = center - 0.5
      let half = (width - 1) / 2
      if value <= middle - half { return 0 }
      if value > middle + half { return 1 }
      return (value - middle) / (width - 1) + 0.5
    case .linearExact:
      if value <= center - width / 2 { return 0 }
      if value > center + width / 2 { return 1 }
      return (value - center) / width + 0.5
    case .sigmoid:
      return 1 / (1 + Exponential.of(-4 * (value - center) / width))
    }
  }
}
