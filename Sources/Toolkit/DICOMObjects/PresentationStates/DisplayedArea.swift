// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What is shown of images, and how large (Displayed Area module, PS3.3 §C.10.4).
public struct DisplayedArea: Sendable, Hashable {
  /// Presentation Size Mode.
  public enum Size: Sendable, Hashable {
    case scaleToFit
    case trueSize
    /// With Presentation Pixel Magnification Ratio.
    case magnify(Double)
  }

  /// Shape of a pixel.
  public enum Pixel: Sendable, Hashable {
    /// Distance of rows and distance of columns in mm; needed for true size.
    case spacing([Double])
    /// Height and width.
    case aspectRatio(Int, Int)
  }

  /// A pixel of the image, (1,1) being the first one.
  public struct Corner: Sendable, Hashable {
    public var column: Int
    public var row: Int

    public init(column: Int, row: Int) {
      self.column = column
      self.row = row
    }
  }

  public var topLeft: Corner
  public var bottomRight: Corner
  public var size: Size
  public var pixel: Pixel
  /// The images that it is for; empty means all.
  public var images: [ImageReference]

  public init(
    topLeft: Corner = Corner(column: 1, row: 1), bottomRight: Corner, size: Size = .scaleToFit,
    pixel: Pixel = .aspectRatio(1, 1), images: [ImageReference] = []
  ) {
    self.topLeft = topLeft
    self.bottomRight = bottomRight
    self.size = size
    self.pixel = pixel
    self.images = images
  }

  /// All of an image.
  public init(of image: DataSet) throws(ObjectError) {
    guard let rows = image.integer(.rows), let columns = image.integer(.columns) else {
      throw ObjectError(.missing, .rows, "the object to show is no image")
    }
    self.init(bottomRight: Corner(column: columns, row: rows))
    if let spacing = image.doubles(.pixelSpacing) ?? image.doubles(.imagerPixelSpacing), spacing.count == 2 {
      pixel = .spacing(spacing)
    } else if let ratio = image.integers(.pixelAspectRatio), ratio.count == 2 {
      pixel = .aspectRatio(ratio[0], ratio[1])
    }
  }

  init?(_ item: DataSet) {
    guard let first = item.integers(.displayedAreaTopLeftHandCorner), first.count == 2,
      let last = item.integers(.displayedAreaBottomRightHandCorner), last.count == 2
    else { return nil }
    topLeft = Corner(column: first[0], row: first[1])
    bottomRight = Corner(column: last[0], row: last[1])
    switch item.string(.presentationSizeMode) {
    case "TRUE SIZE": size = .trueSize
    case "MAGNIFY": size = .magnify(item.double(.presentationPixelMagnificationRatio) ?? 1)
    default: size = .scaleToFit
    }
    let ratio = item.integers(.presentationPixelAspectRatio) ?? []
    if let spacing = item.doubles(.presentationPixelSpacing), spacing.count == 2 {
      pixel = .spacing(spacing)
    } else {
      pixel = ratio.count == 2 ? .aspectRatio(ratio[0], ratio[1]) : .aspectRatio(1, 1)
    }
    images = ReferencedImages.read(item)
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    try ReferencedImages.write(images, &item, .type3)
    try item.set(.displayedAreaTopLeftHandCorner, [topLeft.column, topLeft.row], .type1)
    try item.set(.displayedAreaBottomRightHandCorner, [bottomRight.column, bottomRight.row], .type1)
    switch size {
    case .scaleToFit: try item.set(.presentationSizeMode, "SCALE TO FIT", .type1)
    case .trueSize: try item.set(.presentationSizeMode, "TRUE SIZE", .type1)
    case .magnify(let ratio):
      guard ratio > 0 else {
        throw ObjectError(.invalid, .presentationPixelMagnificationRatio, in: path, "a ratio above 0")
      }
      try item.set(.presentationSizeMode, "MAGNIFY", .type1)
      try item.set(.presentationPixelMagnificationRatio, ratio, .type1)
    }
    switch pixel {
    case .spacing(let spacing):
      guard spacing.count == 2, spacing.allSatisfy({ $0 > 0 }) else {
        throw ObjectError(.invalid, .presentationPixelSpacing, in: path, "two distances above 0 mm")
      }
      try item.set(.presentationPixelSpacing, spacing, .type1)
    case .aspectRatio(let height, let width):
      if size == .trueSize {
        throw ObjectError(.missing, .presentationPixelSpacing, in: path, "true size needs the pixel spacing (type 1C)")
      }
      try item.set(.presentationPixelAspectRatio, [height, width], .type1)
    }
    return item.dataSet
  }
}
