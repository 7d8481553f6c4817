// SPDX-License-Identifier: Apache-2.0

/// A rendered image that is drawn on. It turns from grey into RGB when a colour is first drawn.
struct Canvas {
  let width: Int
  let height: Int
  let bits: Int
  private(set) var samples: Int
  private var bytes: [UInt8]
  private let iccProfile: [UInt8]?

  init(_ image: RenderedImage) {
    width = image.width
    height = image.height
    bits = image.bits
    samples = image.samples
    bytes = image.bytes
    iccProfile = image.iccProfile
  }

  var image: RenderedImage {
    RenderedImage(width: width, height: height, samples: samples, bits: bits, bytes: bytes, iccProfile: iccProfile)
  }

  /// Gives all pixels whose byte in the mask is not 0 a colour.
  mutating func paint(_ mask: [UInt8], _ colour: DisplayColour) {
    precondition(mask.count == width * height)
    prepare(for: colour)
    let pixel = encoded(colour)
    let size = pixel.count
    bytes.withUnsafeMutableBufferPointer { bytes in
      for index in 0..<mask.count where mask[index] != 0 {
        for byte in 0..<size { bytes[index * size + byte] = pixel[byte] }
      }
    }
  }

  /// Mixes a colour into a run of pixels of a row, each by its share from 0 to 1.
  mutating func blend(row: Int, from column: Int, _ shares: ArraySlice<Float>, _ colour: DisplayColour) {
    prepare(for: colour)
    let levels = [colour.red, colour.green, colour.blue].prefix(samples).map(Float.init)
    var position = (row * width + column) * samples
    for share in shares {
      if share > 0 {
        for sample in 0..<samples { mix(position + sample, min(share, 1), levels[sample]) }
      }
      position += samples
    }
  }

  private mutating func mix(_ sample: Int, _ share: Float, _ level: Float) {
    if bits == 8 {
      let old = Float(bytes[sample])
      bytes[sample] = UInt8(min(max(old + (level / 257 - old) * share + 0.5, 0), 255))
    } else {
      let old = Float(UInt16(bytes[sample * 2]) | UInt16(bytes[sample * 2 + 1]) << 8)
      let new = UInt16(min(max(old + (level - old) * share + 0.5, 0), 65_535))
      bytes[sample * 2] = UInt8(truncatingIfNeeded: new)
      bytes[sample * 2 + 1] = UInt8(truncatingIfNeeded: new >> 8)
    }
  }

  private func encoded(_ colour: DisplayColour) -> [UInt8] {
    [colour.red, colour.green, colour.blue].prefix(samples).flatMap { level in
      bits == 8
        ? [UInt8((Int(level) + 128) / 257)]
        : [UInt8(truncatingIfNeeded: level), UInt8(truncatingIfNeeded: level >> 8)]
    }
  }

  private mutating func prepare(for colour: DisplayColour) {
    if samples == 1, !colour.isGrey { becomeRGB() }
  }

  private mutating func becomeRGB() {
    let size = bits / 8
    let count = width * height
    let grey = bytes
    bytes = [UInt8](unsafeUninitializedCapacity: count * 3 * size) { output, written in
      for index in 0..<count {
        for sample in 0..<3 {
          for byte in 0..<size { output[(index * 3 + sample) * size + byte] = grey[index * size + byte] }
        }
      }
      written = count * 3 * size
    }
    samples = 3
  }
}
