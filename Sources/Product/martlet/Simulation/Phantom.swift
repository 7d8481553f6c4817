// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A body of ellipsoids, of which every modality makes its own picture. Coordinates run from -1 to 1: x to the
/// patient's left, y to the back, z to the head.
struct Phantom: Sendable {
  struct Ellipsoid: Sendable {
    var center: (x: Double, y: Double, z: Double)
    var radius: (x: Double, y: Double, z: Double)
    /// Added to the density: 1 is water, 0 air.
    var density: Double
    /// How much of a tracer it takes up.
    var uptake: Double
  }

  private let parts: [Ellipsoid]
  private var noise: UInt64

  /// - Parameter seed: makes one body differ from another.
  init(seed: UInt64) {
    noise = seed | 1
    var random = SeededNumbers(seed: seed)
    func vary(_ value: Double) -> Double { value * (0.92 + 0.16 * random.next()) }
    parts = [
      Ellipsoid(center: (0, 0, 0), radius: (vary(0.86), vary(0.62), 1.6), density: 1, uptake: 0.08),
      Ellipsoid(center: (-0.38, -0.05, 0.2), radius: (vary(0.28), vary(0.4), 0.8), density: -0.75, uptake: -0.04),
      Ellipsoid(center: (0.38, -0.05, 0.2), radius: (vary(0.27), vary(0.4), 0.8), density: -0.75, uptake: -0.04),
      Ellipsoid(center: (0.12, -0.2, 0), radius: (vary(0.2), vary(0.2), 0.3), density: 0.55, uptake: 0.7),
      Ellipsoid(center: (0, 0.42, 0), radius: (0.12, 0.12, 1.5), density: 0.9, uptake: 0.1),
      Ellipsoid(center: (0, 0.44, 0), radius: (0.05, 0.05, 1.5), density: -0.4, uptake: 0),
      Ellipsoid(center: (-0.3, -0.05, -0.7), radius: (vary(0.42), vary(0.38), 0.35), density: 0.06, uptake: 0.3),
      Ellipsoid(center: (vary(0.4), 0.05, vary(0.3)), radius: (0.06, 0.06, 0.06), density: 0.8, uptake: 2),
    ]
  }

  /// Density at a point.
  func density(_ x: Double, _ y: Double, _ z: Double) -> Double { sum(x, y, z, \.density) }

  /// Tracer at a point.
  func uptake(_ x: Double, _ y: Double, _ z: Double) -> Double { max(sum(x, y, z, \.uptake), 0) }

  private func sum(_ x: Double, _ y: Double, _ z: Double, _ value: KeyPath<Ellipsoid, Double>) -> Double {
    var total = 0.0
    for part in parts {
      let (a, b, c) = (
        (x - part.center.x) / part.radius.x, (y - part.center.y) / part.radius.y, (z - part.center.z) / part.radius.z
      )
      if a * a + b * b + c * c <= 1 { total += part[keyPath: value] }
    }
    return total
  }

  /// Density along a ray from front to back.
  func projection(_ x: Double, _ z: Double) -> Double {
    var total = 0.0
    for part in parts {
      let (a, c) = ((x - part.center.x) / part.radius.x, (z - part.center.z) / part.radius.z)
      let rest = 1 - a * a - c * c
      if rest > 0 { total += part.density * 2 * part.radius.y * rest.squareRoot() }
    }
    return total
  }

  /// A number from -1 to 1 that differs from call to call.
  mutating func grain() -> Double {
    noise ^= noise << 13
    noise ^= noise >> 7
    noise ^= noise << 17
    return Double(noise & 0xFFFF) / 32767.5 - 1
  }
}

/// Numbers that are the same for the same seed.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// From 0 up to 1.
  mutating func next() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
}
