// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels
import LibJXL

/// JPEG XL (ISO/IEC 18181, PS3.5 §8.2.15), over libjxl.
public struct JPEGXLEncoder: FrameEncoder {
  /// The transfer syntaxes of JPEG XL.
  public enum Kind: Sendable {
    case lossless
    /// A baseline JPEG stream, repacked so that it can be had back byte by byte.
    case recompressedJPEG
    case lossy
  }

  public let kind: Kind
  /// Effort where the options have none: 3 is twice as fast as the library's own default 7 takes ten times as long.
  private static let usualEffort = 3

  public init(_ kind: Kind) { self.kind = kind }

  public var isLossy: Bool { kind != .lossless }

  public var constraints: EncodingConstraints {
    switch kind {
    case .lossless: EncodingConstraints(name: "Lossless JPEG XL", bitsStored: 1...16)
    case .recompressedJPEG: JPEGFrameEncoder().constraints
    case .lossy:
      EncodingConstraints(
        name: "Lossy JPEG XL", bitsStored: 1...16, allowsSigned: false, allowsYBR: false, allowsPalette: false)
    }
  }

  public func encode(_ frame: DecodedFrame, options: EncodingOptions) throws(CodecError) -> EncodedFrame {
    try check(frame)
    if kind == .recompressedJPEG {
      let jpeg = try JPEGFrameEncoder().encode(frame, options: options)
      let bytes = try Self.recompress(ByteSlice(jpeg.bytes), options: options)
      return EncodedFrame(bytes: bytes, photometric: jpeg.photometric)
    }
    let session = try JPEGXLEncoding()
    try session.configure(frame, isLossless: kind == .lossless)
    let settings = try session.settings(effort: options.effort ?? Self.usualEffort)
    if kind == .lossless {
      try session.demand(JxlEncoderSetFrameLossless(settings, 1))
    } else {
      try session.demand(JxlEncoderSetFrameDistance(settings, Self.distance(quality: options.quality)))
    }
    let sampleBytes = frame.bitsStored <= 8 ? 1 : 2
    var samples = SampleReader.unsigned(frame, bits: frame.bitsStored, sampleBytes: sampleBytes)
    Self.scale(&samples, bits: frame.bitsStored, sampleBytes: sampleBytes)
    var format = JxlPixelFormat(
      num_channels: UInt32(frame.samplesPerPixel), data_type: sampleBytes == 1 ? JXL_TYPE_UINT8 : JXL_TYPE_UINT16,
      endianness: JXL_LITTLE_ENDIAN, align: 0)
    try session.demand(
      samples.withUnsafeBytes { JxlEncoderAddImageFrame(settings, &format, $0.baseAddress, $0.count) })
    return EncodedFrame(bytes: try session.finish(), photometric: frame.photometric)
  }

  /// Repacks a JPEG stream without loss, with what is needed to have it back (ISO/IEC 18181-2 §9).
  public static func recompress(_ jpeg: ByteSlice, options: EncodingOptions) throws(CodecError) -> [UInt8] {
    let session = try JPEGXLEncoding()
    try session.demand(JxlEncoderUseContainer(session.encoder, 1))
    try session.demand(JxlEncoderStoreJPEGMetadata(session.encoder, 1))
    let settings = try session.settings(effort: options.effort ?? usualEffort)
    try session.demand(
      jpeg.withUnsafeBytes {
        JxlEncoderAddJPEGFrame(settings, $0.bindMemory(to: UInt8.self).baseAddress, $0.count)
      })
    return try session.finish()
  }

  /// The distance in units of a just noticeable difference, as the library's own tool maps quality.
  private static func distance(quality: Int) -> Float {
    let value = Float(quality)
    return quality >= 30 ? 0.1 + (100 - value) * 0.09 : 53 / 3000 * value * value - 23 / 20 * value + 25
  }

  /// Stretches samples to the full range of their container, as libjxl wants them; the decoder takes it back.
  private static func scale(_ samples: inout [UInt8], bits: Int, sampleBytes: Int) {
    guard bits < sampleBytes * 8 else { return }
    let maximum = UInt32(1 << bits - 1)
    let full = UInt32(1 << (sampleBytes * 8) - 1)
    samples.withUnsafeMutableBytes { buffer in
      if sampleBytes == 1 {
        for index in buffer.indices {
          buffer[index] = UInt8(truncatingIfNeeded: (UInt32(buffer[index]) * full + maximum / 2) / maximum)
        }
      } else {
        let words = buffer.assumingMemoryBound(to: UInt16.self)
        for index in words.indices {
          words[index] = UInt16(truncatingIfNeeded: (UInt32(words[index]) * full + maximum / 2) / maximum)
        }
      }
    }
  }
}
