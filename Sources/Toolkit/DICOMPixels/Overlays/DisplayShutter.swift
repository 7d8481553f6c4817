// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The parts of an image that are to be covered (PS3.3 §C.7.6.11, §C.7.6.15).
public struct DisplayShutter: Sendable, Hashable {
  /// Shutter Shape (0018,1600) with its measures, in pixels counted from 1.
  public enum Shape: Sendable, Hashable {
    /// Columns and rows at the edges, counted from 1; what lies between them is seen.
    case rectangle(left: Int, right: Int, upper: Int, lower: Int)
    case circle(row: Int, column: Int, radius: Int)
    /// Corners, counted from 1.
    case polygon([Corner])
    /// The overlay group whose set bits are covered.
    case bitmap(group: UInt16)
  }

  /// A corner of a polygon, in pixels counted from 1.
  public struct Corner: Sendable, Hashable {
    public let row: Int
    public let column: Int

    public init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }
  }

  /// The most corners that are followed.
  static let maximumCorners = 4096

  /// Only what all of them leave open is seen.
  public let shapes: [Shape]
  /// What covered pixels show.
  public let colour: DisplayColour

  public init(shapes: [Shape], colour: DisplayColour) {
    self.shapes = shapes
    self.colour = colour
  }

  /// Reads the modules; nil where there is no shutter.
  public init?(_ dataSet: DataSet) {
    let shapes = (dataSet.strings(.shutterShape) ?? []).compactMap { Self.shape($0, dataSet) }
    guard !shapes.isEmpty else { return nil }
    self.shapes = shapes
    let grey = dataSet.integer(.shutterPresentationValue).map { DisplayColour(grey: UInt16(clamping: $0)) }
    colour = DisplayColour(cieLab: dataSet.integers(.shutterPresentationColorCIELabValue)) ?? grey ?? .black
  }

  /// Positions beyond this are no positions in an image.
  private static let bound = 1 << 20

  static func positions(_ dataSet: DataSet, _ tag: Tag) -> [Int] {
    (dataSet.integers(tag) ?? []).map { min(max($0, -bound), bound) }
  }

  private static func shape(_ name: String, _ dataSet: DataSet) -> Shape? {
    switch name {
    case "RECTANGULAR":
      guard let left = positions(dataSet, .shutterLeftVerticalEdge).first,
        let right = positions(dataSet, .shutterRightVerticalEdge).first,
        let upper = positions(dataSet, .shutterUpperHorizontalEdge).first,
        let lower = positions(dataSet, .shutterLowerHorizontalEdge).first
      else { return nil }
      return .rectangle(left: left, right: right, upper: upper, lower: lower)
    case "CIRCULAR":
      let center = positions(dataSet, .centerOfCircularShutter)
      guard center.count == 2, let radius = positions(dataSet, .radiusOfCircularShutter).first, radius >= 0
      else { return nil }
      return .circle(row: center[0], column: center[1], radius: radius)
    case "POLYGONAL":
      let values = positions(dataSet, .verticesOfThePolygonalShutter)
      guard values.count >= 6, values.count <= maximumCorners * 2 else { return nil }
      let corners = stride(from: 0, to: values.count - 1, by: 2).map { Corner(row: values[$0], column: values[$0 + 1]) }
      return .polygon(corners)
    case "BITMAP":
      return dataSet.integer(.shutterOverlayGroup).map { .bitmap(group: UInt16(truncatingIfNeeded: $0)) }
    default: return nil
    }
  }

  /// Which pixels are covered: a byte each, 1 where they are.
  /// - Parameter bitmap: the mask of an overlay group, for the bitmap shape.
  func mask(width: Int, height: Int, bitmap: (UInt16) -> [UInt8]?) -> [UInt8] {
    var covered = [UInt8](repeating: 0, count: width * height)
    for shape in shapes {
      switch shape {
      case .rectangle(let left, let right, let upper, let lower):
        Self.cover(&covered, width, height) { row in
          row >= upper && row <= lower && left <= right ? [(left, right)] : []
        }
      case .circle(let centerRow, let centerColumn, let radius):
        let square = Double(radius) * Double(radius)
        Self.cover(&covered, width, height) { row in
          let distance = Double(row - centerRow)
          let rest = square - distance * distance
          guard rest >= 0 else { return [] }
          let half = Int(rest.squareRoot())
          return [(centerColumn - half, centerColumn + half)]
        }
      case .polygon(let corners):
        Self.cover(&covered, width, height) { Self.spans(corners, row: $0) }
      case .bitmap(let group):
        guard let plane = bitmap(group), plane.count == covered.count else { continue }
        for index in covered.indices { covered[index] |= plane[index] }
      }
    }
    return covered
  }

  /// Covers all pixels of each row but those in the open spans: first and last column, counted from 1, ascending.
  private static func cover(
    _ covered: inout [UInt8], _ width: Int, _ height: Int, _ open: (_ row: Int) -> [(Int, Int)]
  ) {
    for row in 0..<height {
      var next = 0
      for (first, last) in open(row + 1) {
        let start = min(max(first - 1, next), width)
        for column in next..<start { covered[row * width + column] = 1 }
        next = min(max(last, start), width)
      }
      for column in next..<width { covered[row * width + column] = 1 }
    }
  }

  /// Where a row's pixel centres lie within a polygon, borders included.
  private static func spans(_ corners: [Corner], row: Int) -> [(Int, Int)] {
    var spans: [(Int, Int)] = []
    for index in corners.indices {
      let (from, to) = (corners[index], corners[(index + 1) % corners.count])
      if from.row == to.row, from.row == row {
        spans.append((min(from.column, to.column), max(from.column, to.column)))
      }
    }
    // An edge counts for one of the rows that it ends on; both ways together include all borders.
    for includesUpper in [true, false] {
      let crossings = crossings(corners, row: row, includesUpper: includesUpper)
      spans += stride(from: 0, to: crossings.count - 1, by: 2).map { index in
        (Int(crossings[index].rounded(.up)), Int(crossings[index + 1].rounded(.down)))
      }
    }
    return spans.sorted { $0 < $1 }
  }

  private static func crossings(_ corners: [Corner], row: Int, includesUpper: Bool) -> [Double] {
    var crossings: [Double] = []
    for index in corners.indices {
      let (from, to) = (corners[index], corners[(index + 1) % corners.count])
      let (upper, lower) = (min(from.row, to.row), max(from.row, to.row))
      guard includesUpper ? row >= upper && row < lower : row > upper && row <= lower else { continue }
      let share = Double(row - from.row) / Double(to.row - from.row)
      crossings.append(Double(from.column) + share * Double(to.column - from.column))
    }
    return crossings.sorted()
  }
}
