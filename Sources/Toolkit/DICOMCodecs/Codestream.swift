// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels

/// What a compressed frame says of itself, for frames that come without the attributes of their image (PS3.18 §10.5.2).
public struct Codestream: Sendable, Hashable {
  /// The transfer syntax that it belongs to.
  public let transferSyntax: TransferSyntax
  /// The frame without what a file format puts around it.
  public let bytes: ByteSlice
  /// Nil where only a decoder could tell.
  public let description: PixelDescription?

  /// Reads the head of a JPEG, JPEG-LS or JPEG 2000 frame, JP2 boxes around it or not.
  /// - Parameter highThroughput: a JPEG 2000 codestream is one of High-Throughput JPEG 2000.
  public init(_ bytes: ByteSlice, highThroughput: Bool = false) throws(CodecError) {
    guard bytes.count > 4 else { throw CodecError(.truncated, "a frame of \(bytes.count) bytes") }
    if bytes[0] == 0xFF, bytes[1] == 0xD8 {
      let header = try JPEGHeader(bytes)
      transferSyntax = TransferSyntax(UID("1.2.840.10008.1.2." + (try Self.process(header, bytes))))
      self.bytes = bytes
      description = Self.description(
        rows: header.height, columns: header.width, samples: header.components.count, bits: header.precision,
        isSigned: false, photometric: Self.photometric(header))
    } else {
      let start = try Self.codestreamStart(bytes)
      self.bytes = start == 0 ? bytes : bytes[start..<bytes.count]
      let header = try JPEG2000Header(self.bytes)
      let suffix =
        highThroughput ? (header.isIrreversible ? "4.203" : "4.201") : header.isIrreversible ? "4.91" : "4.90"
      transferSyntax = TransferSyntax(UID("1.2.840.10008.1.2." + suffix))
      let bits = Int(self.bytes[42] & 0x7F) + 1
      let photometric: PhotometricInterpretation =
        header.components == 1
        ? .monochrome2 : header.hasComponentTransform ? (header.isIrreversible ? .ybrICT : .ybrRCT) : .rgb
      description = Self.description(
        rows: header.height, columns: header.width, samples: header.components, bits: bits, isSigned: header.isSigned,
        photometric: photometric)
    }
  }

  /// PS3.5 §8.2.1: the process of the frame header and, where it is lossless, the predictor of the first scan.
  private static func process(_ header: JPEGHeader, _ bytes: ByteSlice) throws(CodecError) -> String {
    let predictor = startOfScan(bytes)
    switch header.process {
    case 0xC0: return "4.50"
    case 0xC1: return "4.51"
    case 0xC3: return predictor.first == 1 ? "4.70" : "4.57"
    case 0xF7: return predictor.near == 0 ? "4.80" : "4.81"
    default:
      throw CodecError(.unsupported, "JPEG process \(String(header.process, radix: 16)) has no transfer syntax in use")
    }
  }

  /// The third and the second byte before the end of the first SOS segment: predictor, or NEAR of JPEG-LS.
  private static func startOfScan(_ bytes: ByteSlice) -> (first: UInt8?, near: UInt8?) {
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      if marker == 0xFF || marker == 0x01 || (0xD0...0xD8).contains(marker) {
        position += marker == 0xFF ? 1 : 2
        continue
      }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      if marker == 0xDA {
        let end = position + 2 + length
        guard length >= 6, end <= bytes.count else { break }
        return (bytes[end - 3], bytes[end - 3])
      }
      position += 2 + length
    }
    return (nil, nil)
  }

  private static func photometric(_ header: JPEGHeader) -> PhotometricInterpretation {
    guard header.components.count == 3 else { return .monochrome2 }
    let isRGB =
      header.process == 0xF7 || header.isLossless && !header.isJFIF && header.adobeTransform != 1
      || header.adobeTransform == 0
    return isRGB ? .rgb : header.isSubsampled ? .ybrFull422 : .ybrFull
  }

  private static func codestreamStart(_ bytes: ByteSlice) throws(CodecError) -> Int {
    let signature: [UInt8] = [0xFF, 0x4F, 0xFF, 0x51]
    // Boxes before a codestream are short; a longer search would find chance.
    for start in 0..<max(min(bytes.count - 44, 65_536), 0) where bytes[start] == 0xFF {
      if (0..<4).allSatisfy({ bytes[start + $0] == signature[$0] }) { return start }
    }
    throw CodecError(.corrupt, "neither JPEG nor JPEG 2000")
  }

  private static func description(
    rows: Int, columns: Int, samples: Int, bits: Int, isSigned: Bool, photometric: PhotometricInterpretation
  ) -> PixelDescription? {
    guard rows > 0, columns > 0, (1...16).contains(bits) else { return nil }
    return PixelDescription(
      rows: rows, columns: columns, samplesPerPixel: samples, bitsAllocated: bits > 8 ? 16 : 8, bitsStored: bits,
      isSigned: isSigned, photometric: photometric)
  }
}
