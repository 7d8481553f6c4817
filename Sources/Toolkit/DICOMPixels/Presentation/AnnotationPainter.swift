// SPDX-License-Identifier: Apache-2.0

/// Draws annotations on a picture, in its own pixels, so that they are as sharp as it is.
struct AnnotationPainter {
  private let geometry: DisplayGeometry
  private var pen: Pen
  /// Pixels of a line of thickness 1.
  private let unit: Double
  private let size: Double
  private let picture: Point

  init(_ geometry: DisplayGeometry, width: Int, height: Int) {
    self.geometry = geometry
    let shorter = Double(min(width, height))
    unit = max(shorter / 450, 1.25)
    size = max(shorter / 42, 8)
    picture = Point(Double(width), Double(height))
    pen = Pen(colour: .white, width: 1)
  }

  mutating func draw(_ annotation: Annotation, on canvas: inout Canvas) throws(PixelError) {
    pen.colour = annotation.colour
    pen.width = annotation.thickness * unit
    pen.dashes = annotation.isDashed ? [pen.width * 4, pen.width * 3] : []
    func place(_ points: [Point]) -> [Point] { points.map { geometry.position($0, annotation.units) } }
    switch annotation.shape {
    case .point(let point): try drawPoint(place([point])[0], &canvas)
    case .polyline(let points):
      try outline(place(points), closed: false, annotation, &canvas)
    case .interpolated(let points):
      let closed = points.count > 3 && points.first == points.last
      let curve = Curve.through(closed ? Array(points.dropLast()) : points, closed: closed)
      try outline(place(curve), closed: false, annotation, &canvas)
    case .circle(let center, let edge):
      let radius = (edge - center).length
      let circle = Curve.ellipse(center: center, Point(radius, 0), Point(0, radius))
      try outline(place(circle), closed: true, annotation, &canvas)
    case .ellipse(let ends):
      let center = (ends[0] + ends[1]) * 0.5
      let ellipse = Curve.ellipse(center: center, ends[1] - center, ends[3] - center)
      try outline(place(ellipse), closed: true, annotation, &canvas)
    case .lines(let points):
      let placed = place(points)
      try pen.stroke(stride(from: 0, to: placed.count - 1, by: 2).map { [placed[$0], placed[$0 + 1]] }, on: &canvas)
    case .infiniteLine(let from, let to, let gap, let center, let hasArrows):
      let ends = place([from, to])
      let middle = center.map { place([$0])[0] } ?? (ends[0] + ends[1]) * 0.5
      try drawInfinite(ends[0], ends[1], gap * picture.y, middle, hasArrows, &canvas)
    case .scale(let scale): try draw(scale, place([scale.from, scale.to]), &canvas)
    case .text(let text): try draw(text, annotation, &canvas)
    }
  }

  private mutating func outline(
    _ points: [Point], closed: Bool, _ annotation: Annotation, _ canvas: inout Canvas
  ) throws(PixelError) {
    if annotation.isFilled, points.count > 2 {
      pen.colour = annotation.fillColour ?? annotation.colour
      try pen.fill(points, on: &canvas)
      pen.colour = annotation.colour
    }
    try pen.stroke(points, closed: closed, on: &canvas)
  }

  private mutating func drawPoint(_ point: Point, _ canvas: inout Canvas) throws(PixelError) {
    let arm = 4 * unit
    pen.dashes = []
    try pen.stroke(
      [
        [point - Point(arm, 0), point + Point(arm, 0)], [point - Point(0, arm), point + Point(0, arm)],
      ], on: &canvas)
  }

  private mutating func drawInfinite(
    _ from: Point, _ to: Point, _ gap: Double, _ middle: Point, _ hasArrows: Bool, _ canvas: inout Canvas
  ) throws(PixelError) {
    let along = to - from
    guard along.length > 1e-6 else { return }
    let step = along * (1 / along.length)
    let reach = step * (picture.length + (middle - picture * 0.5).length)
    let half = step * (max(gap, 0) / 2)
    try pen.stroke([[middle - reach, middle - half], [middle + half, middle + reach]], on: &canvas)
    guard hasArrows else { return }
    pen.dashes = []
    let side = Point(-step.y, step.x)
    for end in [from, to] {
      let tip = (middle + end) * 0.5
      let head = [tip + (side + step * 0.5) * (5 * unit), tip, tip + (side - step * 0.5) * (5 * unit)]
      try pen.stroke([[tip + side * (16 * unit), tip], head], on: &canvas)
    }
  }

