// SPDX-License-Identifier: Apache-2.0

import CZlib
import DICOMCodecs
import DICOMCore
import DICOMPixels
import Testing

/// PNG of 16 bits, and ICC profiles in PNG and JPEG files.
struct OutputDepthTests {
  /// Chunks of a PNG file, their checksums verified.
  private func chunks(_ png: [UInt8]) throws -> [(type: String, body: [UInt8])] {
    var chunks: [(String, [UInt8])] = []
    var position = 8
    func number(_ start: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(png[start + $1]) } }
    while position < png.count {
      let length = number(position)
      let body = position + 8..<position + 8 + length
      let checksum = png[position + 4..<body.upperBound].withUnsafeBufferPointer {
        crc32(0, $0.baseAddress, uInt($0.count))
      }
      #expect(Int(checksum) == number(body.upperBound))
      chunks.append((String(decoding: png[position + 4..<position + 8], as: UTF8.self), Array(png[body])))
      position = body.upperBound + 4
    }
    return chunks
  }

  private func inflated(_ bytes: [UInt8], _ size: Int) -> [UInt8] {
    var length = uLong(size)
    return [UInt8](unsafeUninitializedCapacity: size) { output, count in
      let status = uncompress(output.baseAddress, &length, bytes, uLong(bytes.count))
      count = status == Z_OK ? Int(length) : 0
    }
  }

  @Test func pngOf16BitsHasTheHighByteFirst() throws {
    let image = RenderedImage(
      width: 2, height: 2, samples: 1, bits: 16, bytes: [0x34, 0x12, 0x78, 0x56, 0x35, 0x12, 0x79, 0x57])
    let parts = try chunks(PNGEncoder().encode(image))
    #expect(parts.map(\.type) == ["IHDR", "IDAT", "IEND"])
    #expect(parts[0].body == [0, 0, 0, 2, 0, 0, 0, 2, 16, 0, 0, 0, 0])
    // The second row holds differences to the first.
    #expect(inflated(parts[1].body, 10) == [0, 0x12, 0x34, 0x56, 0x78, 2, 0, 1, 1, 1])
  }

  @Test func pngCarriesTheProfile() throws {
    var image = RenderedImage(width: 1, height: 1, samples: 3, bytes: [1, 2, 3])
    image.iccProfile = (0..<300).map { UInt8(truncatingIfNeeded: $0) }
    let parts = try chunks(PNGEncoder().encode(image))
    #expect(parts.map(\.type) == ["IHDR", "iCCP", "IDAT", "IEND"])
    let profile = parts[1].body
    #expect(Array(profile.prefix(13)) == Array("ICC profile".utf8) + [0, 0])
    #expect(inflated(Array(profile.dropFirst(13)), 300) == image.iccProfile)
  }

  @Test(arguments: [10, 65_519, 65_520, 200_000])
  func jpegCarriesTheProfileInPieces(_ size: Int) throws {
    var image = RenderedImage(width: 8, height: 8, samples: 3, bytes: [UInt8](repeating: 90, count: 192))
    let plain = try JPEGEncoder().encode(image)
    let profile = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    image.iccProfile = profile
    let jpeg = try JPEGEncoder().encode(image)
    var position = 2
    var found: [UInt8] = []
    while jpeg[position] == 0xFF, jpeg[position + 1] != 0xDA {
      let length = Int(jpeg[position + 2]) << 8 | Int(jpeg[position + 3])
      if jpeg[position + 1] == 0xE2 {
        #expect(Array(jpeg[position + 4..<position + 16]) == Array("ICC_PROFILE".utf8) + [0])
        found += jpeg[position + 18..<position + 2 + length]
      }
      position += 2 + length
    }
    #expect(found == profile)
    let description = PixelDescription(
      rows: 8, columns: 8, samplesPerPixel: 3, bitsAllocated: 8, photometric: .ybrFull422)
    let syntax = TransferSyntax(UID("1.2.840.10008.1.2.4.50"))
    let with = try CodecRegistry.standard.decode(ByteSlice(jpeg), transferSyntax: syntax, description: description)
    let without = try CodecRegistry.standard.decode(ByteSlice(plain), transferSyntax: syntax, description: description)
    #expect(with.bytes == without.bytes)
  }

  @Test func jpegOf16BitsTakesTheHighByte() throws {
    let bytes = [UInt8](repeating: 200, count: 64)
    let deep = bytes.flatMap { [UInt8(0x55), $0] }
    let image = RenderedImage(width: 8, height: 8, samples: 1, bytes: bytes)
    let words = RenderedImage(width: 8, height: 8, samples: 1, bits: 16, bytes: deep)
    #expect(try JPEGEncoder().encode(words) == JPEGEncoder().encode(image))
  }
}
