// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What the coordinates of an annotation count (PS3.3 §C.10.5.1.3).
public enum AnnotationUnits: String, Sendable, Hashable {
  /// Pixels of the image: (1,1) is the middle of the first one.
  case pixel = "PIXEL"
  /// Parts of the displayed area from 0 to 1.
  case display = "DISPLAY"
  /// Pixels of the total pixel matrix.
  case matrix = "MATRIX"
}

/// A position of an annotation.
public struct AnnotationPoint: Sendable, Hashable {
  public var column: Double
  public var row: Double

  public init(_ column: Double, _ row: Double) {
    self.column = column
    self.row = row
  }

  static func read(_ item: DataSet, _ tag: Tag) -> [AnnotationPoint] {
    let data = item.doubles(tag) ?? []
    return stride(from: 0, to: data.count - 1, by: 2).map { AnnotationPoint(data[$0], data[$0 + 1]) }
  }
}

/// A figure on an image (an item of Graphic Object Sequence, PS3.3 §C.10.5).
public struct GraphicObject: Sendable, Hashable {
  /// Graphic Type (PS3.3 §C.10.5.1.2).
  public enum Kind: String, Sendable, Hashable {
    case point = "POINT"
    case polyline = "POLYLINE"
    case interpolated = "INTERPOLATED"
    /// Centre and a point on the circle.
    case circle = "CIRCLE"
    /// The ends of the major and then of the minor axis.
    case ellipse = "ELLIPSE"
  }

  public var kind: Kind
  public var points: [AnnotationPoint]
  public var units: AnnotationUnits
  public var isFilled: Bool
  public var group: Int?
  public var line: LineStyle?
  public var fill: FillStyle?

  public init(
    _ kind: Kind, _ points: [AnnotationPoint], units: AnnotationUnits = .pixel, isFilled: Bool = false,
    group: Int? = nil, line: LineStyle? = nil, fill: FillStyle? = nil
  ) {
    self.kind = kind
    self.points = points
    self.units = units
    self.isFilled = isFilled
    self.group = group
    self.line = line
    self.fill = fill
  }

  init?(_ item: DataSet) {
    guard let kind = item.string(.graphicType).flatMap({ Kind(rawValue: $0) }) else { return nil }
    self.kind = kind
    points = AnnotationPoint.read(item, .graphicData)
    units = item.string(.graphicAnnotationUnits).flatMap { AnnotationUnits(rawValue: $0) } ?? .pixel
    isFilled = item.string(.graphicFilled) == "Y"
    group = item.integer(.graphicGroupID)
    line = item.items(.lineStyleSequence).first.map { LineStyle($0) }
    fill = item.items(.fillStyleSequence).first.map { FillStyle($0) }
  }

  private var objection: String? {
    switch kind {
    case .point: points.count == 1 ? nil : "a POINT has one point"
    case .polyline, .interpolated: points.count < 2 ? "\(kind.rawValue) has at least two points" : nil
    case .circle: points.count == 2 ? nil : "a CIRCLE has a centre and a point on it"
    case .ellipse: points.count == 4 ? nil : "an ELLIPSE has the two ends of each axis"
    }
  }

  private var isClosed: Bool {
    switch kind {
    case .point: false
    case .circle, .ellipse: true
    case .polyline, .interpolated: points.first == points.last
    }
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    if let objection { throw ObjectError(.invalid, .graphicData, in: path, objection) }
    if units == .display, points.contains(where: { !(0...1).contains($0.column) || !(0...1).contains($0.row) }) {
      throw ObjectError(.invalid, .graphicData, in: path, "DISPLAY coordinates are from 0 to 1")
    }
    if isFilled, !isClosed { throw ObjectError(.invalid, .graphicFilled, in: path, "only closed figures are filled") }
    try item.set(.graphicAnnotationUnits, units.rawValue, .type1)
    try item.set(.graphicDimensions, 2, .type1)
    try item.set(.numberOfGraphicPoints, points.count, .type1)
    try item.set(.graphicData, points.flatMap { [$0.column, $0.row] }, .type1)
    try item.set(.graphicType, kind.rawValue, .type1)
    if isClosed { try item.set(.graphicFilled, isFilled ? "Y" : "N", .type1) }
    try item.set(.graphicGroupID, group, .type3)
    if let line { try item.set(.lineStyleSequence, items: [line.dataSet(path: path)], .type3) }
    if let fill { try item.set(.fillStyleSequence, items: [fill.dataSet(path: path)], .type3) }
    return item.dataSet
  }
}

