// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Which part of an image is shown, and how large (PS3.3 §C.10.4).
public struct DisplayedArea: Sendable, Hashable {
  /// Presentation Size Mode (0070,0100).
  public enum SizeMode: Sendable, Hashable {
    case scaleToFit
    /// At the size that it has in the patient or on the detector.
    case trueSize
    /// Pixels of the display for one of the image, along a row.
    case magnify(Double)
  }

  /// The first and last column and row, counted from 1; they may lie outside the image.
  public let columns: ClosedRange<Int>
  public let rows: ClosedRange<Int>
  public let mode: SizeMode
  /// Presentation Pixel Spacing: distance of rows, then of columns, in mm.
  public let pixelSpacing: [Double]?
  /// Height of a pixel by its width; nil where the state does not say.
  public let heightToWidth: Double?

  /// Corners beyond this are no positions in an image.
  private static let bound = 1 << 17

  init?(_ item: DataSet) {
    guard let first = item.integers(.displayedAreaTopLeftHandCorner), first.count == 2,
      let last = item.integers(.displayedAreaBottomRightHandCorner), last.count == 2,
      (first + last).allSatisfy({ (-Self.bound...Self.bound).contains($0) })
    else { return nil }
    // The corners are named by where they are displayed: after a rotation the first can be any corner of the image.
    columns = min(first[0], last[0])...max(first[0], last[0])
    rows = min(first[1], last[1])...max(first[1], last[1])
    let spacing = item.doubles(.presentationPixelSpacing)
    pixelSpacing = spacing.flatMap { $0.count == 2 && $0.allSatisfy { $0 > 0 && $0.isFinite } ? $0 : nil }
    heightToWidth =
      PixelAspect.usable(pixelSpacing) ?? PixelAspect.usable(item.doubles(.presentationPixelAspectRatio))
    let ratio = item.double(.presentationPixelMagnificationRatio)
    switch item.string(.presentationSizeMode) {
    case "TRUE SIZE" where pixelSpacing != nil: mode = .trueSize
    case "MAGNIFY": mode = ratio.flatMap { $0 > 0 && $0.isFinite ? .magnify($0) : nil } ?? .scaleToFit
    default: mode = .scaleToFit
    }
  }
}
