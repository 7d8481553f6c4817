// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// Encodes rendered images as GIF 89a, several as an animation. Grey keeps its 256 levels, and so do pictures of up to
/// 256 colours; others are brought to 252 colours, 6 × 7 × 6, with an ordered dither. Of 16 bits the high byte counts.
public struct GIFEncoder: Sendable {
  /// Milliseconds from one image of an animation to the next.
  public let frameTime: Double

  public init(frameTime: Double = 100) { self.frameTime = frameTime }

  /// - Parameter images: of one size, at least one.
  public func encode(_ images: [RenderedImage]) throws(CodecError) -> [UInt8] {
    guard let first = images.first else { throw CodecError(.description, "no image for a GIF") }
    var gif = try start(first, isAnimation: images.count > 1)
    for image in images { gif += try next(image, after: first) }
    return gif + end
  }

  /// What stands before the images.
  public func start(_ image: RenderedImage, isAnimation: Bool) throws(CodecError) -> [UInt8] {
    guard image.width <= 65_535, image.height <= 65_535 else {
      throw CodecError(.limit, "\(image.width) × \(image.height) pixels in a GIF")
    }
    var gif = Array("GIF89a".utf8) + Self.word(image.width) + Self.word(image.height) + [0x70, 0, 0]
    if isAnimation { gif += [0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1, 0, 0, 0] }
    return gif
  }

  /// One image with its own colours.
  public func next(_ image: RenderedImage, after first: RenderedImage) throws(CodecError) -> [UInt8] {
    guard image.width == first.width, image.height == first.height else {
      throw CodecError(.description, "the images of a GIF have different sizes")
    }
    let (indices, colours) = Self.indexed(image)
    let hundredths = min(max(Int((frameTime / 10).rounded()), 1), 65_535)
    var gif: [UInt8] = [0x21, 0xF9, 4, 0] + Self.word(hundredths) + [0, 0]
    gif += [0x2C, 0, 0, 0, 0] + Self.word(image.width) + Self.word(image.height) + [0x87]
    gif += colours + [UInt8](repeating: 0, count: 768 - colours.count)
    gif.append(8)
    let codes = Self.compressed(indices)
    for start in stride(from: 0, to: codes.count, by: 255) {
      let block = codes[start..<min(start + 255, codes.count)]
      gif.append(UInt8(block.count))
      gif += block
    }
    gif.append(0)
    return gif
  }

  /// What stands behind the images.
  public var end: [UInt8] { [0x3B] }

  private static func word(_ number: Int) -> [UInt8] { [UInt8(number & 0xFF), UInt8(number >> 8 & 0xFF)] }

  // MARK: Colours

  /// A number for each pixel and the colours behind the numbers, three bytes each.
  private static func indexed(_ image: RenderedImage) -> (indices: [UInt8], colours: [UInt8]) {
    let bytes = image.bits == 8 ? image.bytes : stride(from: 1, to: image.bytes.count, by: 2).map { image.bytes[$0] }
    if image.samples == 1 { return (bytes, (0...255).flatMap { [UInt8($0), UInt8($0), UInt8($0)] }) }
    return exact(bytes) ?? dithered(bytes, width: image.width)
  }

  /// Nil where there are more than 256 colours.
  private static func exact(_ bytes: [UInt8]) -> (indices: [UInt8], colours: [UInt8])? {
    var known: [UInt32: UInt8] = [:]
    var colours: [UInt8] = []
    var indices: [UInt8] = []
    indices.reserveCapacity(bytes.count / 3)
    for pixel in stride(from: 0, to: bytes.count - 2, by: 3) {
      let colour = UInt32(bytes[pixel]) << 16 | UInt32(bytes[pixel + 1]) << 8 | UInt32(bytes[pixel + 2])
      if let index = known[colour] {
        indices.append(index)
      } else {
        guard known.count < 256 else { return nil }
        let index = UInt8(known.count)
        known[colour] = index
        colours += bytes[pixel..<pixel + 3]
        indices.append(index)
      }
    }
    return (indices, colours)
  }

  /// Thresholds of an ordered dither (Bayer), in sixteenths.
  private static let thresholds = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5]

  private static func dithered(_ bytes: [UInt8], width: Int) -> (indices: [UInt8], colours: [UInt8]) {
    let levels = [6, 7, 6]
    let colours = (0..<252).flatMap { index -> [UInt8] in
      let steps = [index / 42, index / 6 % 7, index % 6]
      return zip(steps, levels).map { UInt8($0 * 255 / ($1 - 1)) }
    }
    let indices = (0..<bytes.count / 3).map { pixel -> UInt8 in
      let threshold = thresholds[(pixel / width % 4) * 4 + pixel % width % 4]
      var index = 0
      for sample in 0..<3 {
        let last = levels[sample] - 1
        let scaled = Int(bytes[pixel * 3 + sample]) * last * 16 + threshold * 255
        index = index * levels[sample] + min(scaled / (255 * 16), last)
      }
      return UInt8(index)
    }
    return (indices, colours)
  }

  // MARK: LZW

  /// Codes of 9 to 12 bits, the lowest bit first (GIF 89a Appendix F).
  private static func compressed(_ indices: [UInt8]) -> [UInt8] {
    let (clear, stop, largest) = (256, 257, 4095)
    var output: [UInt8] = []
    var (held, heldBits, width) = (0, 0, 9)
    func put(_ code: Int) {
      held |= code << heldBits
      heldBits += width
      while heldBits >= 8 {
        output.append(UInt8(held & 0xFF))
        held >>= 8
        heldBits -= 8
      }
    }
    // The code of a string and the byte behind it give the code of the longer string; entries of an older table than
    // the present one count as empty.
    var table = [UInt32](repeating: 0, count: 4096 * 256)
    var generation: UInt32 = 1
    var next = stop + 1
    put(clear)
    guard var prefix = indices.first.map(Int.init) else {
      put(stop)
      return output + [UInt8(held & 0xFF)]
    }
    for byte in indices.dropFirst() {
      let slot = prefix << 8 | Int(byte)
      if table[slot] >> 12 == generation {
        prefix = Int(table[slot] & 0xFFF)
        continue
      }
      put(prefix)
      prefix = Int(byte)
      if next <= largest {
        table[slot] = generation << 12 | UInt32(next)
        if next == 1 << width, width < 12 { width += 1 }
        next += 1
      } else {
        put(clear)
        generation += 1
        (next, width) = (stop + 1, 9)
      }
    }
    put(prefix)
    put(stop)
    if heldBits > 0 { output.append(UInt8(held & 0xFF)) }
    return output
  }
}
