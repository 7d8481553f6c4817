// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A window: which values are shown between black and white (PS3.3 §C.11.2.1.2).
public struct Window: Sendable, Hashable {
  /// VOI LUT Function (0028,1056).
  public enum Function: String, Sendable {
    case linear = "LINEAR"
    case linearExact = "LINEAR_EXACT"
    case sigmoid = "SIGMOID"
  }

  public var center: Double
  public var width: Double
  public var function: Function

  public init(center: Double, width: Double, function: Function = .linear) {
    self.center = center
    self.width = width
    self.function = function
  }

  /// The window can be applied: LINEAR needs a width of at least 1, the others one above 0.
  public var isValid: Bool {
    center.isFinite && width.isFinite && (function == .linear ? width >= 1 : width > 0)
  }

  /// The brightness of a value, 0 to 1.
  public func callAsFunction(_ value: Double) -> Double {
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
      return 1 / (1 + exp(-4 * (value - center) / width))
    }
  }
}