  private mutating func draw(
    _ scale: Annotation.Scale, _ ends: [Point], _ canvas: inout Canvas
  ) throws(PixelError) {
    let along = ends[1] - ends[0]
    guard along.length > 1e-6 else { return }
    let up = Point(along.y, -along.x) * (1 / along.length)
    let long = 8 * unit
    let (above, below) =
      switch scale.alignment {
      case .top: (long, 0.0)
      case .bottom: (0.0, long)
      case .center: (long / 2, long / 2)
      }
    var lines = [[ends[0], ends[1]]]
    for tick in scale.ticks {
      let place = ends[0] + along * tick.position
      lines.append([place + up * above, place - up * below])
    }
    try pen.stroke(lines, on: &canvas)
    guard scale.showsLabels else { return }
    let side = scale.labelAlignment == .top ? up : up * -1
    for tick in scale.ticks where !tick.label.isEmpty {
      let scaleFactor = size * 0.8 / StrokeFont.capHeight
      let half = Point(StrokeFont.width(tick.label) * scaleFactor / 2, StrokeFont.capHeight * scaleFactor / 2)
      let distance = long + abs(side.x) * half.x + abs(side.y) * half.y
      let center = ends[0] + along * tick.position + side * distance
      try write(tick.label, Point(center.x - half.x, center.y + half.y), scaleFactor, &canvas)
    }
  }

  // MARK: Text

  private mutating func draw(
    _ text: Annotation.Text, _ annotation: Annotation, _ canvas: inout Canvas
  ) throws(PixelError) {
    let widest = text.lines.map { StrokeFont.width($0) }.max() ?? 0
    let anchor = text.anchor.map { geometry.position($0, text.anchorUnits) }
    let corners = text.box?.map { geometry.position($0, annotation.units) }
    var factor = size / StrokeFont.capHeight
    var (left, top, right) = (0.0, 0.0, 0.0)
    if let corners {
      (left, right) = (min(corners[0].x, corners[1].x), max(corners[0].x, corners[1].x))
      top = min(corners[0].y, corners[1].y)
      let bottom = max(corners[0].y, corners[1].y)
      let lineRoom = (bottom - top) / Double(text.lines.count) / StrokeFont.lineHeight
      let widthRoom = (right - left) / max(widest, 1)
      // Text fills its box, within what can be read and does not cover the picture.
      factor = min(max(min(lineRoom, widthRoom), factor * 0.75), factor * 1.5)
    } else if let anchor {
      (left, top) = (anchor.x + 6 * unit, anchor.y - 6 * unit - StrokeFont.capHeight * factor)
      right = left + widest * factor
    }
    let height = StrokeFont.lineHeight * factor
    for (index, line) in text.lines.enumerated() {
      let free = right - left - StrokeFont.width(line) * factor
      let indent =
        switch text.justification {
        case .left: 0.0
        case .center: free / 2
        case .right: free
        }
      let baseline = top + StrokeFont.capHeight * factor + height * Double(index)
      try write(line, Point(left + indent, baseline), factor, &canvas)
    }
    guard text.showsAnchor, let anchor, corners != nil else { return }
    let bottom = top + height * Double(text.lines.count)
    let near = Point(min(max(anchor.x, left), right), min(max(anchor.y, top), bottom))
    pen.width = unit
    try pen.stroke([near, anchor], on: &canvas)
    try pen.fill(Pen.circle(anchor, 2 * unit, corners: 16), on: &canvas)
  }

  /// Text with a dark edge, so that it can be read on anything.
  private mutating func write(
    _ text: String, _ origin: Point, _ factor: Double, _ canvas: inout Canvas
  ) throws(PixelError) {
    var lines: [[Point]] = []
    var x = origin.x
    for glyph in StrokeFont.glyphs(text) {
      // Far beyond the picture nothing is seen.
      if x > picture.x { break }
      lines += glyph.lines.map { line in line.map { Point(x + $0.x * factor, origin.y - $0.y * factor) } }
      x += glyph.advance * factor
    }
    let (colour, width) = (pen.colour, pen.width)
    pen.dashes = []
    pen.width = max(factor * 1.05, 1.1)
    let line = pen.width
    pen.colour = isBright(colour) ? .black : .white
    pen.width = line + max(2, factor * 1.6)
    try pen.stroke(lines, on: &canvas)
    pen.colour = colour
    pen.width = line
    try pen.stroke(lines, on: &canvas)
    pen.width = width
  }

  private func isBright(_ colour: DisplayColour) -> Bool {
    (Int(colour.red) * 3 + Int(colour.green) * 6 + Int(colour.blue)) / 10 > 20_000
  }
}
