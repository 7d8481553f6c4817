// SPDX-License-Identifier: Apache-2.0

import CZlib
import DICOMPixels

/// Encodes rendered images as PNG (ISO/IEC 15948) of 8 or 16 bits, with the image's ICC profile.
public struct PNGEncoder: Sendable {
  /// zlib's level, 1 to 9.
  public let level: Int

  public init(level: Int = 6) { self.level = level }

  /// A PNG stream.
  public func encode(_ image: RenderedImage) throws(CodecError) -> [UInt8] {
    var png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let greyOrTrueColour: UInt8 = image.samples == 1 ? 0 : 2
    let header = Self.big(image.width) + Self.big(image.height) + [UInt8(image.bits), greyOrTrueColour, 0, 0, 0]
    Self.chunk("IHDR", header, &png)
    if let profile = image.iccProfile {
      // A name, its end, and the only compression method there is.
      Self.chunk("iCCP", Array("ICC profile".utf8) + [0, 0] + (try compress(profile)), &png)
    }
    Self.chunk("IDAT", try compress(filtered(image)), &png)
    Self.chunk("IEND", [], &png)
    return png
  }

  /// The samples, most significant byte first, each row preceded by its filter: 2 is the difference to the row above,
  /// 0 none.
  private func filtered(_ image: RenderedImage) -> [UInt8] {
    let stride = image.width * image.pixelBytes
    // The bytes of a sample of 16 bits change places.
    let swap = image.bits == 16 ? 1 : 0
    let up: UInt8 = 2
    return [UInt8](unsafeUninitializedCapacity: (stride + 1) * image.height) { output, written in
      image.bytes.withUnsafeBufferPointer { input in
        guard let source = input.baseAddress, let target = output.baseAddress else { return }
        for row in 0..<image.height {
          let line = source + row * stride
          let result = target + row * (stride + 1)
          result[0] = row == 0 ? 0 : up
          if row == 0 {
            for index in 0..<stride { result[index &+ 1] = line[index ^ swap] }
          } else {
            let above = line - stride
            for index in 0..<stride { result[index &+ 1] = line[index ^ swap] &- above[index ^ swap] }
          }
        }
      }
      written = (stride + 1) * image.height
    }
  }

  private func compress(_ bytes: [UInt8]) throws(CodecError) -> [UInt8] {
    var size = compressBound(uLong(bytes.count))
    var status = Z_OK
    let compressed = [UInt8](unsafeUninitializedCapacity: Int(size)) { output, written in
      status = compress2(output.baseAddress, &size, bytes, uLong(bytes.count), Int32(level))
      written = status == Z_OK ? Int(size) : 0
    }
    guard status == Z_OK else { throw CodecError(.limit, "no memory for PNG") }
    return compressed
  }

  private static func big(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  private static func chunk(_ type: String, _ body: [UInt8], _ png: inout [UInt8]) {
    png += big(body.count)
    let start = png.count
    png += Array(type.utf8)
    png += body
    let checksum = png[start...].withUnsafeBufferPointer { crc32(0, $0.baseAddress, uInt($0.count)) }
    png += big(Int(checksum))
  }
}
