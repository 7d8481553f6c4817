// SPDX-License-Identifier: Apache-2.0

import DICOMPixels
import DICOMServices
import Foundation
import Testing

@testable import FilmPrinting

@Suite struct FilmGrayscaleTests {
  private let film: Film = {
    guard let format = ImageDisplayFormat("STANDARD\\1,1") else { preconditionFailure("a format of the standard") }
    return Film(format: format)
  }()

  @Test func levelsRiseFromBlackToWhite() {
    let levels = FilmGrayscale(film).levels(count: 4096, isInverted: false, lut: nil)
    #expect(levels.first == 0 && levels.last == 255)
    #expect(zip(levels, levels.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(FilmGrayscale(film).levels(count: 4096, isInverted: true, lut: nil) == levels.reversed())
  }

  /// P-values are even steps of the grayscale standard display function on the film's viewer (PS3.14 Annex D.2).
  @Test func pValuesAreEvenStepsOfJNDIndices() {
    let densities = PValueDensities(film)
    #expect(abs(densities.density(pValue: 0) - 3) < 0.01)
    #expect(abs(densities.density(pValue: 1) - 0.2) < 0.01)
    let indices = stride(from: 0.0, through: 1, by: 0.125).map { pValue in
      GrayscaleStandardDisplayFunction.index(luminance: 10 + 2000 * pow(10, -densities.density(pValue: pValue)))
    }
    let steps = zip(indices, indices.dropFirst()).map { $1 - $0 }
    for step in steps { #expect(abs(step - steps[0]) < 0.5) }
  }

  @Test func linearDensityIsAnotherCurveWithTheSameEnds() {
    let linear = FilmGrayscale(film).levels(count: 256, isInverted: false, lut: .linearOpticalDensity)
    let identity = FilmGrayscale(film).levels(count: 256, isInverted: false, lut: .identity)
    #expect(linear.first == 0 && linear.last == 255)
    #expect(linear[128] < identity[128])
  }

  @Test func densitiesOfBordersHaveTheirLevels() {
    let grayscale = FilmGrayscale(film)
    #expect(grayscale.level(.black) == 0)
    #expect(grayscale.level(.white) == 255)
    #expect((1..<255).contains(grayscale.level(.hundredths(80))))
  }
}
