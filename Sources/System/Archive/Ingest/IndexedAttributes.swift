// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Which attributes of an instance the index keeps, and at which level they stand: the keys of PS3.4 §C.6, what PS3.18
/// §10.6.3 gives back, and what a viewer asks before it has the pixels.
public enum IndexedAttributes {
  /// Longer values, and sequences that are longer in all, are left out: an index is no second archive.
  public static let maximumLength = 16 * 1024

  public static let patient: [Tag] = [
    .patientName, .patientID, .issuerOfPatientID, .typeOfPatientID, .issuerOfPatientIDQualifiersSequence,
    .patientBirthDate, .patientBirthTime, .patientSex, .referencedPatientSequence, .otherPatientIDsSequence,
    .otherPatientNames, .ethnicGroup, .patientComments, .patientIdentityRemoved, .deidentificationMethod,
    .patientSpeciesDescription, .patientBreedDescription, .responsiblePerson, .responsibleOrganization,
  ]

  public static let study: [Tag] = [
    .studyDate, .studyTime, .accessionNumber, .issuerOfAccessionNumberSequence, .studyID, .studyInstanceUID,
    .timezoneOffsetFromUTC, .referringPhysicianName, .studyDescription, .procedureCodeSequence,
    .physiciansOfRecord, .nameOfPhysiciansReadingStudy, .requestingService, .admittingDiagnosesDescription,
    .referencedStudySequence, .patientAge, .patientSize, .patientWeight, .occupation, .additionalPatientHistory,
    .medicalAlerts, .allergies, .pregnancyStatus, .otherStudyNumbers, .admissionID, .reasonForVisit,
  ]

  public static let series: [Tag] = [
    .modality, .seriesNumber, .seriesInstanceUID, .seriesDescription, .seriesDescriptionCodeSequence, .seriesDate,
    .seriesTime, .bodyPartExamined, .anatomicRegionSequence, .laterality, .protocolName, .performingPhysicianName,
    .operatorsName, .manufacturer, .manufacturerModelName, .deviceSerialNumber, .stationName, .institutionName,
    .institutionalDepartmentName, .softwareVersions, .patientPosition, .performedProcedureStepID,
    .performedProcedureStepStartDate, .performedProcedureStepStartTime, .performedProcedureStepDescription,
    .requestAttributesSequence, .frameOfReferenceUID, .referencedPerformedProcedureStepSequence,
    .smallestPixelValueInSeries, .largestPixelValueInSeries,
  ]

  public static let instance: [Tag] = instanceIdentity + instanceContent + instanceImage

  private static let instanceIdentity: [Tag] = [
    .sopClassUID, .sopInstanceUID, .instanceNumber, .acquisitionNumber, .instanceCreationDate,
    .instanceCreationTime, .contentDate, .contentTime, .acquisitionDate, .acquisitionTime, .acquisitionDateTime,
    .imageType, .alternateRepresentationSequence, .relatedGeneralSOPClassUID,
  ]

  private static let instanceContent: [Tag] = [
    .conceptNameCodeSequence, .contentTemplateSequence, .containerIdentifier, .specimenDescriptionSequence,
    .completionFlag, .verificationFlag, .contentLabel, .contentDescription, .contentCreatorName, .documentTitle,
    .mimeTypeOfEncapsulatedDocument, .imageComments, .derivationDescription,
  ]

  private static let instanceImage: [Tag] = [
    .rows, .columns, .numberOfFrames, .samplesPerPixel, .bitsAllocated, .bitsStored, .highBit, .pixelRepresentation,
    .photometricInterpretation, .planarConfiguration, .pixelPaddingValue, .pixelAspectRatio, .windowCenter,
    .windowWidth, .windowCenterWidthExplanation, .voiLUTFunction, .rescaleSlope, .rescaleIntercept, .rescaleType,
    .presentationLUTShape, .imagePositionPatient, .imageOrientationPatient, .patientOrientation, .pixelSpacing,
    .imagerPixelSpacing, .nominalScannedPixelSpacing, .sliceLocation, .sliceThickness, .spacingBetweenSlices,
    .imageLaterality, .viewPosition, .frameTime, .frameTimeVector, .recommendedDisplayFrameRate, .cineRate,
    .lossyImageCompression, .lossyImageCompressionRatio, .burnedInAnnotation, .kvp, .exposure, .xRayTubeCurrent,
    .exposureTime, .echoTime, .repetitionTime, .inversionTime, .flipAngle, .triggerTime, .echoNumbers,
    .temporalPositionIdentifier, .contrastBolusAgent, .scanningSequence, .sequenceVariant, .magneticFieldStrength,
  ]

  /// Of every level, for the scanner.
  public static let all: Set<Tag> = Set(patient + study + series + instance + [.specificCharacterSet])

  private static let levels: [Tag: QueryLevel] = {
    var levels: [Tag: QueryLevel] = [:]
    for (level, tags) in [
      (QueryLevel.patient, patient), (.study, study), (.series, series), (.instance, instance),
    ] {
      for tag in tags { levels[tag] = level }
    }
    return levels
  }()

  /// The level at which an attribute stands; nil where it is not kept.
  public static func level(of tag: Tag) -> QueryLevel? { levels[tag] }

  /// The kept attributes of one level.
  public static func tags(at level: QueryLevel) -> [Tag] {
    switch level {
    case .patient: patient
    case .study: study
    case .series: series
    case .instance: instance
    }
  }
}
