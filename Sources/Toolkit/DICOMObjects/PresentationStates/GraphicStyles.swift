// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// How a line looks (Line Style macro, PS3.3 §C.10.5.1). Colours are encoded CIELab, opacities from 0 to 1.
public struct LineStyle: Sendable, Hashable {
  public var lab: [Int]
  public var opacity: Double
  /// In points of 1/72 inch.
  public var thickness: Double
  public var isDashed: Bool
  /// Bits of the dashes, one a unit of 1.5 thicknesses.
  public var pattern: Int

  public init(
    lab: [Int], opacity: Double = 1, thickness: Double = 1, isDashed: Bool = false, pattern: Int = 0x00FF
  ) {
    self.lab = lab
    self.opacity = opacity
    self.thickness = thickness
    self.isDashed = isDashed
    self.pattern = pattern
  }

  init(_ item: DataSet) {
    lab = item.integers(.patternOnColorCIELabValue) ?? []
    opacity = item.double(.patternOnOpacity) ?? 1
    thickness = item.double(.lineThickness) ?? 1
    isDashed = item.string(.lineDashingStyle) == "DASHED"
    pattern = item.integer(.linePattern) ?? 0x00FF
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: AttributePath.joined(path, .lineStyleSequence) + "[0]")
    try item.set(.patternOnColorCIELabValue, lab, .type1)
    try item.set(.patternOnOpacity, opacity, .type1)
    try item.set(.lineThickness, thickness, .type1)
    try item.set(.lineDashingStyle, isDashed ? "DASHED" : "SOLID", .type1)
    if isDashed { try item.set(.linePattern, pattern, .type1) }
    // A shadow that nobody sees: the macro wants its attributes.
    try item.set(.shadowStyle, "OFF", .type1)
    try item.set(.shadowOffsetX, 0.0, .type1)
    try item.set(.shadowOffsetY, 0.0, .type1)
    try item.set(.shadowColorCIELabValue, [0, 0x8080, 0x8080], .type1)
    try item.set(.shadowOpacity, 0.0, .type1)
    return item.dataSet
  }
}

/// How the inside of a figure looks (Fill Style macro, PS3.3 §C.10.5.1).
public struct FillStyle: Sendable, Hashable {
  public var lab: [Int]
  public var opacity: Double

  public init(lab: [Int], opacity: Double = 1) {
    self.lab = lab
    self.opacity = opacity
  }

  init(_ item: DataSet) {
    lab = item.integers(.patternOnColorCIELabValue) ?? []
    opacity = item.double(.patternOnOpacity) ?? 1
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: AttributePath.joined(path, .fillStyleSequence) + "[0]")
    try item.set(.patternOnColorCIELabValue, lab, .type1)
    try item.set(.patternOnOpacity, opacity, .type1)
    try item.set(.patternOffOpacity, 0.0, .type1)
    try item.set(.fillMode, "SOLID", .type1)
    return item.dataSet
  }
}

/// How a text looks (Text Style macro, PS3.3 §C.10.5.1).
public struct TextStyle: Sendable, Hashable {
  /// A font family of CSS, such as `sans-serif`.
  public var font: String
  public var lab: [Int]
  public var isBold: Bool
  public var isItalic: Bool
  public var isUnderlined: Bool

  public init(
    font: String = "sans-serif", lab: [Int], isBold: Bool = false, isItalic: Bool = false, isUnderlined: Bool = false
  ) {
    self.font = font
    self.lab = lab
    self.isBold = isBold
    self.isItalic = isItalic
    self.isUnderlined = isUnderlined
  }

  init(_ item: DataSet) {
    font = item.string(.cssFontName) ?? ""
    lab = item.integers(.textColorCIELabValue) ?? []
    isBold = item.string(.bold) == "Y"
    isItalic = item.string(.italic) == "Y"
    isUnderlined = item.string(.underlined) == "Y"
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: AttributePath.joined(path, .textStyleSequence) + "[0]")
    try item.set(.cssFontName, font, .type1)
    try item.set(.textColorCIELabValue, lab, .type1)
    try item.set(.shadowStyle, "OFF", .type1)
    try item.set(.underlined, isUnderlined ? "Y" : "N", .type1)
    try item.set(.bold, isBold ? "Y" : "N", .type1)
    try item.set(.italic, isItalic ? "Y" : "N", .type1)
    return item.dataSet
  }
}

/// A figure of a complicated kind, such as a ruler or an axis (an item of Compound Graphic Sequence, PS3.3 §C.10.5).
public struct CompoundGraphic: Sendable, Hashable {
  /// Compound Graphic Instance ID; the simple figures that stand for it have the same.
  public var id: Int
  /// Compound Graphic Type, such as `RULER`, `AXIS`, `ARROW` or `CUTLINE`.
  public var type: String
  public var points: [AnnotationPoint]
  public var units: AnnotationUnits
  public var isFilled: Bool
  /// In degrees, counter-clockwise.
  public var rotation: Double?
  public var group: Int?

  public init(
    id: Int, type: String, points: [AnnotationPoint], units: AnnotationUnits = .pixel, isFilled: Bool = false,
    rotation: Double? = nil, group: Int? = nil
  ) {
    self.id = id
    self.type = type
    self.points = points
    self.units = units
    self.isFilled = isFilled
    self.rotation = rotation
    self.group = group
  }

  init(_ item: DataSet) {
    id = item.integer(.compoundGraphicInstanceID) ?? 0
    type = item.string(.compoundGraphicType) ?? ""
    points = AnnotationPoint.read(item, .graphicData)
    units = item.string(.compoundGraphicUnits).flatMap { AnnotationUnits(rawValue: $0) } ?? .pixel
    isFilled = item.string(.graphicFilled) == "Y"
    rotation = item.double(.rotationAngle)
    group = item.integer(.graphicGroupID)
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    try item.set(.compoundGraphicInstanceID, id, .type1)
    try item.set(.compoundGraphicType, type, .type1)
    try item.set(.compoundGraphicUnits, units.rawValue, .type1)
    try item.set(.graphicDimensions, 2, .type1)
    try item.set(.numberOfGraphicPoints, points.count, .type1)
    try item.set(.graphicData, points.flatMap { [$0.column, $0.row] }, .type1)
    try item.set(.graphicFilled, isFilled ? "Y" : "N", .type1)
    try item.set(.rotationAngle, rotation, .type3)
    try item.set(.graphicGroupID, group, .type3)
    return item.dataSet
  }
}
