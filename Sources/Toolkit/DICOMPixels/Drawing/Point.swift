// SPDX-License-Identifier: Apache-2.0

/// A position: x to the right, y down.
public struct Point: Sendable, Hashable {
  public var x: Double
  public var y: Double

  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  static func + (left: Point, right: Point) -> Point { Point(left.x + right.x, left.y + right.y) }

  static func - (left: Point, right: Point) -> Point { Point(left.x - right.x, left.y - right.y) }

  static func * (point: Point, factor: Double) -> Point { Point(point.x * factor, point.y * factor) }

  /// Distance from the origin.
  var length: Double { (x * x + y * y).squareRoot() }

  var isFinite: Bool { x.isFinite && y.isFinite }
}
