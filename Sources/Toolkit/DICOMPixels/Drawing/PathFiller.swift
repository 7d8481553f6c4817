// SPDX-License-Identifier: Apache-2.0

/// Fills polygons with smooth edges: each pixel takes the colour by the share of it that they cover. Polygons that
/// overlap and run the same way round count as one area.
struct PathFiller {
  private struct Edge {
    let x: Double
    let slope: Double
    let top: Double
    let bottom: Double
    let direction: Double

    func x(at y: Double) -> Double { x + (y - top) * slope }
  }

  private let width: Int
  private let height: Int
  private var edges: [Edge] = []

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// Rows times edges that filling will visit.
  var cost: Int { edges.reduce(0) { $0 + Int($1.bottom - $1.top) + 2 } }

  /// Positions far outside are brought near, where they still lie outside.
  private func bounded(_ point: Point) -> Point {
    let far = 65_536.0
    return Point(min(max(point.x, -far), far), min(max(point.y, -far), far))
  }

  /// Adds a closed polygon; those with one orientation only unite, so strokes are turned the same way.
  mutating func add(_ corners: [Point], turned: Bool = false) {
    guard corners.count > 2, corners.allSatisfy(\.isFinite) else { return }
    let points = corners.map(bounded)
    var area = 0.0
    for index in points.indices {
      let next = points[(index + 1) % points.count]
      area += points[index].x * next.y - next.x * points[index].y
    }
    let sign = turned && area < 0 ? -1.0 : 1
    for index in points.indices {
      add(points[index], points[(index + 1) % points.count], sign)
    }
  }

  private mutating func add(_ from: Point, _ to: Point, _ sign: Double) {
    let direction = (from.y < to.y ? 1.0 : -1) * sign
    let (high, low) = from.y < to.y ? (from, to) : (to, from)
    let top = max(high.y, 0)
    let bottom = min(low.y, Double(height))
    guard top < bottom else { return }
    let slope = (low.x - high.x) / (low.y - high.y)
    let edge = Edge(
      x: high.x + (top - high.y) * slope, slope: slope, top: top, bottom: bottom, direction: direction)
    edges.append(edge)
  }

  /// Draws what was added.
  func fill(_ canvas: inout Canvas, _ colour: DisplayColour) {
    let sorted = edges.sorted { $0.top < $1.top }
    guard let first = sorted.first, width > 0 else { return }
    var next = 0
    var active: [Edge] = []
    // Cover that begins in each pixel; the running sum is what is covered.
    var row = [Float](repeating: 0, count: width + 2)
    for y in Int(first.top)..<height {
      while next < sorted.count, sorted[next].top < Double(y + 1) {
        active.append(sorted[next])
        next += 1
      }
      active.removeAll { $0.bottom <= Double(y) }
      if active.isEmpty {
        if next == sorted.count { return }
        continue
      }
      var touched = (first: width, last: 0)
      for edge in active { accumulate(edge, y, &row, &touched) }
      emit(&canvas, y, &row, touched, colour)
    }
  }

  /// Adds an edge's part in a pixel row.
  private func accumulate(_ edge: Edge, _ y: Int, _ row: inout [Float], _ touched: inout (first: Int, last: Int)) {
    let top = max(edge.top, Double(y))
    let bottom = min(edge.bottom, Double(y + 1))
    guard top < bottom else { return }
    let limit = Double(width)
    let ends = (min(max(edge.x(at: top), 0), limit), min(max(edge.x(at: bottom), 0), limit))
    let (left, right) = ends.0 < ends.1 ? ends : (ends.1, ends.0)
    let cover = (bottom - top) * edge.direction
    let (firstPixel, lastPixel) = (Int(left), Int(right))
    touched.first = min(touched.first, firstPixel)
    touched.last = max(touched.last, min(lastPixel + 1, width))
    if firstPixel == lastPixel {
      // What the pixel has to the right of the edge is covered here, the rest from the next pixel on.
      let inside = 1 - ((left + right) / 2 - Double(firstPixel))
      row[firstPixel] += Float(cover * inside)
      row[firstPixel + 1] += Float(cover * (1 - inside))
      return
    }
    let perPixel = cover / (right - left)
    var position = left
    for pixel in firstPixel...min(lastPixel, width) {
      let end = min(right, Double(pixel + 1))
      let part = perPixel * (end - position)
      let inside = 1 - ((position + end) / 2 - Double(pixel))
      row[pixel] += Float(part * inside)
      row[pixel + 1] += Float(part * (1 - inside))
      position = end
    }
  }

  private func emit(
    _ canvas: inout Canvas, _ y: Int, _ row: inout [Float], _ touched: (first: Int, last: Int),
    _ colour: DisplayColour
  ) {
    var sum: Float = 0
    let end = min(touched.last + 1, width)
    if touched.first < end {
      for pixel in touched.first..<end {
        sum += row[pixel]
        row[pixel] = min(abs(sum), 1)
      }
      canvas.blend(row: y, from: touched.first, row[touched.first..<end], colour)
    }
    for pixel in min(touched.first, width)...min(touched.last + 1, width + 1) { row[pixel] = 0 }
  }
}
