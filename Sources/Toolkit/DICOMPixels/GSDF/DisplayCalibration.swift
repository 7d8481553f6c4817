// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The characteristic curve of a display, from which the driving levels for P-values follow (PS3.14 Annex B): equal
/// steps of P-values become equal steps of just noticeable difference.
public struct DisplayCalibration: Sendable, Hashable {
  /// Luminance in cd/m² that the display emits at each driving level from 0 on, without ambient light.
  public let luminances: [Double]
  /// Luminance in cd/m² of the ambient light that the display reflects.
  public let ambient: Double
  private let sorted: [Double]

  /// The most driving levels.
  public static let maximumLevels = 65_536

  /// - Parameter luminances: of at least two driving levels, rising on the whole.
  public init(luminances: [Double], ambient: Double = 0) throws(PixelError) {
    guard (2...Self.maximumLevels).contains(luminances.count), ambient.isFinite, ambient >= 0,
      luminances.allSatisfy({ $0.isFinite && $0 >= 0 })
    else { throw PixelError(.invalid, "a display of \(luminances.count) driving levels") }
    guard let first = luminances.first, let last = luminances.last, first < last else {
      throw PixelError(.invalid, "a display that does not get brighter")
    }
    self.luminances = luminances
    self.ambient = ambient
    // Measurements scatter; a level that is darker than the one before is taken to be as bright.
    var greatest = -Double.infinity
    sorted = luminances.map { luminance in
      greatest = max(greatest, luminance + ambient)
      return greatest
    }
  }

  /// A display whose luminance follows a power of the driving level.
  /// - Parameters:
  ///   - levels: how many driving levels there are.
  public init(
    minimum: Double, maximum: Double, gamma: Double = 2.2, levels: Int = 256, ambient: Double = 0
  ) throws(PixelError) {
    guard (2...Self.maximumLevels).contains(levels), gamma > 0, gamma.isFinite else {
      throw PixelError(.invalid, "a display of \(levels) driving levels")
    }
    let curve = (0..<levels).map { level in
      minimum + (maximum - minimum) * pow(Double(level) / Double(levels - 1), gamma)
    }
    try self.init(luminances: curve, ambient: ambient)
  }

  /// JND indices of the darkest and the brightest level.
  public var jndRange: ClosedRange<Double> {
    let low = Self.index(sorted.first ?? 0)
    return low...max(low, Self.index(sorted.last ?? 0))
  }

  /// The index whose luminance is this one. The standard's own inverse is an approximation that would shift the ends.
  private static func index(_ luminance: Double) -> Double {
    var range = GrayscaleStandardDisplayFunction.indices
    for _ in 0..<60 {
      let middle = (range.lowerBound + range.upperBound) / 2
      let isBelow = GrayscaleStandardDisplayFunction.luminance(index: middle) < luminance
      range = isBelow ? middle...range.upperBound : range.lowerBound...middle
    }
    return range.lowerBound
  }

  /// The luminance in cd/m² that a P-value, 0 to 1, is to have on this display.
  public func luminance(pValue: Double) -> Double {
    let range = jndRange
    let index = range.lowerBound + min(max(pValue, 0), 1) * (range.upperBound - range.lowerBound)
    return GrayscaleStandardDisplayFunction.luminance(index: index)
  }

  /// For each of `count` P-values from the least to the greatest, the driving level whose luminance is nearest.
  public func drivingLevels(count: Int) -> [Int] {
    precondition(count > 1)
    var level = 0
    return (0..<count).map { pValue in
      let wanted = luminance(pValue: Double(pValue) / Double(count - 1))
      while level + 1 < sorted.count, abs(sorted[level + 1] - wanted) <= abs(sorted[level] - wanted) { level += 1 }
      return level
    }
  }

  /// Turns P-values of 16 bits into driving levels, which run over the full range of the result's bits. Colours, for
  /// which the function is not defined, keep their values.
  func apply(to image: RenderedImage, bits: Int) -> RenderedImage {
    precondition(image.bits == 16)
    let full = (1 << bits) - 1
    let last = image.samples == 1 ? luminances.count - 1 : 65_535
    let own = image.samples == 1 ? drivingLevels(count: 65_536) : Array(0..<65_536)
    let levels = own.map { ($0 * full + last / 2) / last }
    let count = image.bytes.count / 2
    let bytes = [UInt8](unsafeUninitializedCapacity: count * bits / 8) { output, written in
      for sample in 0..<count {
        let level = levels[Int(image.bytes[sample * 2]) | Int(image.bytes[sample * 2 + 1]) << 8]
        if bits == 8 {
          output[sample] = UInt8(level)
        } else {
          output[sample * 2] = UInt8(truncatingIfNeeded: level)
          output[sample * 2 + 1] = UInt8(truncatingIfNeeded: level >> 8)
        }
      }
      written = count * bits / 8
    }
    return RenderedImage(
      width: image.width, height: image.height, samples: image.samples, bits: bits, bytes: bytes,
      iccProfile: image.iccProfile)
  }
}
