// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMPixels
import Testing

/// Random images through every encoder and back.
struct EncoderRoundTripTests {
  private static let root = "1.2.840.10008.1.2."
  private static let lossless = ["1.98", "5", "8.1", "4.57", "4.70", "4.80", "4.90", "4.110", "4.201", "4.202"]
  private static let lossy = ["4.50", "4.51", "4.81", "4.91", "4.111", "4.112", "4.203"]

  /// Encodes and decodes; the description is what a data set with the new pixel data would have.
  private func roundTrip(
    _ image: (frame: DecodedFrame, description: PixelDescription), _ suffix: String,
    _ options: EncodingOptions = EncodingOptions()
  ) throws -> DecodedFrame {
    let syntax = TransferSyntax(UID(Self.root + suffix))
    let encoder = try #require(CodecRegistry.standard.encoder(for: syntax))
    let encoded = try encoder.encode(image.frame, options: options)
    var description = image.description
    description.photometric = encoded.photometric
    return try CodecRegistry.standard.decode(
      ByteSlice(encoded.bytes), transferSyntax: syntax, description: description)
  }

  @Test(arguments: lossless)
  func losslessCodecsGiveBackWhatWentIn(_ suffix: String) throws {
    let encoder = try #require(CodecRegistry.standard.encoder(for: TransferSyntax(UID(Self.root + suffix))))
    #expect(!encoder.isLossy)
    var tried = 0
    for seed in 1...100 {
      var generator = RandomImage.Generator(seed: UInt64(seed))
      // Every fourth image has as many bits as the codec holds.
      let most = min(encoder.constraints.bitsStored.upperBound, 32)
      let bits = seed % 4 == 0 ? most : Int.random(in: 1...32, using: &generator)
      let samples = Int.random(in: 0...2, using: &generator) == 0 ? 3 : 1
      let image = RandomImage.frame(
        &generator, bits: bits, samples: samples, signed: bits > 1 && Bool.random(using: &generator))
      guard encoder.constraints.problem(image.frame) == nil else { continue }
      tried += 1
      let back = try roundTrip(image, suffix)
      let isEqual = back.bytes == image.frame.bytes
      #expect(isEqual, "seed \(seed): \(image.description)")
      #expect(back.photometric == image.frame.photometric)
    }
    #expect(tried > 15)
  }

  /// With four levels of the wavelet OpenJPEG needed more bit planes for this one than it declared.
  @Test func anImageOfOneBitIsKeptByJPEG2000() throws {
    let pattern = Array("10000010111111111010011111101100000101111101000000001".utf8).map { $0 & 1 }
    let description = PixelDescription(
      rows: 20, columns: 65, samplesPerPixel: 1, bitsAllocated: 8, bitsStored: 1, isSigned: false,
      photometric: .monochrome2)
    let frame = DecodedFrame(description, bytes: (0..<20 * 65).map { pattern[$0 % pattern.count] })
    for suffix in ["4.90", "4.201", "4.202"] {
      #expect(try roundTrip((frame, description), suffix).bytes == frame.bytes, "\(suffix)")
    }
  }

  @Test(arguments: lossless)
  func luminanceAndPalettesStayWhatTheyAre(_ suffix: String) throws {
    var generator = RandomImage.Generator(seed: 7)
    let ybr = RandomImage.frame(&generator, bits: 8, samples: 3, photometric: .ybrFull)
    let back = try roundTrip(ybr, suffix)
    #expect(back.bytes == ybr.frame.bytes)
    #expect(back.photometric == .ybrFull)
    let palette = RandomImage.frame(&generator, bits: 8, photometric: .paletteColor)
    let other = try roundTrip(palette, suffix)
    #expect(other.bytes == palette.frame.bytes)
    #expect(other.photometric == .paletteColor)
  }

