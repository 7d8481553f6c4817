// SPDX-License-Identifier: Apache-2.0

import CZlib
import DICOMCodecs
import DICOMCore
import DICOMPixels
import Testing

/// JPEG and PNG of rendered images.
struct OutputTests {
  private func gradient(_ width: Int, _ height: Int, _ samples: Int) -> RenderedImage {
    let bytes = (0..<width * height * samples).map { index in
      UInt8((index / samples % width * 2 + index / samples / width + index % samples * 40) & 0xFF)
    }
    return RenderedImage(width: width, height: height, samples: samples, bytes: bytes)
  }

  @Test(arguments: [1, 3])
  func pngKeepsEveryPixel(_ samples: Int) throws {
    let image = gradient(31, 17, samples)
    let png = try PNGEncoder().encode(image)
    #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(Array(png[16..<24]) == [0, 0, 0, 31, 0, 0, 0, 17])
    #expect(png[24] == 8)
    #expect(png[25] == (samples == 1 ? 0 : 2))
    let length = png[33..<37].reduce(0) { $0 << 8 | Int($1) }
    let compressed = Array(png[41..<41 + length])
    let stride = 31 * samples
    var rows = [UInt8](repeating: 0, count: (stride + 1) * 17)
    var count = uLong(rows.count)
    #expect(uncompress(&rows, &count, compressed, uLong(compressed.count)) == Z_OK)
    var restored: [UInt8] = []
    for row in 0..<17 {
      let line = rows[row * (stride + 1)..<(row + 1) * (stride + 1)]
      let above = row > 0 ? Array(restored.suffix(stride)) : [UInt8](repeating: 0, count: stride)
      #expect(line.first == (row == 0 ? 0 : 2))
      restored += zip(line.dropFirst(), above).map { row == 0 ? $0 : $0 &+ $1 }
    }
    #expect(restored == image.bytes)
    #expect(png.suffix(12) == [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
  }

  @Test(arguments: [1, 3])
  func jpegComesBackNearlyAsItWas(_ samples: Int) throws {
    let image = gradient(64, 48, samples)
    let jpeg = try JPEGEncoder(quality: 95, subsamples: false).encode(image)
    let description = PixelDescription(
      rows: 48, columns: 64, samplesPerPixel: samples, bitsAllocated: 8,
      photometric: samples == 3 ? .ybrFull : .monochrome2)
    let frame = try JPEGDecoder().decode(ByteSlice(jpeg), description: description)
    let back = try ColourConverter.greyOrRGB(frame, palette: nil)
    let worst = zip(back.bytes, image.bytes).map { abs(Int($0) - Int($1)) }.max() ?? 255
    #expect(worst <= 12)
    #expect(jpeg.count < image.bytes.count)
  }

  @Test func qualityAndSubsamplingMatter() throws {
    let image = gradient(200, 200, 3)
    let sizes = try [
      JPEGEncoder(quality: 95, subsamples: false), JPEGEncoder(quality: 95), JPEGEncoder(quality: 20),
    ].map { try $0.encode(image).count }
    #expect(sizes[0] > sizes[1])
    #expect(sizes[1] > sizes[2])
  }

  @Test func jpegOfAnotherSizeThanTheImageIsRefused() throws {
    let jpeg = ByteSlice(try JPEGEncoder().encode(gradient(64, 48, 1)))
    for description in [
      PixelDescription(rows: 47, columns: 64, bitsAllocated: 8),
      PixelDescription(rows: 48, columns: 65, bitsAllocated: 8),
      PixelDescription(rows: 48, columns: 64, samplesPerPixel: 3, bitsAllocated: 8, photometric: .rgb),
    ] {
      let error = #expect(throws: CodecError.self) { try JPEGDecoder().decode(jpeg, description: description) }
      #expect(error?.code == .mismatch)
    }
  }

  @Test func aJPEGThatEndsEarlyIsNotShownAsIfItWereWhole() throws {
    let jpeg = try JPEGEncoder(quality: 95).encode(gradient(64, 48, 1))
    let half = ByteSlice(Array(jpeg.prefix(jpeg.count * 2 / 3)))
    let error = #expect(throws: CodecError.self) {
      try JPEGDecoder().decode(half, description: PixelDescription(rows: 48, columns: 64, bitsAllocated: 8))
    }
    #expect(error?.code == .truncated)
  }

  @Test func coloursAreConvertedBetweenSpaces() throws {
    let image = gradient(40, 30, 3)
    let same = try DisplayColourSpace.sRGB.convert(image)
    #expect(zip(same.bytes, image.bytes).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    #expect(same.iccProfile == (try DisplayColourSpace.sRGB.profile()))
    for space in DisplayColourSpace.allCases {
      let there = try space.convert(image)
      #expect((there.bytes == same.bytes) == (space == .sRGB))
      let back = try DisplayColourSpace.sRGB.convert(there)
      let worst = zip(back.bytes, image.bytes).map { abs(Int($0) - Int($1)) }.max() ?? 255
      // Steps of 8 bits are wide in the dark part of larger spaces.
      #expect(worst <= 6, "\(space) \(worst)")
    }
    // Pure green of sRGB in Adobe RGB (1998): 144, 255, 60.
    let green = RenderedImage(width: 1, height: 1, samples: 3, bytes: [0, 255, 0])
    let wide = try DisplayColourSpace.adobeRGB.convert(green).bytes
    #expect(zip(wide, [144, 255, 60]).allSatisfy { abs(Int($0) - $1) <= 1 }, "\(wide)")
    let deep = RenderedImage(width: 1, height: 1, samples: 3, bits: 16, bytes: [0, 0, 0xFF, 0xFF, 0, 0])
    #expect(try DisplayColourSpace.rommRGB.convert(deep).bits == 16)
    let grey = gradient(4, 4, 1)
    #expect(try DisplayColourSpace.sRGB.convert(grey) == grey)
  }

  @Test func profilesThatCannotBeReadAreRefused() throws {
    var image = gradient(4, 4, 3)
    for profile in [[], [UInt8](repeating: 7, count: 300)] {
      image.iccProfile = profile
      #expect(throws: CodecError.self) { try DisplayColourSpace.sRGB.convert(image) }
    }
  }
}
