// SPDX-License-Identifier: Apache-2.0

import CJPEG
import DICOMPixels

/// Lossy JPEG: baseline of 8 bits over libjpeg-turbo, extended of 12 bits over gdcmjpeg (PS3.5 §8.2.1).
public struct JPEGFrameEncoder: FrameEncoder {
  /// Process 2 and 4, up to 12 bits; else process 1.
  public let isExtended: Bool

  public init(isExtended: Bool = false) { self.isExtended = isExtended }

  public var isLossy: Bool { true }

  public var constraints: EncodingConstraints {
    EncodingConstraints(
      name: isExtended ? "Extended JPEG" : "Baseline JPEG", bitsStored: 1...(isExtended ? 12 : 8), allowsSigned: false,
      allowsPalette: false, maximumSide: JPEGEncoder.maximumSide)
  }

  /// RGB is turned into luminance and colour differences, which are of half resolution unless asked otherwise.
  public func encode(_ frame: DecodedFrame, options: EncodingOptions) throws(CodecError) -> EncodedFrame {
    try check(frame)
    let isWide = frame.bitsStored > 8
    var encoding = cjpeg_encoding()
    var photometric = frame.photometric
    encoding.process = Int32(CJPEG_SEQUENTIAL.rawValue)
    encoding.quality = Int32(options.quality)
    encoding.horizontal = 1
    encoding.vertical = 1
    encoding.optimized = 1
    if frame.samplesPerPixel == 3 {
      let isHalf = options.chromaSubsampling == .half
      encoding.colour = Int32((photometric.isYBR ? CJPEG_YBR : CJPEG_RGB_TO_YBR).rawValue)
      encoding.horizontal = isHalf ? 2 : 1
      photometric = isHalf ? .ybrFull422 : .ybrFull
    }
    let samples = SampleReader.unsigned(frame, bits: isWide ? 12 : 8, sampleBytes: isWide ? 2 : 1)
    let bytes = try CJPEGEncoding.run(
      &encoding, samples, frame, isWide ? cjpeg_encode_gdcm12 : cjpeg_encode_turbo)
    return EncodedFrame(bytes: bytes, photometric: photometric)
  }
}

/// JPEG lossless, process 14, over gdcmjpeg (PS3.5 §8.2.1).
public struct LosslessJPEGFrameEncoder: FrameEncoder {
  /// Selection value 1 whatever the options say (PS3.5 §10.3).
  public let isFirstOrder: Bool

  public init(isFirstOrder: Bool = true) { self.isFirstOrder = isFirstOrder }

  public var isLossy: Bool { false }

  public var constraints: EncodingConstraints {
    EncodingConstraints(name: "Lossless JPEG", bitsStored: 1...16, maximumSide: JPEGEncoder.maximumSide)
  }

  /// Components stand as they are, without transform. The precision is 8, 12 or 16 bits, the least that holds them.
  public func encode(_ frame: DecodedFrame, options: EncodingOptions) throws(CodecError) -> EncodedFrame {
    try check(frame)
    let precision = frame.bitsStored <= 8 ? 8 : frame.bitsStored <= 12 ? 12 : 16
    var encoding = cjpeg_encoding()
    encoding.process = Int32(CJPEG_LOSSLESS.rawValue)
    encoding.colour = Int32(CJPEG_UNKNOWN.rawValue)
    encoding.predictor = Int32(isFirstOrder ? 1 : options.predictor)
    encoding.optimized = 1
    let samples = SampleReader.unsigned(frame, bits: precision, sampleBytes: precision == 8 ? 1 : 2)
    let encode =
      precision == 8 ? cjpeg_encode_gdcm8 : precision == 12 ? cjpeg_encode_gdcm12 : cjpeg_encode_gdcm16
    return EncodedFrame(bytes: try CJPEGEncoding.run(&encoding, samples, frame, encode), photometric: frame.photometric)
  }
}

enum CJPEGEncoding {
  /// Calls one of the libraries.
  static func run(
    _ encoding: inout cjpeg_encoding, _ samples: [UInt8], _ frame: DecodedFrame,
    _ encode: (UnsafeMutablePointer<cjpeg_encoding>) -> Int32
  ) throws(CodecError) -> [UInt8] {
    encoding.width = Int32(frame.columns)
    encoding.height = Int32(frame.rows)
    encoding.components = Int32(frame.samplesPerPixel)
    let status = samples.withUnsafeBytes { bytes in
      encoding.samples = bytes.baseAddress
      return encode(&encoding)
    }
    guard UInt32(status) == CJPEG_OK.rawValue, let data = encoding.data else {
      let message = withUnsafeBytes(of: encoding.message) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw CodecError(.unsupported, message.isEmpty ? "JPEG could not be written" : message)
    }
    defer { cjpeg_free(data) }
    return Array(UnsafeBufferPointer(start: data, count: encoding.size))
  }
}