  @Test(arguments: 1...7)
  func everyPredictorOfLosslessJPEG(_ predictor: Int) throws {
    for seed in 1...20 {
      var generator = RandomImage.Generator(seed: UInt64(seed))
      let image = RandomImage.frame(&generator, bits: [8, 10, 12, 16][seed % 4], samples: seed % 3 == 0 ? 3 : 1)
      let back = try roundTrip(image, "4.57", EncodingOptions(predictor: predictor))
      let isEqual = back.bytes == image.frame.bytes
      #expect(isEqual, "predictor \(predictor), seed \(seed)")
    }
  }

  @Test(arguments: lossy)
  func lossyCodecsStayClose(_ suffix: String) throws {
    let encoder = try #require(CodecRegistry.standard.encoder(for: TransferSyntax(UID(Self.root + suffix))))
    #expect(encoder.isLossy)
    var tried = 0
    for seed in 1...30 {
      var generator = RandomImage.Generator(seed: UInt64(seed))
      let bits = [8, 8, 12, 16][seed % 4]
      let image = RandomImage.frame(&generator, bits: bits, signed: seed % 5 == 0, texture: .shading)
      guard encoder.constraints.problem(image.frame) == nil else { continue }
      tried += 1
      var difference = FrameDifference(bits: bits)
      try difference.add(image.frame, try roundTrip(image, suffix))
      #expect(difference.peakSignalToNoise > 25, "seed \(seed): \(image.description)")
    }
    #expect(tried > 5)
  }

  @Test(arguments: lossy)
  func lossyCodecsBearNoiseAndExtremes(_ suffix: String) throws {
    let encoder = try #require(CodecRegistry.standard.encoder(for: TransferSyntax(UID(Self.root + suffix))))
    for seed in 1...30 {
      var generator = RandomImage.Generator(seed: UInt64(seed))
      let most = encoder.constraints.bitsStored.upperBound
      let bits = seed % 2 == 0 ? most : Int.random(in: encoder.constraints.bitsStored, using: &generator)
      let image = RandomImage.frame(
        &generator, bits: bits, samples: seed % 3 == 0 ? 3 : 1, signed: bits > 1 && seed % 5 == 0)
      guard encoder.constraints.problem(image.frame) == nil else { continue }
      let quality = [1, 20, 50, 90, 100][seed % 5]
      let back = try roundTrip(image, suffix, EncodingOptions(quality: quality, near: 1 + seed))
      #expect(back.bytes.count == image.frame.bytes.count)
    }
  }

