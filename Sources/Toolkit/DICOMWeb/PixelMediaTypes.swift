// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Media types of compressed pixel data (PS3.18 table 8.7.3-5).
public enum PixelMediaTypes {
  /// The media type of frames of this transfer syntax; nil for uncompressed ones and those that have none.
  public static func mediaType(for transferSyntax: UID) -> MediaType? {
    let root = "1.2.840.10008.1.2."
    guard transferSyntax.rawValue.hasPrefix(root) else { return nil }
    let rest = transferSyntax.rawValue.dropFirst(root.count)
    if rest == "5" { return MediaType("image", "dicom-rle") }
    // Fragmentable forms of video carry one component more.
    let parts = rest.split(separator: ".").map { String($0) }
    guard parts.count >= 2, parts[0] == "4", let number = Int(parts[1]) else { return nil }
    switch number {
    case 50, 51, 57, 70: return MediaType("image", "jpeg")
    case 80, 81: return MediaType("image", "jls")
    case 90, 91: return MediaType("image", "jp2")
    case 92, 93: return MediaType("image", "jpx")
    case 100, 101: return MediaType("video", "mpeg")
    case 102...106: return MediaType("video", "mp4")
    case 107, 108: return MediaType("video", "h265")
    case 110...112: return MediaType("image", "jxl")
    case 201...203: return MediaType("image", "jphc")
    default: return nil
    }
  }
}
