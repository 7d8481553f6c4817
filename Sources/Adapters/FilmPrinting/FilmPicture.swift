// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices

/// An image of a film as 32-bit pixels for cairo: blue, green, red, nothing.
struct FilmPicture {
  let width: Int
  let height: Int
  /// Width of a pixel for a height of 1.
  let aspect: Double
  var pixels: [UInt32]

  /// Rows and columns of an image at the most.
  static let longestSide = 32_768

  init(_ image: Film.Image, on film: Film) throws(FilmError) {
    let pixels = image.pixels
    guard let height = pixels.integer(.rows), let width = pixels.integer(.columns),
      (1...Self.longestSide).contains(height), (1...Self.longestSide).contains(width)
    else { throw FilmError(.badImage, "an image has no size, or is larger than \(Self.longestSide) pixels") }
    self.width = width
    self.height = height
    let ratio = pixels.doubles(.pixelAspectRatio) ?? []
    aspect = ratio.count == 2 && ratio[0] > 0 && ratio[1] > 0 ? ratio[1] / ratio[0] : 1
    self.pixels = []
    let samples = pixels.integer(.samplesPerPixel) ?? 1
    self.pixels = samples == 3 ? try color(image) : try grey(image, film)
  }

  private func grey(_ image: Film.Image, _ film: Film) throws(FilmError) -> [UInt32] {
    let pixels = image.pixels
    guard let allocated = pixels.integer(.bitsAllocated), allocated == 8 || allocated == 16,
      let stored = pixels.integer(.bitsStored), (1...allocated).contains(stored),
      let high = pixels.integer(.highBit), (stored - 1..<allocated).contains(high)
    else { throw FilmError(.badImage, "the bits of a pixel are not those of a printed image") }
    let bytes = pixels.bytes(.pixelData) ?? .empty
    let count = width * height
    guard bytes.count >= count * allocated / 8 else { throw Self.short(bytes.count, count * allocated / 8) }
    let isInverted = (pixels.string(.photometricInterpretation) == "MONOCHROME1") != image.isReversed
    let levels = FilmGrayscale(film).levels(count: 1 << stored, isInverted: isInverted, lut: image.lut)
    let greys = levels.map { UInt32($0) * 0x010101 }
    let (shift, mask) = (high + 1 - stored, (1 << stored) - 1)
    return bytes.withUnsafeBytes { source in
      (0..<count).map { index in
        let value =
          allocated == 8
          ? Int(source[index]) : Int(source[2 * index]) | Int(source[2 * index + 1]) << 8
        return greys[value >> shift & mask]
      }
    }
  }

  private func color(_ image: Film.Image) throws(FilmError) -> [UInt32] {
    let pixels = image.pixels
    guard pixels.integer(.bitsAllocated) == 8, pixels.string(.photometricInterpretation) == "RGB" else {
      throw FilmError(.badImage, "a colour image of a film is RGB with 8 bits")
    }
    let bytes = pixels.bytes(.pixelData) ?? .empty
    let count = width * height
    guard bytes.count >= 3 * count else { throw Self.short(bytes.count, 3 * count) }
    let isByPlane = pixels.integer(.planarConfiguration) == 1
    let (step, plane) = isByPlane ? (1, count) : (3, 1)
    let turn: UInt32 = image.isReversed ? 0xFFFFFF : 0
    return bytes.withUnsafeBytes { source in
      (0..<count).map { index in
        let at = index * step
        let (red, green, blue) = (source[at], source[at + plane], source[at + 2 * plane])
        return (UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)) ^ turn
      }
    }
  }

  private static func short(_ found: Int, _ needed: Int) -> FilmError {
    FilmError(.badImage, "an image has \(found) of \(needed) bytes of pixels")
  }
}