  @Test(arguments: [(1, 1), (1, 700), (700, 1), (2, 300), (300, 2), (65, 64), (129, 3)])
  func everyShape(_ rows: Int, _ columns: Int) throws {
    let description = PixelDescription(rows: rows, columns: columns, bitsAllocated: 16, bitsStored: 12)
    var generator = RandomImage.Generator(seed: 5)
    let bytes = (0..<description.pixelsPerFrame).flatMap { index -> [UInt8] in
      let value = index % 3000 + Int.random(in: 0...99, using: &generator)
      return [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }
    let frame = DecodedFrame(description, bytes: bytes)
    for suffix in Self.lossless {
      let back = try roundTrip((frame, description), suffix)
      let isEqual = back.bytes == bytes
      #expect(isEqual, "\(suffix)")
    }
    for suffix in Self.lossy where suffix != "4.50" && suffix != "4.111" {
      var difference = FrameDifference(bits: 12)
      try difference.add(frame, try roundTrip((frame, description), suffix))
      #expect(difference.peakSignalToNoise > 25, "\(suffix)")
    }
  }

  @Test(arguments: [1, 3, 10])
  func nearLosslessKeepsItsBound(_ near: Int) throws {
    for seed in 1...20 {
      var generator = RandomImage.Generator(seed: UInt64(seed))
      let image = RandomImage.frame(&generator, bits: [4, 8, 12, 16][seed % 4], samples: seed % 2 == 0 ? 3 : 1)
      var difference = FrameDifference(bits: image.frame.bitsStored)
      try difference.add(image.frame, try roundTrip(image, "4.81", EncodingOptions(near: near)))
      #expect(difference.maximum <= near, "seed \(seed): \(image.description)")
    }
  }

  @Test func qualityAndRatioMatter() throws {
    let description = PixelDescription(rows: 128, columns: 128, bitsAllocated: 16, bitsStored: 12)
    var generator = RandomImage.Generator(seed: 3)
    var bytes: [UInt8] = []
    for pixel in 0..<description.pixelsPerFrame {
      let value = 1000 + pixel % 128 * 8 + Int.random(in: 0...40, using: &generator)
      bytes += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }
    let frame = DecodedFrame(description, bytes: bytes)
    for encoder: any FrameEncoder in [
      JPEG2000Encoder(isLossy: true), JPEG2000Encoder(.highThroughput, isLossy: true), JPEGXLEncoder(.lossy),
      JPEGFrameEncoder(isExtended: true),
    ] {
      let sizes = try [30, 95].map { try encoder.encode(frame, options: EncodingOptions(quality: $0)).bytes.count }
      #expect(sizes[0] < sizes[1])
    }
    let encoded = try JPEG2000Encoder(isLossy: true).encode(frame, options: EncodingOptions(ratio: 10))
    #expect(abs(Double(bytes.count) / Double(encoded.bytes.count) - 10) < 1)
  }

  @Test func resolutionFirstStreamsTellTheLengthsOfTheirTileParts() throws {
    let description = PixelDescription(rows: 300, columns: 500, bitsAllocated: 8)
    let bytes = (0..<description.pixelsPerFrame).map { UInt8(truncatingIfNeeded: $0 / 500 + $0 % 500) }
    let encoded = try JPEG2000Encoder(.highThroughputRPCL).encode(
      DecodedFrame(description, bytes: bytes), options: EncodingOptions())
    let stream = encoded.bytes
    var position = 2
    var segments: [Int: [UInt8]] = [:]
    while position + 4 < stream.count, stream[position + 1] != 0x90 {
      let length = Int(stream[position + 2]) << 8 | Int(stream[position + 3])
      segments[Int(stream[position + 1])] = Array(stream[position + 4..<position + 2 + length])
      position += 2 + length
    }
    let tileParts = try #require(segments[0x55])
    #expect(tileParts.count == 2 + 6)
    #expect(tileParts.suffix(4).reduce(0) { $0 << 8 | Int($1) } == stream.count - position - 2)
    let coding = try #require(segments[0x52])
    #expect(coding[1] == 2, "progression by resolution, position, component, layer")
    #expect(coding[5] == 3, "500 halved three times is below 64")
    #expect(segments[0x50] != nil, "the capabilities of Part 15")
  }

  @Test func whatACodecDoesNotHoldIsRefused() {
    let wide = PixelDescription(rows: 2, columns: 2, bitsAllocated: 16)
    let signed = PixelDescription(rows: 2, columns: 2, bitsAllocated: 8, isSigned: true)
    let single = PixelDescription(rows: 2, columns: 2, bitsAllocated: 1)
    let float = PixelDescription(rows: 2, columns: 2, bitsAllocated: 32, format: .float)
    let long = PixelDescription(rows: 2, columns: 2, bitsAllocated: 32)
    let cases: [(any FrameEncoder, PixelDescription)] = [
      (JPEGFrameEncoder(), wide), (JPEGFrameEncoder(isExtended: true), wide), (JPEGFrameEncoder(), signed),
      (JPEGLSEncoder(isNearLossless: true), signed), (JPEGLSEncoder(), single), (JPEG2000Encoder(), single),
      (LosslessJPEGFrameEncoder(), long), (JPEG2000Encoder(), long), (JPEGXLEncoder(.lossless), long),
      (RLEFrameEncoder(), float), (DeflatedFrameEncoder(), float), (JPEGXLEncoder(.lossy), signed),
    ]
    for (encoder, description) in cases {
      let frame = DecodedFrame(description, bytes: [UInt8](repeating: 0, count: description.decodedFrameBytes))
      let error = #expect(throws: CodecError.self) { try encoder.encode(frame, options: EncodingOptions()) }
      #expect(error?.code == .unsupported)
    }
  }
}
