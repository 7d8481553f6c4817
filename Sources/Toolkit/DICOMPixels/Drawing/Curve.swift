// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Points along curves.
enum Curve {
  /// A smooth line through points (a Catmull-Rom spline).
  static func through(_ points: [Point], closed: Bool, steps: Int = 8) -> [Point] {
    guard points.count > 2 else { return points }
    let count = points.count
    func at(_ index: Int) -> Point {
      closed ? points[(index + count) % count] : points[min(max(index, 0), count - 1)]
    }
    var result = [points[0]]
    result.reserveCapacity(count * steps)
    for index in 0..<(closed ? count : count - 1) {
      let (before, from, to, after) = (at(index - 1), at(index), at(index + 1), at(index + 2))
      for step in 1...steps {
        let t = Double(step) / Double(steps)
        let (t2, t3) = (t * t, t * t * t)
        result.append(
          before * (-0.5 * t3 + t2 - 0.5 * t) + from * (1.5 * t3 - 2.5 * t2 + 1)
            + to * (-1.5 * t3 + 2 * t2 + 0.5 * t) + after * (0.5 * t3 - 0.5 * t2))
      }
    }
    return result
  }

  /// An ellipse with two half axes.
  static func ellipse(center: Point, _ first: Point, _ second: Point, corners: Int = 180) -> [Point] {
    (0..<corners).map { index in
      let angle = Double(index) / Double(corners) * 2 * .pi
      return center + first * cos(angle) + second * sin(angle)
    }
  }
}