/// A text on an image (an item of Text Object Sequence, PS3.3 §C.10.5).
public struct TextObject: Sendable, Hashable {
  /// A box that holds the text.
  public struct Box: Sendable, Hashable {
    public var topLeft: AnnotationPoint
    public var bottomRight: AnnotationPoint
    public var units: AnnotationUnits
    /// `LEFT`, `RIGHT` or `CENTER`.
    public var justification: String

    public init(
      _ topLeft: AnnotationPoint, _ bottomRight: AnnotationPoint, units: AnnotationUnits = .pixel,
      justification: String = "LEFT"
    ) {
      self.topLeft = topLeft
      self.bottomRight = bottomRight
      self.units = units
      self.justification = justification
    }
  }

  /// A point that the text is about.
  public struct Anchor: Sendable, Hashable {
    public var point: AnnotationPoint
    public var units: AnnotationUnits
    /// A line or arrow leads from the text to the point.
    public var isVisible: Bool

    public init(_ point: AnnotationPoint, units: AnnotationUnits = .pixel, isVisible: Bool = true) {
      self.point = point
      self.units = units
      self.isVisible = isVisible
    }
  }

  public var text: String
  public var box: Box?
  public var anchor: Anchor?
  public var group: Int?
  public var style: TextStyle?

  public init(_ text: String, box: Box? = nil, anchor: Anchor? = nil, group: Int? = nil, style: TextStyle? = nil) {
    self.text = text
    self.box = box
    self.anchor = anchor
    self.group = group
    self.style = style
  }

  init(_ item: DataSet) {
    text = item.string(.unformattedTextValue) ?? ""
    if let first = AnnotationPoint.read(item, .boundingBoxTopLeftHandCorner).first,
      let last = AnnotationPoint.read(item, .boundingBoxBottomRightHandCorner).first
    {
      box = Box(
        first, last,
        units: item.string(.boundingBoxAnnotationUnits).flatMap { AnnotationUnits(rawValue: $0) } ?? .pixel,
        justification: item.string(.boundingBoxTextHorizontalJustification) ?? "LEFT")
    }
    if let point = AnnotationPoint.read(item, .anchorPoint).first {
      anchor = Anchor(
        point, units: item.string(.anchorPointAnnotationUnits).flatMap { AnnotationUnits(rawValue: $0) } ?? .pixel,
        isVisible: item.string(.anchorPointVisibility) == "Y")
    }
    group = item.integer(.graphicGroupID)
    style = item.items(.textStyleSequence).first.map { TextStyle($0) }
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    guard box != nil || anchor != nil else {
      throw ObjectError(.missing, .anchorPoint, in: path, "a text has a box or an anchor point (type 1C)")
    }
    try item.set(.unformattedTextValue, text, .type1)
    if let box {
      try item.set(.boundingBoxAnnotationUnits, box.units.rawValue, .type1)
      try item.set(.boundingBoxTopLeftHandCorner, [box.topLeft.column, box.topLeft.row], .type1)
      try item.set(.boundingBoxBottomRightHandCorner, [box.bottomRight.column, box.bottomRight.row], .type1)
      try item.set(.boundingBoxTextHorizontalJustification, box.justification, .type1)
    }
    if let anchor {
      try item.set(.anchorPointAnnotationUnits, anchor.units.rawValue, .type1)
      try item.set(.anchorPoint, [anchor.point.column, anchor.point.row], .type1)
      try item.set(.anchorPointVisibility, anchor.isVisible ? "Y" : "N", .type1)
    }
    try item.set(.graphicGroupID, group, .type3)
    if let style { try item.set(.textStyleSequence, items: [style.dataSet(path: path)], .type3) }
    return item.dataSet
  }
}
