// SPDX-License-Identifier: Apache-2.0

import DICOMPixels
import DICOMServices
import Foundation

/// What becomes of pixel values on a film, and how that film looks on paper or a screen that follows sRGB.
///
/// A film has optical densities; on a viewer of some illumination they have luminances. P-values are even steps of the
/// grayscale standard display function between the least and the greatest of these (PS3.14 §7), so a printed film is
/// as even as the screen that it was printed from.
struct FilmGrayscale {
  private let film: Film

  init(_ film: Film) { self.film = film }

  /// Grey levels 0–255 for all values that a pixel may have.
  /// - Parameters:
  ///   - count: 2 to the power of Bits Stored.
  ///   - isInverted: the greatest value is the darkest: MONOCHROME1, or polarity REVERSE, but not both.
  func levels(count: Int, isInverted: Bool, lut: Film.PresentationLUT?) -> [UInt8] {
    let highest = Double(max(count - 1, 1))
    let display = PValueDensities(film)
    return (0..<count).map { stored in
      let value = isInverted ? count - 1 - stored : stored
      switch lut ?? film.lut {
      case .identity: return level(display.density(pValue: Double(value) / highest))
      case .linearOpticalDensity:
        let span = Double(film.maximumDensity - film.minimumDensity) / 100
        return level(Double(film.maximumDensity) / 100 - span * Double(value) / highest)
      case .table(let entries, let bits):
        // A table for another depth of pixels is stretched.
        let index = count == entries.count ? value : Int(Double(value) / highest * Double(entries.count - 1) + 0.5)
        return level(display.density(pValue: Double(entries[index]) / Double(1 << bits - 1)))
      }
    }
  }

  func level(_ density: Film.Density) -> UInt8 {
    switch density {
    case .black: level(Double(film.maximumDensity) / 100)
    case .white: level(Double(film.minimumDensity) / 100)
    case .hundredths(let value): level(Double(value) / 100)
    }
  }

  /// The sRGB level of a density: clear film is white, the darkest that the film has is black.
  private func level(_ density: Double) -> UInt8 {
    let clear = pow(10, -Double(film.minimumDensity) / 100)
    let darkest = pow(10, -Double(film.maximumDensity) / 100)
    let light = min(max((pow(10, -density) - darkest) / (clear - darkest), 0), 1)
    let encoded = light <= 0.003_130_8 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055
    return UInt8((encoded * 255).rounded())
  }
}

/// Optical densities of P-values on a film (PS3.14 Annex D.2).
struct PValueDensities {
  private let illumination: Double
  private let ambient: Double
  private let indices: ClosedRange<Double>

  init(_ film: Film) {
    illumination = Double(max(film.illumination, 1))
    ambient = Double(max(film.ambientLight, 0))
    let darkest = ambient + illumination * pow(10, -Double(film.maximumDensity) / 100)
    let brightest = ambient + illumination * pow(10, -Double(film.minimumDensity) / 100)
    let low = GrayscaleStandardDisplayFunction.index(luminance: darkest)
    indices = low...max(low, GrayscaleStandardDisplayFunction.index(luminance: brightest))
  }

  /// - Parameter pValue: 0 to 1.
  func density(pValue: Double) -> Double {
    let index = indices.lowerBound + pValue * (indices.upperBound - indices.lowerBound)
    let light = GrayscaleStandardDisplayFunction.luminance(index: index) - ambient
    return -log10(max(light, 1e-9) / illumination)
  }
}
