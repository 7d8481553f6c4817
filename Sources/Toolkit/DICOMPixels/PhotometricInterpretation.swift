// SPDX-License-Identifier: Apache-2.0

/// Photometric Interpretation (0028,0004), PS3.3 §C.7.6.3.1.2.
public struct PhotometricInterpretation: RawRepresentable, Hashable, Sendable {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public static let monochrome1 = Self(rawValue: "MONOCHROME1")
  public static let monochrome2 = Self(rawValue: "MONOCHROME2")
  public static let paletteColor = Self(rawValue: "PALETTE COLOR")
  public static let rgb = Self(rawValue: "RGB")
  public static let ybrFull = Self(rawValue: "YBR_FULL")
  public static let ybrFull422 = Self(rawValue: "YBR_FULL_422")
  public static let ybrPartial422 = Self(rawValue: "YBR_PARTIAL_422")
  public static let ybrPartial420 = Self(rawValue: "YBR_PARTIAL_420")
  public static let ybrICT = Self(rawValue: "YBR_ICT")
  public static let ybrRCT = Self(rawValue: "YBR_RCT")

  /// One sample of grey per pixel.
  public var isMonochrome: Bool { self == .monochrome1 || self == .monochrome2 }

  /// Luminance and two colour differences of ITU-R BT.601 that a renderer converts.
  public var isYBR: Bool {
    self == .ybrFull || self == .ybrFull422 || self == .ybrPartial422 || self == .ybrPartial420
  }

  /// Native pixel data holds one pair of colour differences for two pixels of a row.
  public var isSubsampled: Bool { self == .ybrFull422 || self == .ybrPartial422 }
}
