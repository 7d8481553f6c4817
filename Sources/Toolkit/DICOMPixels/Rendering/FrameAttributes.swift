// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Where a frame lies and what it shows: from the functional groups of an enhanced image (PS3.3 §C.7.6.16.2), else from
/// the attributes of an image with one plane (PS3.3 §C.7.6.2).
public struct FrameAttributes: Sendable, Hashable {
  /// Image Position (Patient) of the first pixel's centre: x, y, z in mm.
  public let position: [Double]?
  /// Image Orientation (Patient): direction cosines of a row, then of a column.
  public let orientation: [Double]?
  /// Distance of rows, then of columns, in mm.
  public let pixelSpacing: [Double]?
  /// In mm.
  public let sliceThickness: Double?
  /// Frame Laterality or Image Laterality.
  public let laterality: String?
  /// Code Meaning of the anatomic region.
  public let anatomicRegion: String?
  public let realWorldValues: [RealWorldValueMapping]

  /// - Parameter frame: counted from 0.
  public init(_ dataSet: DataSet, frame: Int) {
    func group(_ macro: Tag) -> DataSet? { FunctionalGroups.item(dataSet, macro, frame: frame) }
    func vector(_ values: [Double]?, _ count: Int) -> [Double]? {
      guard let values, values.count == count, values.allSatisfy(\.isFinite) else { return nil }
      return values
    }
    let measures = group(.pixelMeasuresSequence)
    let anatomy = group(.frameAnatomySequence)
    position = vector((group(.planePositionSequence) ?? dataSet).doubles(.imagePositionPatient), 3)
    orientation = vector((group(.planeOrientationSequence) ?? dataSet).doubles(.imageOrientationPatient), 6)
    pixelSpacing = vector((measures ?? dataSet).doubles(.pixelSpacing), 2)
    sliceThickness = (measures ?? dataSet).double(.sliceThickness)
    laterality = anatomy?.string(.frameLaterality) ?? dataSet.string(.imageLaterality)
    let region = (anatomy ?? dataSet).items(.anatomicRegionSequence).first
    anatomicRegion = region?.string(.codeMeaning)
    realWorldValues = RealWorldValueMapping.all(dataSet, frame: frame)
  }
}
