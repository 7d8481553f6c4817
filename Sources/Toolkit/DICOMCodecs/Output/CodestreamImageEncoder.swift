// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// Encodes rendered images in the file formats of JPEG 2000, High-Throughput JPEG 2000 and JPEG XL (ISO/IEC 15444-1
/// Annex I, 15444-15 Annex D, 18181-2).
public struct CodestreamImageEncoder: Sendable {
  /// The codestream that is written.
  public enum Format: Sendable {
    /// `image/jp2`
    case jpeg2000
    /// `image/jph`
    case highThroughputJPEG2000
    /// `image/jxl`
    case jpegXL
  }

  public let format: Format
  /// 1 to 100; 100 loses nothing.
  public let quality: Int

  public init(_ format: Format, quality: Int = 90) {
    self.format = format
    self.quality = min(max(quality, 1), 100)
  }

  /// A codestream, in JP2 or JPH boxes where the format has them.
  public func encode(_ image: RenderedImage) throws(CodecError) -> [UInt8] {
    let description = PixelDescription(
      rows: image.height, columns: image.width, samplesPerPixel: image.samples, bitsAllocated: image.bits,
      photometric: image.samples == 3 ? .rgb : .monochrome2)
    let frame = DecodedFrame(description, bytes: image.bytes)
    let options = EncodingOptions(quality: quality)
    let isLossy = quality < 100
    switch format {
    case .jpegXL: return try JPEGXLEncoder(isLossy ? .lossy : .lossless).encode(frame, options: options).bytes
    case .jpeg2000: return boxed(try JPEG2000Encoder(isLossy: isLossy).encode(frame, options: options).bytes, image)
    case .highThroughputJPEG2000:
      return boxed(try JPEG2000Encoder(.highThroughput, isLossy: isLossy).encode(frame, options: options).bytes, image)
    }
  }

  /// Puts the boxes of a file around a codestream: signature, file type, header with size and colour.
  private func boxed(_ codestream: [UInt8], _ image: RenderedImage) -> [UInt8] {
    let brand = Array((format == .jpeg2000 ? "jp2 " : "jph ").utf8)
    let size =
      Self.long(image.height) + Self.long(image.width) + [0, UInt8(image.samples), UInt8(image.bits - 1), 7, 0, 0]
    // Enumerated colour spaces: 16 is sRGB, 17 grey.
    let colour: [UInt8] =
      if let profile = image.iccProfile {
        [2, 0, 0] + profile
      } else {
        [1, 0, 0] + Self.long(image.samples == 3 ? 16 : 17)
      }
    return Self.box("jP  ", [0x0D, 0x0A, 0x87, 0x0A]) + Self.box("ftyp", brand + Self.long(0) + brand)
      + Self.box("jp2h", Self.box("ihdr", size) + Self.box("colr", colour)) + Self.box("jp2c", codestream)
  }

  private static func box(_ type: String, _ body: [UInt8]) -> [UInt8] {
    long(body.count + 8) + Array(type.utf8) + body
  }

  private static func long(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
