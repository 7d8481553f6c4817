// SPDX-License-Identifier: Apache-2.0

/// An image for a screen: grey (1 sample) or RGB (3 samples side by side) of 8 or 16 bits, rows from the top.
public struct RenderedImage: Sendable, Hashable {
  public let width: Int
  public let height: Int
  /// 1 or 3.
  public let samples: Int
  /// Bits of a sample: 8, or 16 little endian.
  public let bits: Int
  public let bytes: [UInt8]
  /// The profile that the colours are meant in, ICC Profile (0028,2000); nil where none is known.
  public var iccProfile: [UInt8]?

  public init(width: Int, height: Int, samples: Int, bits: Int = 8, bytes: [UInt8], iccProfile: [UInt8]? = nil) {
    precondition(bits == 8 || bits == 16)
    precondition(bytes.count == width * height * samples * bits / 8)
    self.width = width
    self.height = height
    self.samples = samples
    self.bits = bits
    self.bytes = bytes
    self.iccProfile = iccProfile
  }

  /// Bytes of one pixel.
  public var pixelBytes: Int { samples * bits / 8 }

  /// A part of the image; nil where nothing of it lies inside.
  public func cropped(_ region: RenderOptions.Region) -> RenderedImage? {
    let left = min(max(region.x, 0), width)
    let top = min(max(region.y, 0), height)
    let right = min(left + max(min(region.width, width), 0), width)
    let bottom = min(top + max(min(region.height, height), 0), height)
    guard right > left, bottom > top else { return nil }
    return placed(x: -left, y: -top, width: right - left, height: bottom - top)
  }

  /// An image of another size with this one at a position, black where it does not reach; what lies outside is lost.
  func placed(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> RenderedImage {
    var result = [UInt8](repeating: 0, count: newWidth * newHeight * pixelBytes)
    let first = max(x, 0)
    let last = min(x + width, newWidth)
    if first < last {
      let length = (last - first) * pixelBytes
      for row in max(y, 0)..<max(min(y + height, newHeight), max(y, 0)) {
        let source = ((row - y) * width + first - x) * pixelBytes
        let target = (row * newWidth + first) * pixelBytes
        result.replaceSubrange(target..<target + length, with: bytes[source..<source + length])
      }
    }
    return RenderedImage(
      width: newWidth, height: newHeight, samples: samples, bits: bits, bytes: result, iccProfile: iccProfile)
  }

  /// The same picture mirrored: columns swaps left and right, rows top and bottom.
  public func flipped(columns: Bool, rows: Bool) -> RenderedImage {
    guard columns || rows else { return self }
    return rearranged(width: width, height: height) { x, y in
      (columns ? width - 1 - x : x, rows ? height - 1 - y : y)
    }
  }

  /// The picture turned clockwise by a multiple of 90 degrees.
  public func rotated(quarterTurns: Int) -> RenderedImage {
    switch ((quarterTurns % 4) + 4) % 4 {
    case 1: rearranged(width: height, height: width) { x, y in (y, height - 1 - x) }
    case 2: flipped(columns: true, rows: true)
    case 3: rearranged(width: height, height: width) { x, y in (width - 1 - y, x) }
    default: self
    }
  }

  /// Takes each pixel from the place that `source` gives for it.
  private func rearranged(
    width newWidth: Int, height newHeight: Int, _ source: (Int, Int) -> (x: Int, y: Int)
  ) -> RenderedImage {
    let size = pixelBytes
    let result = [UInt8](unsafeUninitializedCapacity: bytes.count) { output, count in
      bytes.withUnsafeBufferPointer { input in
        for y in 0..<newHeight {
          for x in 0..<newWidth {
            let from = source(x, y)
            let start = (from.y * width + from.x) * size
            let target = (y * newWidth + x) * size
            for byte in 0..<size { output[target + byte] = input[start + byte] }
          }
        }
      }
      count = bytes.count
    }
    return RenderedImage(
      width: newWidth, height: newHeight, samples: samples, bits: bits, bytes: result, iccProfile: iccProfile)
  }
}
