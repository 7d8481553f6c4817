// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The Grayscale Standard Display Function (PS3.14 §7): how bright each just noticeable difference is.
public enum GrayscaleStandardDisplayFunction {
  /// JND indices for which the function is defined.
  public static let indices = 1.0...1023.0
  /// Luminance of the least and the greatest index in cd/m².
  public static let luminances = 0.05...3993.4

  /// The luminance in cd/m² of a JND index, which may lie between two whole ones (PS3.14 equation 7.1-1).
  public static func luminance(index: Double) -> Double {
    let x = log(min(max(index, indices.lowerBound), indices.upperBound))
    let above = -1.301_187_7 + x * (0.080_242_636 + x * (0.136_466_99 + x * (-0.025_468_404 + x * 0.001_363_533_4)))
    let below =
      1 + x
      * (-0.025_840_191 + x * (-0.103_202_29 + x * (0.028_745_62 + x * (-0.003_197_897_7 + x * 0.000_129_926_34))))
    return pow(10, above / below)
  }

  /// The JND index of a luminance in cd/m² (PS3.14 equation 7.1-2); luminances outside take the nearest end.
  public static func index(luminance: Double) -> Double {
    let y = log10(min(max(luminance, luminances.lowerBound), luminances.upperBound))
    let factors = [
      71.498_068, 94.593_053, 41.912_053, 9.824_700_4, 0.281_754_07, -1.187_845_5, -0.180_143_49, 0.147_108_99,
      -0.017_046_845,
    ]
    let index = factors.reversed().reduce(0) { $0 * y + $1 }
    return min(max(index, indices.lowerBound), indices.upperBound)
  }
}
