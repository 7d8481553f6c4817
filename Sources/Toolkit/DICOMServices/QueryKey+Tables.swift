// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension QueryRetrieveModel {
  /// The keys of a level (PS3.4 tables C.6-1 to C.6-5); empty for a level that the model does not have. Every other
  /// attribute of the level is an optional key too.
  public func keys(at level: QueryRetrieveLevel) -> [QueryKey] {
    switch (self, level) {
    case (.patientRoot, .patient): QueryKey.patient
    case (.studyRoot, .patient): []
    case (.patientRoot, .study): QueryKey.study
    case (.studyRoot, .study): QueryKey.study + QueryKey.patientInStudyRoot
    case (_, .series): QueryKey.series
    case (_, .image): QueryKey.image
    }
  }
}

extension QueryKey {
  /// Counted or collected from the instances below (PS3.4 table C.3-1).
  static let computed: Set<Tag> = [
    .numberOfPatientRelatedStudies, .numberOfPatientRelatedSeries, .numberOfPatientRelatedInstances,
    .numberOfStudyRelatedSeries, .numberOfStudyRelatedInstances, .numberOfSeriesRelatedInstances, .modalitiesInStudy,
    .sopClassesInStudy, .anatomicRegionsInStudyCodeSequence, .alternateRepresentationSequence,
    .availableTransferSyntaxUID,
  ]

  /// Basic and enhanced code value keys.
  private static let codeItem: [Tag] = [
    .codeValue, .codingSchemeDesignator, .codingSchemeVersion, .codeMeaning, .longCodeValue, .urnCodeValue,
    .codingSchemeURL, .contextUID, .mappingResource, .mappingResourceUID, .contextGroupExtensionFlag,
    .contextGroupLocalVersion, .contextGroupExtensionCreatorUID, .equivalentCodeSequence,
  ]
  private static let reference: [Tag] = [.referencedSOPClassUID, .referencedSOPInstanceUID]

  private static let patientOptional: [QueryKey] = [
    QueryKey(.issuerOfPatientID, .optional),
    QueryKey(.referencedPatientSequence, .optional, items: reference),
    QueryKey(.patientBirthDate, .optional),
    QueryKey(.patientBirthTime, .optional),
    QueryKey(.patientSex, .optional),
    QueryKey(.otherPatientIDsSequence, .optional),
    QueryKey(.otherPatientNames, .optional),
    QueryKey(.ethnicGroup, .optional),
    QueryKey(.patientComments, .optional),
  ]

  /// Table C.6-1.
  static let patient: [QueryKey] =
    [QueryKey(.patientName, .required), QueryKey(.patientID, .unique)] + patientOptional + [
      QueryKey(.numberOfPatientRelatedStudies, .optional),
      QueryKey(.numberOfPatientRelatedSeries, .optional),
      QueryKey(.numberOfPatientRelatedInstances, .optional),
    ]

  /// What table C.6-5 adds to the study level of the patient root.
  static let patientInStudyRoot: [QueryKey] =
    [QueryKey(.patientName, .required), QueryKey(.patientID, .required)] + patientOptional

  /// Table C.6-2.
  static let study: [QueryKey] = [
    QueryKey(.studyDate, .required),
    QueryKey(.studyTime, .required),
    QueryKey(.accessionNumber, .required),
    QueryKey(.studyID, .required),
    QueryKey(.studyInstanceUID, .unique),
    QueryKey(.modalitiesInStudy, .optional),
    QueryKey(.sopClassesInStudy, .optional),
    QueryKey(.anatomicRegionsInStudyCodeSequence, .optional, items: codeItem),
    QueryKey(.referringPhysicianName, .optional),
    QueryKey(.studyDescription, .optional),
    QueryKey(.procedureCodeSequence, .optional, items: codeItem),
    QueryKey(.nameOfPhysiciansReadingStudy, .optional),
    QueryKey(.admittingDiagnosesDescription, .optional),
    QueryKey(.referencedStudySequence, .optional, items: reference),
    QueryKey(.patientAge, .optional),
    QueryKey(.patientSize, .optional),
    QueryKey(.patientWeight, .optional),
    QueryKey(.occupation, .optional),
    QueryKey(.additionalPatientHistory, .optional),
    QueryKey(.otherStudyNumbers, .optional),
    QueryKey(.numberOfStudyRelatedSeries, .optional),
    QueryKey(.numberOfStudyRelatedInstances, .optional),
  ]

  /// Table C.6-3.
  static let series: [QueryKey] = [
    QueryKey(.modality, .required),
    QueryKey(.seriesNumber, .required),
    QueryKey(.seriesInstanceUID, .unique),
    QueryKey(.numberOfSeriesRelatedInstances, .optional),
  ]

  /// Table C.6-4.
  static let image: [QueryKey] = [
    QueryKey(.instanceNumber, .required),
    QueryKey(.sopInstanceUID, .unique),
    QueryKey(.sopClassUID, .optional),
    QueryKey(.availableTransferSyntaxUID, .optional),
    QueryKey(
      .alternateRepresentationSequence, .optional,
      items: [.seriesInstanceUID, .referencedSOPClassUID, .referencedSOPInstanceUID, .purposeOfReferenceCodeSequence]),
    QueryKey(.relatedGeneralSOPClassUID, .optional),
    QueryKey(.conceptNameCodeSequence, .optional, items: codeItem),
    QueryKey(.contentTemplateSequence, .optional, items: [.templateIdentifier, .mappingResource]),
    QueryKey(.containerIdentifier, .optional),
    QueryKey(.specimenDescriptionSequence, .optional, items: [.specimenIdentifier, .specimenUID]),
  ]
}
