// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Sequences in which only a single item is permitted, in every module that has them.
enum ItemCountTable {
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
