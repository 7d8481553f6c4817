// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A colour to draw with: a P-value of grey or an sRGB colour, each sample of 16 bits.
public struct DisplayColour: Sendable, Hashable {
  public let red: UInt16
  public let green: UInt16
  public let blue: UInt16

  public init(red: UInt16, green: UInt16, blue: UInt16) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  public init(grey: UInt16) { self.init(red: grey, green: grey, blue: grey) }

  public static let black = DisplayColour(grey: 0)
  public static let white = DisplayColour(grey: .max)

  public var isGrey: Bool { red == green && green == blue }

  /// A colour of the profile connection space as attributes encode it (PS3.3 §C.10.7.1.1): three words, L* from 0 to
  /// 100, a* and b* from -128 to 127, for the white of illuminant D50. Nil where there are not three.
  public init?(cieLab words: [Int]?) {
    guard let words, words.count == 3 else { return nil }
    let full = 65_535.0
    let lightness = Double(words[0]) / full * 100
    let a = Double(words[1]) / full * 255 - 128
    let b = Double(words[2]) / full * 255 - 128
    let fy = (lightness + 16) / 116
    let x = 0.9642 * Self.inverse(fy + a / 500)
    let y = Self.inverse(fy)
    let z = 0.8249 * Self.inverse(fy - b / 200)
    // D50 to linear sRGB, adapted by Bradford's method.
    self.init(
      red: Self.encoded(3.133_856_1 * x - 1.616_866_7 * y - 0.490_614_6 * z),
      green: Self.encoded(-0.978_768_4 * x + 1.916_141_5 * y + 0.033_454_0 * z),
      blue: Self.encoded(0.071_945_3 * x - 0.228_991_4 * y + 1.405_242_7 * z))
  }

  private static func inverse(_ value: Double) -> Double {
    value > 6.0 / 29 ? value * value * value : 3 * (6.0 / 29) * (6.0 / 29) * (value - 4.0 / 29)
  }

  /// Linear light to sRGB (IEC 61966-2-1).
  private static func encoded(_ linear: Double) -> UInt16 {
    let value = linear <= 0.003_130_8 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055
    return UInt16(min(max(value, 0), 1) * 65_535 + 0.5)
  }
}
