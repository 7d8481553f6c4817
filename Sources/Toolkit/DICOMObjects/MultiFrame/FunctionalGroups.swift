// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The functional groups of one frame (PS3.3 §C.7.6.16), those shared with other frames included. Every macro is kept
/// as it stands; those that most objects have are typed in extensions.
public struct FunctionalGroups: Sendable, Hashable {
  /// Items of the macros by the tag of their sequence.
  public private(set) var macros: [Tag: [DataSet]] = [:]

  public init() {}

  /// Reads an item of the shared or per-frame sequence.
  init(_ item: DataSet) {
    for element in item.elements {
      if let items = element.items { macros[element.tag] = items }
    }
  }

  /// The items of a macro; empty where the frame has none.
  public subscript(tag: Tag) -> [DataSet] {
    get { macros[tag] ?? [] }
    set { macros[tag] = newValue.isEmpty ? nil : newValue }
  }

  /// The first item of a macro, which for most is the only one.
  public func item(_ tag: Tag) -> DataSet? { macros[tag]?.first }

  /// These groups, with those of a frame in place of shared ones.
  func overridden(by frame: FunctionalGroups) -> FunctionalGroups {
    var result = self
    result.macros.merge(frame.macros) { _, own in own }
    return result
  }

  /// The item of a functional groups sequence.
  /// - Parameter without: macros that stand elsewhere.
  func dataSet(without: Set<Tag> = []) -> DataSet {
    var item = DataSet(inheritedCharacterSet: .utf8)
    for (tag, items) in macros where !without.contains(tag) { item.set(tag, items: items) }
    return item
  }

  /// Sets a macro of one item, filled by `fill`; nothing where `fill` sets nothing.
  mutating func set(_ tag: Tag, _ fill: (inout AttributeWriter) throws(ObjectError) -> Void) throws(ObjectError) {
    var item = AttributeWriter(path: AttributePath.joined("", tag))
    try fill(&item)
    self[tag] = item.dataSet.isEmpty ? [] : [item.dataSet]
  }
}

// MARK: - Geometry

/// Pixel Measures (PS3.3 §C.7.6.16.2.1), in mm.
public struct PixelMeasures: Sendable, Hashable {
  /// Distance of rows and distance of columns.
  public var pixelSpacing: [Double]
  public var sliceThickness: Double?
  public var spacingBetweenSlices: Double?

  public init(pixelSpacing: [Double], sliceThickness: Double? = nil, spacingBetweenSlices: Double? = nil) {
    self.pixelSpacing = pixelSpacing
    self.sliceThickness = sliceThickness
    self.spacingBetweenSlices = spacingBetweenSlices
  }
}

extension FunctionalGroups {
  /// Pixel Measures macro.
  public var pixelMeasures: PixelMeasures? {
    guard let item = item(.pixelMeasuresSequence), let spacing = item.doubles(.pixelSpacing), spacing.count == 2 else {
      return nil
    }
    return PixelMeasures(
      pixelSpacing: spacing, sliceThickness: item.double(.sliceThickness),
      spacingBetweenSlices: item.double(.spacingBetweenSlices))
  }

  /// Pixel Measures (PS3.3 §C.7.6.16.2.1).
  public mutating func set(_ measures: PixelMeasures) throws(ObjectError) {
    try set(.pixelMeasuresSequence) { (item) throws(ObjectError) in
      guard measures.pixelSpacing.count == 2, measures.pixelSpacing.allSatisfy({ $0 > 0 }) else {
        throw ObjectError(.invalid, .pixelSpacing, in: item.path, "two distances above 0 mm")
      }
      try item.set(.pixelSpacing, measures.pixelSpacing, .type1)
      try item.set(.sliceThickness, measures.sliceThickness, .type3)
      try item.set(.spacingBetweenSlices, measures.spacingBetweenSlices, .type3)
    }
  }

  /// Image Position (Patient) of the Plane Position macro: x, y and z of the first pixel, in mm.
  public var planePosition: [Double]? {
    item(.planePositionSequence)?.doubles(.imagePositionPatient).flatMap { $0.count == 3 ? $0 : nil }
  }

  /// Plane Position (Patient), x, y and z in mm (PS3.3 §C.7.6.16.2.3).
  public mutating func setPlanePosition(_ position: [Double]) throws(ObjectError) {
    guard position.count == 3 else {
      throw ObjectError(.invalid, .imagePositionPatient, "a position has three coordinates")
    }
    try set(.planePositionSequence) { (item) throws(ObjectError) in
      try item.set(.imagePositionPatient, position, .type1)
    }
  }

  /// Image Orientation (Patient) of the Plane Orientation macro: direction of rows, then of columns.
  public var planeOrientation: [Double]? {
    item(.planeOrientationSequence)?.doubles(.imageOrientationPatient).flatMap { $0.count == 6 ? $0 : nil }
  }

  /// Plane Orientation (Patient): cosines of row and column (PS3.3 §C.7.6.16.2.4).
  public mutating func setPlaneOrientation(_ orientation: [Double]) throws(ObjectError) {
    guard orientation.count == 6 else {
      throw ObjectError(.invalid, .imageOrientationPatient, "an orientation has six direction cosines")
    }
    let dot = zip(orientation[0..<3], orientation[3..<6]).reduce(0) { $0 + $1.0 * $1.1 }
    guard abs(dot) < 0.01 else {
      throw ObjectError(.invalid, .imageOrientationPatient, "rows and columns are not perpendicular")
    }
    try set(.planeOrientationSequence) { (item) throws(ObjectError) in
      try item.set(.imageOrientationPatient, orientation, .type1)
    }
  }
}
