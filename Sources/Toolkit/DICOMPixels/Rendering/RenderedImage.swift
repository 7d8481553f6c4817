// SPDX-License-Identifier: Apache-2.0

/// An image for a screen: 8-bit grey (1 sample) or RGB (3 samples side by side), rows from the top.
public struct RenderedImage: Sendable, Hashable {
  public let width: Int
  public let height: Int
  public let samples: Int
  public let bytes: [UInt8]

  public init(width: Int, height: Int, samples: Int, bytes: [UInt8]) {
    precondition(bytes.count == width * height * samples)
    self.width = width
    self.height = height
    self.samples = samples
    self.bytes = bytes
  }

  /// A part of the image; nil where nothing of it lies inside.
  public func cropped(_ region: RenderOptions.Region) -> RenderedImage? {
    let left = min(max(region.x, 0), width)
    let top = min(max(region.y, 0), height)
    let right = min(left + max(min(region.width, width), 0), width)
    let bottom = min(top + max(min(region.height, height), 0), height)
    guard right > left, bottom > top else { return nil }
    var part: [UInt8] = []
    part.reserveCapacity((right - left) * (bottom - top) * samples)
    for row in top..<bottom {
      part.append(contentsOf: bytes[(row * width + left) * samples..<(row * width + right) * samples])
    }
    return RenderedImage(width: right - left, height: bottom - top, samples: samples, bytes: part)
  }
}
