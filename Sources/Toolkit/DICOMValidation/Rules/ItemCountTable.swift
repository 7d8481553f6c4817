// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// How many items sequences have, in every module that has them, by hand from PS3.3.
enum ItemCountTable {
  /// Optional sequences that have an item where they are there.
  static let notEmpty: Set<Tag> = [
    .requestAttributesSequence, .otherPatientIDsSequence,
  ]

  /// Only a single item is permitted.
  static let single: Set<Tag> = [
    .sharedFunctionalGroupsSequence, .conceptNameCodeSequence, .measurementUnitsCodeSequence, .measuredValueSequence,
    .frameContentSequence, .planePositionSequence, .planeOrientationSequence, .pixelMeasuresSequence,
    .pixelValueTransformationSequence, .frameAnatomySequence, .segmentIdentificationSequence, .modalityLUTSequence,
    .ctExposureSequence, .mrImageFrameTypeSequence, .ctImageFrameTypeSequence, .contentTemplateSequence,
    .segmentedPropertyCategoryCodeSequence, .segmentedPropertyTypeCodeSequence, .patientOrientationCodeSequence,
    .patientGantryRelationshipCodeSequence, .viewCodeSequence, .iconImageSequence, .planePositionSlideSequence,
    .anatomicRegionSequence, .numericValueQualifierCodeSequence,
  ]
}
