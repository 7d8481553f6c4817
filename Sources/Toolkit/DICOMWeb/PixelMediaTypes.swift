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

  /// The transfer syntax that a media type has where none is named (PS3.18 table 8.7.3-5, "D").
  public static func defaultTransferSyntax(of media: MediaType) -> UID? {
    let suffix: String? =
      switch media.essence {
      case "image/jpeg": "4.70"
      case "image/dicom-rle": "5"
      case "image/jls": "4.80"
      case "image/jp2": "4.90"
      case "image/jpx": "4.92"
      case "image/jphc": "4.201"
      case "image/jxl": "4.110"
      case "video/mpeg": "4.101"
      case "video/mp4": "4.102"
      case "video/h265": "4.107"
      default: nil
      }
    return suffix.map { UID("1.2.840.10008.1.2." + $0) }
  }

  /// The transfer syntaxes that an answer can be compressed into, by media type, the default of each first. Lossy ones
  /// are given only to who names them.
  public static let encodings: [UID] = [
    "4.70", "5", "4.80", "4.90", "4.201", "4.110", "4.57", "4.50", "4.51", "4.81", "4.91", "4.202", "4.203", "4.112",
  ].map { UID("1.2.840.10008.1.2." + $0) }
}
