// SPDX-License-Identifier: Apache-2.0

import CJPEG2000
import DICOMPixels

/// JPEG 2000 Part 1 over OpenJPEG and High-Throughput JPEG 2000 over OpenJPH (PS3.5 §8.2.4, §8.2.14).
public struct JPEG2000Encoder: FrameEncoder {
  /// The kinds of codestream.
  public enum Kind: Sendable {
    case part1
    case highThroughput
    /// Resolution first, with tile-part lengths, down to a side of 64 (PS3.5 §10.18).
    case highThroughputRPCL
  }

  public let kind: Kind
  public let isLossy: Bool
  /// Bits that OpenJPEG keeps exactly whatever the image: two more for the wavelet, six for its own fraction.
  private static let maximumPart1Bits = 22
  /// Bits that OpenJPH keeps.
  private static let maximumHighThroughputBits = 24
  /// Bits of which OpenJPEG loses none in the component transform.
  private static let transformableBits = 2...16
  /// Fewer have no wavelet: what its rounding adds there may be more than the bit planes that OpenJPEG declares hold.
  private static let fewestTransformedBits = 3
  /// The coarsest resolution has no side above this.
  private static let thumbnailSide = 64
  private static let usualDecompositions = 5

  public init(_ kind: Kind = .part1, isLossy: Bool = false) {
    self.kind = kind
    self.isLossy = isLossy
  }

  public var constraints: EncodingConstraints {
    EncodingConstraints(
      name: kind == .part1 ? "JPEG 2000" : "High-Throughput JPEG 2000",
      bitsStored: 1...(kind == .part1 ? Self.maximumPart1Bits : Self.maximumHighThroughputBits),
      allowsPalette: !isLossy)
  }

  /// RGB goes through the component transform, reversible or not; other colours stay as they are.
  public func encode(_ frame: DecodedFrame, options: EncodingOptions) throws(CodecError) -> EncodedFrame {
    try check(frame)
    let isColour = frame.photometric == .rgb && frame.samplesPerPixel == 3
    let transforms =
      options.transformsColour && isColour && Self.transformableBits.contains(frame.bitsStored)
    var encoding = cjpeg2000_encoding()
    encoding.width = Int32(frame.columns)
    encoding.height = Int32(frame.rows)
    encoding.components = Int32(frame.samplesPerPixel)
    encoding.sample_bytes = Int32(frame.bitsAllocated / 8)
    encoding.bits = Int32(frame.bitsStored)
    encoding.is_signed = frame.isSigned ? 1 : 0
    encoding.component_transform = transforms ? 1 : 0
    encoding.reversible = isLossy ? 0 : 1
    encoding.psnr = options.peakSignalToNoise
    // The library counts from the bits of the samples, not of their containers.
    encoding.ratio = (options.ratio ?? 0) * Double(frame.bitsStored) / Double(frame.bitsAllocated)
    encoding.decompositions = Int32(decompositions(frame))
    let progression = kind == .highThroughputRPCL ? CJPEG2000_RPCL : CJPEG2000_LRCP
    encoding.progression = Int32(progression.rawValue)
    let status = frame.bytes.withUnsafeBytes { bytes in
      encoding.samples = bytes.baseAddress
      return kind == .part1 ? cjpeg2000_encode_openjpeg(&encoding) : cjpeg2000_encode_openjph(&encoding)
    }
    guard status == 0, let data = encoding.data else {
      let message = withUnsafeBytes(of: encoding.message) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw CodecError(.unsupported, message.isEmpty ? "JPEG 2000 could not be written" : message)
    }
    defer { cjpeg2000_free(data) }
    var bytes = Array(UnsafeBufferPointer(start: data, count: encoding.size))
    if kind == .highThroughputRPCL { bytes = try TilePartLengths.inserted(into: bytes) }
    let transformed: PhotometricInterpretation = isLossy ? .ybrICT : .ybrRCT
    return EncodedFrame(bytes: bytes, photometric: transforms ? transformed : frame.photometric)
  }

  private func decompositions(_ frame: DecodedFrame) -> Int {
    let (short, long) = (min(frame.rows, frame.columns), max(frame.rows, frame.columns))
    if kind == .highThroughputRPCL {
      var levels = 0
      while (long + (1 << levels) - 1) >> levels > Self.thumbnailSide { levels += 1 }
      return levels
    }
    if kind == .part1, !isLossy, frame.bitsStored < Self.fewestTransformedBits { return 0 }
    // Each level halves the image, which must not vanish. OpenJPH's irreversible transform fails on two rows.
    let isFragile = kind != .part1 && isLossy
    var levels = 0
    while levels < Self.usualDecompositions, short >> (levels + 1) > 0 {
      if isFragile, (frame.rows + (1 << levels) - 1) >> levels <= 2 { break }
      levels += 1
    }
    return levels
  }
}
