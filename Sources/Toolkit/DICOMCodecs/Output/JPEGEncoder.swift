// SPDX-License-Identifier: Apache-2.0

import CJPEG
import DICOMPixels

/// Encodes rendered images as JPEG baseline (ISO/IEC 10918-1) with a JFIF header.
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
    let status = image.bytes.withUnsafeBufferPointer { samples in
      encoding.samples = UnsafeRawPointer(samples.baseAddress)
      return cjpeg_encode_turbo(&encoding)
    }
    guard UInt32(status) == CJPEG_OK.rawValue, let data = encoding.data else {
      throw CodecError(.limit, "JPEG could not be written")
    }
    defer { cjpeg_free(data) }
    return Array(UnsafeBufferPointer(start: data, count: encoding.size))
  }
}
