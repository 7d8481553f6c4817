// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What is hidden around the part of an image that counts (Display Shutter module, PS3.3 §C.7.6.11, and Bitmap Display
/// Shutter, §C.7.6.15). With several shapes what all leave open is seen. Rows and columns are counted from 1.
public struct DisplayShutter: Sendable, Hashable {
  /// Shutter Shape with its measures, in pixels counted from 1.
  public enum Shape: Sendable, Hashable {
    /// Columns of the left and right edge, rows of the upper and lower one.
    case rectangular(left: Int, right: Int, upper: Int, lower: Int)
    case circular(row: Int, column: Int, radius: Int)
    /// Pairs of row and column.
    case polygonal([Int])
    /// An overlay plane of this group, such as 6000H.
    case bitmap(overlayGroup: UInt16)

    var term: String {
      switch self {
      case .rectangular: "RECTANGULAR"
      case .circular: "CIRCULAR"
      case .polygonal: "POLYGONAL"
      case .bitmap: "BITMAP"
      }
    }
  }

  public var shapes: [Shape]
  /// The P-value of what is hidden, 0 being black.
  public var presentationValue: Int
  /// The colour of what is hidden, encoded CIELab; colour presentation states need one.
  public var lab: [Int]

  public init(_ shapes: [Shape], presentationValue: Int = 0, lab: [Int] = []) {
    self.shapes = shapes
    self.presentationValue = presentationValue
    self.lab = lab
  }

  /// Reads the modules; nil where there is no shutter.
  init?(_ dataSet: DataSet) {
    let terms = dataSet.strings(.shutterShape) ?? []
    shapes = terms.compactMap { term in
      switch term {
      case "RECTANGULAR":
        return .rectangular(
          left: dataSet.integer(.shutterLeftVerticalEdge) ?? 0, right: dataSet.integer(.shutterRightVerticalEdge) ?? 0,
          upper: dataSet.integer(.shutterUpperHorizontalEdge) ?? 0,
          lower: dataSet.integer(.shutterLowerHorizontalEdge) ?? 0)
      case "CIRCULAR":
        guard let center = dataSet.integers(.centerOfCircularShutter), center.count == 2 else { return nil }
        return .circular(
          row: center[0], column: center[1], radius: dataSet.integer(.radiusOfCircularShutter) ?? 0)
      case "POLYGONAL": return .polygonal(dataSet.integers(.verticesOfThePolygonalShutter) ?? [])
      case "BITMAP": return .bitmap(overlayGroup: UInt16(clamping: dataSet.integer(.shutterOverlayGroup) ?? 0))
      default: return nil
      }
    }
    if shapes.isEmpty { return nil }
    presentationValue = dataSet.integer(.shutterPresentationValue) ?? 0
    lab = dataSet.integers(.shutterPresentationColorCIELabValue) ?? []
  }

  func write(_ object: inout AttributeWriter, isColor: Bool) throws(ObjectError) {
    guard Set(shapes.map(\.term)).count == shapes.count else {
      throw ObjectError(.invalid, .shutterShape, in: object.path, "each shape stands once")
    }
    if shapes.count > 1, shapes.contains(where: { $0.term == "BITMAP" }) {
      throw ObjectError(.notPermitted, .shutterShape, in: object.path, "a bitmap shutter stands alone")
    }
    try object.set(.shutterShape, shapes.map(\.term), .type1)
    for shape in shapes { try write(shape, &object) }
    try object.set(.shutterPresentationValue, presentationValue, .type1)
    guard lab.count == 3 || lab.isEmpty && !isColor else {
      throw ObjectError(
        .missing, .shutterPresentationColorCIELabValue, in: object.path, "a colour has L, a and b (type 1C)")
    }
    try object.set(.shutterPresentationColorCIELabValue, lab, .type3)
  }

  private func write(_ shape: Shape, _ object: inout AttributeWriter) throws(ObjectError) {
    switch shape {
    case .rectangular(let left, let right, let upper, let lower):
      try object.set(.shutterLeftVerticalEdge, left, .type1)
      try object.set(.shutterRightVerticalEdge, right, .type1)
      try object.set(.shutterUpperHorizontalEdge, upper, .type1)
      try object.set(.shutterLowerHorizontalEdge, lower, .type1)
    case .circular(let row, let column, let radius):
      try object.set(.centerOfCircularShutter, [row, column], .type1)
      try object.set(.radiusOfCircularShutter, radius, .type1)
    case .polygonal(let vertices):
      guard vertices.count >= 6, vertices.count % 2 == 0 else {
        throw ObjectError(
          .invalid, .verticesOfThePolygonalShutter, in: object.path, "at least three pairs of row and column")
      }
      try object.set(.verticesOfThePolygonalShutter, vertices, .type1)
    case .bitmap(let group): try object.set(.shutterOverlayGroup, Int(group), .type1)
    }
  }
}

/// Subtraction of a mask from the frames of an angiogram (Mask module, PS3.3 §C.7.6.10).
public struct MaskSubtraction: Sendable, Hashable {
  /// Mask Operation: `AVG_SUB` or `TID`.
  public var operation: String
  /// Frames that are averaged to the mask, counted from 1.
  public var maskFrames: [Int]
  /// Pairs of first and last frame that the mask is for.
  public var frameRanges: [Int]
  /// Shift of the mask in rows and columns.
  public var subPixelShift: [Double]
  /// For `TID`, how many frames before the contrast frame the mask is.
  public var offset: Int?

  public init(averaging maskFrames: [Int], frameRanges: [Int] = [], subPixelShift: [Double] = []) {
    operation = "AVG_SUB"
    self.maskFrames = maskFrames
    self.frameRanges = frameRanges
    self.subPixelShift = subPixelShift
  }

  init(_ item: DataSet) {
    operation = item.string(.maskOperation) ?? ""
    maskFrames = item.integers(.maskFrameNumbers) ?? []
    frameRanges = item.integers(.applicableFrameRange) ?? []
    subPixelShift = item.doubles(.maskSubPixelShift) ?? []
    offset = item.integer(.tidOffset)
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    try item.set(.maskOperation, operation, .type1)
    if operation == "AVG_SUB", maskFrames.isEmpty {
      throw ObjectError(.missing, .maskFrameNumbers, in: path, "AVG_SUB names the frames of the mask (type 1C)")
    }
    guard frameRanges.count % 2 == 0 else {
      throw ObjectError(.invalid, .applicableFrameRange, in: path, "pairs of first and last frame")
    }
    try item.set(.maskFrameNumbers, maskFrames, .type3)
    try item.set(.applicableFrameRange, frameRanges, .type3)
    try item.set(.maskSubPixelShift, subPixelShift, .type3)
    try item.set(.tidOffset, offset, operation == "TID" ? .type2 : .type3)
    return item.dataSet
  }
}
