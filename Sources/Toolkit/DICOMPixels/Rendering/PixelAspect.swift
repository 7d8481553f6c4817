// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The shape of a pixel.
public enum PixelAspect {
  /// Beyond this an aspect ratio is taken for an error and not followed.
  private static let greatest = 20.0

  /// Height of a pixel by its width: from Pixel Aspect Ratio (PS3.3 §C.7.6.3.1.7), else from a pixel spacing; 1 where
  /// nothing usable is there.
  public static func heightToWidth(_ dataSet: DataSet, frame: Int) -> Double {
    if let ratio = dataSet.doubles(.pixelAspectRatio) { return usable(ratio) ?? 1 }
    let measures = FunctionalGroups.item(dataSet, .pixelMeasuresSequence, frame: frame)
    let spacing =
      measures?.doubles(.pixelSpacing) ?? dataSet.doubles(.pixelSpacing) ?? dataSet.doubles(.imagerPixelSpacing)
      ?? dataSet.doubles(.nominalScannedPixelSpacing)
    return usable(spacing) ?? 1
  }

  /// Height by width from a pair that gives the vertical value first; nil where it cannot be used.
  static func usable(_ values: [Double]?) -> Double? {
    guard let values, values.count == 2, values[0] > 0, values[1] > 0 else { return nil }
    let ratio = values[0] / values[1]
    return ratio.isFinite && ratio <= greatest && ratio >= 1 / greatest ? ratio : nil
  }
}
