// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Draws lines of a width, smooth and with round ends, and areas.
struct Pen {
  var colour: DisplayColour
  /// In pixels.
  var width: Double
  /// Lengths of dashes and gaps in pixels, in turn; empty draws a full line.
  var dashes: [Double] = []

  /// Rows times edges that one picture may cost.
  static let budget = 200_000_000

  /// What is left of the budget.
  private(set) var remaining = Pen.budget

  init(colour: DisplayColour, width: Double) {
    self.colour = colour
    self.width = width
  }

  /// A line through points.
  mutating func stroke(_ points: [Point], closed: Bool = false, on canvas: inout Canvas) throws(PixelError) {
    try stroke([closed ? points + points.prefix(1) : points], on: &canvas)
  }

  /// Several lines that are one area: they do not darken where they cross.
  mutating func stroke(_ lines: [[Point]], on canvas: inout Canvas) throws(PixelError) {
    var filler = PathFiller(width: canvas.width, height: canvas.height)
    for line in lines {
      for piece in dashes.isEmpty ? [line] : dashed(line) { add(piece, to: &filler) }
    }
    try finish(filler, &canvas)
  }

  /// The area inside a closed line.
  mutating func fill(_ corners: [Point], on canvas: inout Canvas) throws(PixelError) {
    var filler = PathFiller(width: canvas.width, height: canvas.height)
    filler.add(corners)
    try finish(filler, &canvas)
  }

  private mutating func finish(_ filler: PathFiller, _ canvas: inout Canvas) throws(PixelError) {
    remaining -= filler.cost
    guard remaining >= 0 else { throw PixelError(.limit, "drawings that take too long") }
    filler.fill(&canvas, colour)
  }

  private func add(_ line: [Point], to filler: inout PathFiller) {
    let half = width / 2
    for index in line.indices.dropFirst() {
      let (from, to) = (line[index - 1], line[index])
      let along = to - from
      guard along.length > 1e-9 else { continue }
      let side = Point(-along.y, along.x) * (half / along.length)
      filler.add([from + side, to + side, to - side, from - side], turned: true)
    }
    // Round joins and ends.
    let corners = width > 2 ? 16 : 8
    for point in line { filler.add(Self.circle(point, half, corners: corners), turned: true) }
  }

  /// The corners of a regular polygon.
  static func circle(_ center: Point, _ radius: Double, corners: Int) -> [Point] {
    (0..<corners).map { index in
      let angle = Double(index) / Double(corners) * 2 * .pi
      return Point(center.x + radius * cos(angle), center.y + radius * sin(angle))
    }
  }

  /// The most dashes of a line.
  private static let maximumDashes = 10_000

  private func dashed(_ line: [Point]) -> [[Point]] {
    guard dashes.allSatisfy({ $0 > 0.1 }) else { return [line] }
    var pieces: [[Point]] = []
    var (number, rest) = (0, dashes[0])
    var piece = Array(line.prefix(1))
    for index in line.indices.dropFirst() {
      var from = line[index - 1]
      let to = line[index]
      while (to - from).length > rest {
        guard pieces.count < Self.maximumDashes else { return [line] }
        from = from + (to - from) * (rest / (to - from).length)
        if number % 2 == 0 { pieces.append(piece + [from]) }
        piece = [from]
        number += 1
        rest = dashes[number % dashes.count]
      }
      rest -= (to - from).length
      piece.append(to)
    }
    if number % 2 == 0 { pieces.append(piece) }
    return pieces
  }
}

extension Pen {
  /// The point of a circle at an angle in radians.
  static func circle(_ center: Point, _ radius: Double, angle: Double) -> Point {
    Point(center.x + radius * cos(angle), center.y + radius * sin(angle))
  }
}
