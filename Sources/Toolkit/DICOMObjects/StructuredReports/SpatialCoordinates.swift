// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The value of an SCOORD content item (PS3.3 §C.18.6): a figure on an image, in pixels, (0,0) being the top left
/// corner of the first pixel. The image is a child with SELECTED FROM.
public struct SpatialCoordinates: Sendable, Hashable {
  /// Graphic Type of an image (PS3.3 §C.18.6.1.2).
  public enum GraphicType: String, Sendable, Hashable, CaseIterable {
    case point = "POINT"
    case multipoint = "MULTIPOINT"
    case polyline = "POLYLINE"
    case circle = "CIRCLE"
    case ellipse = "ELLIPSE"
  }

  /// Column and row.
  public struct Point: Sendable, Hashable {
    public var column: Double
    public var row: Double

    public init(_ column: Double, _ row: Double) {
      self.column = column
      self.row = row
    }
  }

  public var graphicType: GraphicType
  public var points: [Point]
  /// Fiducial UID.
  public var fiducial: UID?

  public init(_ graphicType: GraphicType, _ points: [Point], fiducial: UID? = nil) {
    self.graphicType = graphicType
    self.points = points
    self.fiducial = fiducial
  }

  init?(_ item: DataSet) {
    guard let type = item.string(.graphicType).flatMap({ GraphicType(rawValue: $0) }) else { return nil }
    graphicType = type
    let data = item.doubles(.graphicData) ?? []
    points = stride(from: 0, to: data.count - 1, by: 2).map { Point(data[$0], data[$0 + 1]) }
    fiducial = item.uid(.fiducialUID)
  }

  /// What is wrong with a number of points; nil where it fits the graphic type.
  private var objection: String? {
    switch graphicType {
    case .point: points.count == 1 ? nil : "a POINT has one point"
    case .multipoint: points.isEmpty ? "a MULTIPOINT has points" : nil
    case .polyline: points.count < 2 ? "a POLYLINE has at least two points" : nil
    case .circle: points.count == 2 ? nil : "a CIRCLE has a centre and a point on it"
    case .ellipse: points.count == 4 ? nil : "an ELLIPSE has the two ends of each axis"
    }
  }

  func write(_ item: inout AttributeWriter) throws(ObjectError) {
    if let objection { throw ObjectError(.invalid, .graphicData, in: item.path, objection) }
    try item.set(.graphicType, graphicType.rawValue, .type1)
    try item.set(.graphicData, points.flatMap { [$0.column, $0.row] }, .type1)
    try item.set(.fiducialUID, fiducial, .type3)
  }
}

/// The value of an SCOORD3D content item (PS3.3 §C.18.9): a figure in a frame of reference, in mm.
public struct SpatialCoordinates3D: Sendable, Hashable {
  /// Graphic Type in space (PS3.3 §C.18.9.1.2).
  public enum GraphicType: String, Sendable, Hashable, CaseIterable {
    case point = "POINT"
    case multipoint = "MULTIPOINT"
    case polyline = "POLYLINE"
    case polygon = "POLYGON"
    case ellipse = "ELLIPSE"
    case ellipsoid = "ELLIPSOID"
  }

  /// A position in mm.
  public struct Point: Sendable, Hashable {
    public var x: Double
    public var y: Double
    public var z: Double

    public init(_ x: Double, _ y: Double, _ z: Double) {
      self.x = x
      self.y = y
      self.z = z
    }
  }

  public var graphicType: GraphicType
  public var points: [Point]
  /// Referenced Frame of Reference UID.
  public var frameOfReference: UID
  public var fiducial: UID?

  public init(_ graphicType: GraphicType, _ points: [Point], frameOfReference: UID, fiducial: UID? = nil) {
    self.graphicType = graphicType
    self.points = points
    self.frameOfReference = frameOfReference
    self.fiducial = fiducial
  }

  init?(_ item: DataSet) {
    guard let type = item.string(.graphicType).flatMap({ GraphicType(rawValue: $0) }) else { return nil }
    graphicType = type
    let data = item.doubles(.graphicData) ?? []
    points = stride(from: 0, to: data.count - 2, by: 3).map { Point(data[$0], data[$0 + 1], data[$0 + 2]) }
    frameOfReference = item.uid(.referencedFrameOfReferenceUID) ?? ""
    fiducial = item.uid(.fiducialUID)
  }

  private var objection: String? {
    switch graphicType {
    case .point: points.count == 1 ? nil : "a POINT has one point"
    case .multipoint: points.isEmpty ? "a MULTIPOINT has points" : nil
    case .polyline: points.count < 2 ? "a POLYLINE has at least two points" : nil
    case .polygon:
      points.count >= 3 && points.first == points.last ? nil : "a POLYGON ends where it begins"
    case .ellipse: points.count == 4 ? nil : "an ELLIPSE has the two ends of each axis"
    case .ellipsoid: points.count == 6 ? nil : "an ELLIPSOID has the two ends of each axis"
    }
  }

  func write(_ item: inout AttributeWriter) throws(ObjectError) {
    if let objection { throw ObjectError(.invalid, .graphicData, in: item.path, objection) }
    try item.set(.graphicType, graphicType.rawValue, .type1)
    try item.set(.graphicData, points.flatMap { [$0.x, $0.y, $0.z] }, .type1)
    try item.set(.referencedFrameOfReferenceUID, frameOfReference, .type1)
    try item.set(.fiducialUID, fiducial, .type3)
  }
}
