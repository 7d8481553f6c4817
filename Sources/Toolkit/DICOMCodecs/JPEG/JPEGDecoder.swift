// SPDX-License-Identifier: Apache-2.0

import CJPEG
import DICOMCore
import DICOMPixels

/// JPEG (ISO/IEC 10918-1, PS3.5 §8.2.1): the stream itself says which process it is, whatever the transfer syntax.
public struct JPEGDecoder: FrameDecoder {
  public init() {}

  public func decode(_ codestream: ByteSlice, description: PixelDescription) throws(CodecError) -> DecodedFrame {
    let header = try JPEGHeader(codestream)
    if header.process == 0xF7 { return try JPEGLSDecoder().decode(codestream, description: description) }
    guard header.width == description.columns, header.height == description.rows || header.height == 0,
      header.components.count == description.samplesPerPixel
    else {
      throw CodecError(
        .mismatch,
        "JPEG of \(header.width) × \(header.height) × \(header.components.count) in an image of "
          + "\(description.columns) × \(description.rows) × \(description.samplesPerPixel)")
    }
    let stream = codestream[header.start..<codestream.count]
    let photometric = Self.photometric(header, description)
    if header.isLossless, !header.isSubsampled {
      let sampleBytes = min(description.sampleBytes, 2)
      let samples = try LosslessJPEGDecoder.decode(stream, description: description, sampleBytes: sampleBytes)
      return Self.frame(samples, sampleBytes: sampleBytes, header, description, photometric)
    }
    switch (header.isLossless, header.precision) {
    case (false, 8):
      let samples = try Self.run(stream, description, sampleBytes: 1, cjpeg_decode_turbo)
      return Self.frame(samples, sampleBytes: 1, header, description, photometric)
    case (true, 2...8):
      let samples = try Self.run(stream, description, sampleBytes: 1, cjpeg_decode_gdcm8)
      return Self.frame(samples, sampleBytes: 1, header, description, photometric)
    case (false, 9...12), (true, 9...12):
      let samples = try Self.run(stream, description, sampleBytes: 2, cjpeg_decode_gdcm12)
      return Self.frame(samples, sampleBytes: 2, header, description, photometric)
    case (true, 13...16):
      let samples = try Self.run(stream, description, sampleBytes: 2, cjpeg_decode_gdcm16)
      return Self.frame(samples, sampleBytes: 2, header, description, photometric)
    default:
      throw CodecError(.unsupported, "JPEG process of SOF\(header.process & 15) with \(header.precision) bits")
    }
  }

  private static func frame(
    _ samples: [UInt8], sampleBytes: Int, _ header: JPEGHeader, _ description: PixelDescription,
    _ photometric: PhotometricInterpretation
  ) -> DecodedFrame {
    SampleWriter.frame(
      samples, sampleBytes: sampleBytes, description, photometric: photometric,
      overshoots: !header.isLossless && header.precision > description.highBit + 1)
  }

  /// What the three components are: the stream's own word counts more than an attribute that contradicts it.
  private static func photometric(
    _ header: JPEGHeader, _ description: PixelDescription
  ) -> PhotometricInterpretation {
    guard header.components.count == 3 else { return description.photometric }
    let stored = description.photometric
    if stored.isYBR || stored == .ybrICT || stored == .ybrRCT {
      let letters = header.components.map(\.identifier) == Array("RGB".utf8)
      return header.adobeTransform == 0 || letters ? .rgb : .ybrFull
    }
    if stored == .rgb, header.isLossless == false, header.adobeTransform == 1 || header.isJFIF || header.isSubsampled {
      return .ybrFull
    }
    return stored
  }

  private static func run(
    _ stream: ByteSlice, _ description: PixelDescription, sampleBytes: Int,
    _ decode: (UnsafeMutablePointer<cjpeg_decoding>) -> Int32
  ) throws(CodecError) -> [UInt8] {
    let size = description.samplesPerFrame * sampleBytes
    var status: Int32 = 0
    var message = ""
    let samples = [UInt8](unsafeUninitializedCapacity: size) { output, written in
      stream.withUnsafeBytes { input in
        var decoding = cjpeg_decoding()
        decoding.data = input.bindMemory(to: UInt8.self).baseAddress
        decoding.size = input.count
        decoding.width = Int32(description.columns)
        decoding.height = Int32(description.rows)
        decoding.components = Int32(description.samplesPerPixel)
        decoding.samples = UnsafeMutableRawPointer(output.baseAddress)
        status = decode(&decoding)
        message = withUnsafeBytes(of: decoding.message) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
      }
      written = status == 0 ? size : 0
    }
    switch UInt32(status) {
    case CJPEG_OK.rawValue: return samples
    case CJPEG_MISMATCH.rawValue: throw CodecError(.mismatch, "JPEG stream of another size than the image")
    case CJPEG_TRUNCATED.rawValue: throw CodecError(.truncated, "JPEG data ends early")
    default: throw CodecError(.corrupt, message.isEmpty ? "JPEG stream is corrupt" : message)
    }
  }
}
