// SPDX-License-Identifier: Apache-2.0

import CJPEG
import DICOMPixels

/// Encodes rendered images as JPEG baseline (ISO/IEC 10918-1) with a JFIF header and the image's ICC profile. Of
/// samples of 16 bits the high byte is taken.
public struct JPEGEncoder: Sendable {
  /// 1 to 100.
  public let quality: Int
  /// Colour differences have half the resolution.
  public let subsamples: Bool
  /// The largest side of a JPEG image.
  public static let maximumSide = 65_500

  public init(quality: Int = 90, subsamples: Bool = true) {
    self.quality = min(max(quality, 1), 100)
    self.subsamples = subsamples
  }

  /// A baseline JPEG stream, with the ICC profile of the image; 16 bits become 8.
  public func encode(_ image: RenderedImage) throws(CodecError) -> [UInt8] {
    guard image.width <= Self.maximumSide, image.height <= Self.maximumSide else {
      throw CodecError(.limit, "\(image.width) × \(image.height) pixels in a JPEG")
    }
    var encoding = cjpeg_encoding()
    encoding.width = Int32(image.width)
    encoding.height = Int32(image.height)
    encoding.components = Int32(image.samples)
    encoding.quality = Int32(quality)
    encoding.colour = Int32((image.samples == 3 ? CJPEG_RGB_TO_YBR : CJPEG_UNKNOWN).rawValue)
    encoding.horizontal = image.samples == 3 && subsamples ? 2 : 1
    encoding.vertical = encoding.horizontal
    let bytes = image.bits == 8 ? image.bytes : Self.highBytes(image.bytes)
    let status = bytes.withUnsafeBufferPointer { samples in
      encoding.samples = UnsafeRawPointer(samples.baseAddress)
      return cjpeg_encode_turbo(&encoding)
    }
    guard UInt32(status) == CJPEG_OK.rawValue, let data = encoding.data else {
      throw CodecError(.limit, "JPEG could not be written")
    }
    defer { cjpeg_free(data) }
    let stream = Array(UnsafeBufferPointer(start: data, count: encoding.size))
    return image.iccProfile.map { Self.insert($0, into: stream) } ?? stream
  }

  private static func highBytes(_ words: [UInt8]) -> [UInt8] {
    stride(from: 1, to: words.count, by: 2).map { words[$0] }
  }

  /// Bytes of a profile that fit into one APP2 segment beside its own header (ICC.1 annex B.4).
  private static let segmentLength = 65_519

  /// Puts a profile behind SOI and the JFIF segment. Profiles for more than 255 segments are left out.
  private static func insert(_ profile: [UInt8], into stream: [UInt8]) -> [UInt8] {
    let count = (profile.count + segmentLength - 1) / segmentLength
    guard count <= 255, stream.count > 6 else { return stream }
    let hasJFIF = stream[2] == 0xFF && stream[3] == 0xE0
    let position = hasJFIF ? min(4 + (Int(stream[4]) << 8 | Int(stream[5])), stream.count) : 2
    var segments: [UInt8] = []
    for number in 0..<count {
      let part = profile[number * segmentLength..<min((number + 1) * segmentLength, profile.count)]
      let length = part.count + 16
      segments += [0xFF, 0xE2, UInt8(length >> 8), UInt8(length & 0xFF)]
      segments += Array("ICC_PROFILE".utf8) + [0, UInt8(number + 1), UInt8(count)]
      segments += part
    }
    return stream[..<position] + segments + stream[position...]
  }
}
