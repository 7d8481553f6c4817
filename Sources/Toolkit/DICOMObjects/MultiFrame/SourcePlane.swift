// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A plane of an image that something is derived from: a classic single frame, or a frame of an enhanced image.
public struct SourcePlane: Sendable, Hashable {
  public var image: ImageReference
  public var rows: Int
  public var columns: Int
  public var frameOfReference: UID?
  /// x, y and z of the first pixel, in mm; nil for images without place in the patient.
  public var position: [Double]?
  /// Direction of rows, then of columns.
  public var orientation: [Double]?
  public var measures: PixelMeasures?

  /// A classic image.
  public init(_ dataSet: DataSet) throws(ObjectError) {
    image = ImageReference(try InstanceReference(to: dataSet))
    guard let rows = dataSet.integer(.rows), let columns = dataSet.integer(.columns), rows > 0, columns > 0 else {
      throw ObjectError(.missing, .rows, "the source is no image")
    }
    self.rows = rows
    self.columns = columns
    frameOfReference = dataSet.uid(.frameOfReferenceUID)
    position = dataSet.doubles(.imagePositionPatient)
    orientation = dataSet.doubles(.imageOrientationPatient)
    if let spacing = dataSet.doubles(.pixelSpacing), spacing.count == 2 {
      measures = PixelMeasures(
        pixelSpacing: spacing, sliceThickness: dataSet.double(.sliceThickness),
        spacingBetweenSlices: dataSet.double(.spacingBetweenSlices))
    }
  }

  /// The planes of images, classic or enhanced, in their order.
  public static func planes(of images: [DataSet]) throws(ObjectError) -> [SourcePlane] {
    var planes: [SourcePlane] = []
    for image in images {
      let plane = try SourcePlane(image)
      guard image[.sharedFunctionalGroupsSequence] != nil else {
        planes.append(plane)
        continue
      }
      for (index, groups) in try MultiFrame(image).frames.enumerated() {
        var frame = plane
        frame.image.frames = [index + 1]
        frame.position = groups.planePosition
        frame.orientation = groups.planeOrientation
        frame.measures = groups.pixelMeasures
        planes.append(frame)
      }
    }
    return planes
  }

  /// The position along the normal of the plane, in mm.
  var distance: Double? {
    guard let position, position.count == 3, let o = orientation, o.count == 6 else { return nil }
    let normal = [o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]]
    return zip(position, normal).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Ranks of planes by their place along the normal, counted from 1; equal places have equal ranks. Planes without
  /// place rank in their order.
  static func ranks(_ planes: [SourcePlane]) -> [Int] {
    let distances = planes.compactMap(\.distance)
    guard distances.count == planes.count else {
      return Array(1...max(planes.count, 1)).prefix(planes.count).map { $0 }
    }
    // Micrometres, so that equal positions are equal.
    let rounded = distances.map { ($0 * 1000).rounded() }
    let places = Set(rounded).sorted()
    let rank = Dictionary(places.enumerated().map { ($1, $0 + 1) }) { first, _ in first }
    return rounded.map { rank[$0] ?? 1 }
  }

  /// Groups of a frame that lies in this plane.
  func groups() throws(ObjectError) -> FunctionalGroups {
    var groups = FunctionalGroups()
    if let measures { try groups.set(measures) }
    if let orientation, orientation.count == 6 { try groups.setPlaneOrientation(orientation) }
    if let position, position.count == 3 { try groups.setPlanePosition(position) }
    return groups
  }
}
