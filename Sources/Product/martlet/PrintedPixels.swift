// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// Rendered pictures as the pixels of image boxes.
enum PrintedPixels {
  /// 12 bits in 16, little endian; colour pictures by their luma.
  static func grey(_ picture: RenderedImage) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(picture.width * picture.height * 2)
    for pixel in 0..<picture.width * picture.height {
      let value: Int
      if picture.samples == 1 {
        value = sample(picture, pixel)
      } else {
        let at = pixel * picture.samples
        let (red, green, blue) = (sample(picture, at), sample(picture, at + 1), sample(picture, at + 2))
        value = (299 * red + 587 * green + 114 * blue) / 1000
      }
      let stored = value >> 4
      bytes.append(UInt8(truncatingIfNeeded: stored))
      bytes.append(UInt8(truncatingIfNeeded: stored >> 8))
    }
    return bytes
  }

  /// 8 bits a sample, by pixel.
  static func rgb(_ picture: RenderedImage) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(picture.width * picture.height * 3)
    for pixel in 0..<picture.width * picture.height {
      for channel in 0..<3 {
        let at = picture.samples == 1 ? pixel : pixel * picture.samples + channel
        bytes.append(UInt8(truncatingIfNeeded: sample(picture, at) >> 8))
      }
    }
    if bytes.count % 2 == 1 { bytes.append(0) }
    return bytes
  }

  /// A sample with 16 bits.
  private static func sample(_ picture: RenderedImage, _ index: Int) -> Int {
    if picture.bits == 8 { return Int(picture.bytes[index]) * 257 }
    return Int(picture.bytes[2 * index]) | Int(picture.bytes[2 * index + 1]) << 8
  }
}
