// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Numbers that mean nothing at zero, vectors, and attributes that have a least number of values, by hand from PS3.3.
enum NumberTable {
  /// Distances and sizes by which a reader divides or scales: zero is an error.
  static let nonZeroDistances: Set<Tag> = [
    .pixelSpacing, .imagerPixelSpacing, .nominalScannedPixelSpacing,
  ]

  /// Quantities that cannot be zero: a program wrote 0 for "not known", where the attribute should be empty or absent.
  static let nonZeroQuantities: Set<Tag> = [
    .patientWeight, .patientSize, .kvp, .exposure, .echoTrainLength, .sensitivity, .frameAcquisitionDuration,
  ]

  /// Directions, three numbers each, of length 1 (PS3.3 §C.7.6.2.1.1).
  static let unitVectors: Set<Tag> = [
    .imageOrientationPatient, .imageOrientationSlide, .velocityEncodingDirection, .diffusionGradientOrientation,
  ]

  /// How far the length of a direction may be from 1.
  static let unitTolerance = 0.01

  /// Module, attribute, least number of values.
  static let leastValues: [(module: String, tag: Tag, count: Int)] = [
    ("ct-image", .imageType, 3), ("mr-image", .imageType, 3), ("general-image", .imageType, 2),
  ]
}
