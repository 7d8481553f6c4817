// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension Annotation {
  /// The drawings of an item of Graphic Annotation Sequence. Compound graphics of a kind that is not drawn show as the
  /// simple objects that stand for them (PS3.3 §C.10.5.1.3.1); those that are drawn hide theirs.
  static func all(_ item: DataSet, colour: DisplayColour) -> [Annotation] {
    var drawn: Set<Int> = []
    let compounds: [Annotation] = item.items(.compoundGraphicSequence).prefix(maximumCount).flatMap { compound in
      let drawings = self.compound(compound, colour)
      if !drawings.isEmpty, let number = compound.integer(.compoundGraphicInstanceID) { drawn.insert(number) }
      return drawings
    }
    func isHidden(_ object: DataSet) -> Bool {
      object.integer(.compoundGraphicInstanceID).map { drawn.contains($0) } ?? false
    }
    let graphics = item.items(.graphicObjectSequence).prefix(maximumCount).filter { !isHidden($0) }
      .compactMap { graphic($0, colour) }
    let texts = item.items(.textObjectSequence).prefix(maximumCount).filter { !isHidden($0) }
      .compactMap { text($0, colour) }
    return graphics + compounds + texts
  }

  /// Points of one drawing that are read.
  static let maximumPoints = 100_000

  static func points(_ item: DataSet, _ tag: Tag = .graphicData) -> [Point] {
    let values = item.doubles(tag) ?? []
    return stride(from: 0, to: min(values.count, maximumPoints * 2) - 1, by: 2).compactMap { index in
      let point = Point(values[index], values[index + 1])
      return point.isFinite ? point : nil
    }
  }

  private static func units(_ item: DataSet, _ tag: Tag) -> Units {
    item.string(tag) == "DISPLAY" ? .display : .pixel
  }

  private static func graphic(_ item: DataSet, _ colour: DisplayColour) -> Annotation? {
    let points = points(item)
    guard !points.isEmpty else { return nil }
    let shape: Shape
    switch item.string(.graphicType) {
    case "POINT": shape = .point(points[0])
    case "POLYLINE": shape = .polyline(points)
    case "INTERPOLATED": shape = .interpolated(points)
    case "CIRCLE":
      guard points.count >= 2 else { return nil }
      shape = .circle(points[0], points[1])
    case "ELLIPSE":
      guard points.count >= 4 else { return nil }
      shape = .ellipse(Array(points.prefix(4)))
    default: return nil
    }
    return styled(item, units(item, .graphicAnnotationUnits), shape, colour)
  }

  private static func styled(
    _ item: DataSet, _ units: Units, _ shape: Shape, _ colour: DisplayColour
  ) -> Annotation {
    let line = item.items(.lineStyleSequence).first
    let fill = item.items(.fillStyleSequence).first
    let thickness = line?.double(.lineThickness) ?? 1
    return Annotation(
      units: units, shape: shape, isFilled: item.string(.graphicFilled) == "Y",
      colour: DisplayColour(cieLab: line?.integers(.patternOnColorCIELabValue)) ?? colour,
      fillColour: DisplayColour(cieLab: fill?.integers(.patternOnColorCIELabValue)),
      thickness: thickness.isFinite ? min(max(thickness, 0.5), 50) : 1,
      isDashed: line?.string(.lineDashingStyle) == "DASHED")
  }

  private static func compound(_ item: DataSet, _ colour: DisplayColour) -> [Annotation] {
    let center = points(item, .rotationPoint).first
    let points = rotated(points(item), item.double(.rotationAngle) ?? 0, around: center)
    guard points.count >= 2 else { return [] }
    let shape: Shape
    switch item.string(.compoundGraphicType) {
    case "MULTILINE": shape = .lines(points)
    case "RECTANGLE": shape = .polyline(rotatedBox(item, center))
    case "ELLIPSE":
      let box = rotatedBox(item, center)
      let middles = (0..<4).map { (box[$0] + box[$0 + 1]) * 0.5 }
      shape = .ellipse([middles[3], middles[1], middles[0], middles[2]])
    case "INFINITELINE", "CUTLINE":
      let gap = item.double(.gapLength) ?? 0
      shape = .infiniteLine(
        points[0], points[1], gap: gap.isFinite ? gap : 0, center: center,
        hasArrows: item.string(.compoundGraphicType) == "CUTLINE")
    case "RULER", "AXIS": shape = .scale(scale(item, points))
    default: return []
    }
    return [styled(item, units(item, .compoundGraphicUnits), shape, colour)]
  }

  /// The corners of the rectangle between two points, closed, turned after it was built.
  private static func rotatedBox(_ item: DataSet, _ center: Point?) -> [Point] {
    let ends = points(item)
    let corners = [
      ends[0], Point(ends[1].x, ends[0].y), ends[1], Point(ends[0].x, ends[1].y), ends[0],
    ]
    return rotated(corners, item.double(.rotationAngle) ?? 0, around: center)
  }

  /// Positive angles, in degrees, turn counterclockwise (PS3.3 §C.10.5.1.3.2).
  private static func rotated(_ points: [Point], _ angle: Double, around center: Point?) -> [Point] {
    guard let center, angle.isFinite, angle != 0 else { return points }
    let turn = Pen.circle(Point(0, 0), 1, angle: -angle / 180 * .pi)
    return points.map { point in
      let offset = point - center
      return center + Point(offset.x * turn.x - offset.y * turn.y, offset.x * turn.y + offset.y * turn.x)
    }
  }

  private static func scale(_ item: DataSet, _ points: [Point]) -> Scale {
    let ticks = item.items(.majorTicksSequence).prefix(maximumCount).compactMap { tick in
      tick.double(.tickPosition).flatMap { position in
        position.isFinite ? Scale.Tick(position: position, label: tick.string(.tickLabel) ?? "") : nil
      }
    }
    func alignment(_ tag: Tag) -> Scale.Alignment? { item.string(tag).flatMap { Scale.Alignment(rawValue: $0) } }
    return Scale(
      from: points[0], to: points[1], ticks: Array(ticks), alignment: alignment(.tickAlignment) ?? .center,
      labelAlignment: alignment(.tickLabelAlignment) ?? .bottom, showsLabels: item.string(.showTickLabel) == "Y")
  }

  /// Characters and lines of a text that are drawn.
  private static let maximumCharacters = 10_240

  private static func text(_ item: DataSet, _ colour: DisplayColour) -> Annotation? {
    guard let text = item.strings(.unformattedTextValue)?.joined(separator: "\\"), !text.isEmpty else { return nil }
    let corners = points(item, .boundingBoxTopLeftHandCorner) + points(item, .boundingBoxBottomRightHandCorner)
    let anchor = points(item, .anchorPoint).first
    guard corners.count == 2 || anchor != nil else { return nil }
    let lines = text.prefix(maximumCharacters).split(omittingEmptySubsequences: false) { $0.isNewline }.map {
      String(String.UnicodeScalarView($0.unicodeScalars.filter { $0.value >= 0x20 }))
    }
    let justification = item.string(.boundingBoxTextHorizontalJustification)
    let style = item.items(.textStyleSequence).first
    let shape = Text(
      lines: lines, box: corners.count == 2 ? corners : nil,
      justification: justification.flatMap { Text.Justification(rawValue: $0) } ?? .left, anchor: anchor,
      anchorUnits: units(item, .anchorPointAnnotationUnits), showsAnchor: item.string(.anchorPointVisibility) == "Y")
    return Annotation(
      units: units(item, .boundingBoxAnnotationUnits), shape: .text(shape),
      colour: DisplayColour(cieLab: style?.integers(.textColorCIELabValue)) ?? colour)
  }
}
