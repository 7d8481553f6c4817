// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Attributes of the modality performed procedure step (PS3.4 table F.7.2-1).
public enum PerformedProcedureStepAttributes {
  private typealias Row = AttributeRequirement

  /// N-CREATE, N-SET and final state.
  public static let all: [AttributeRequirement] = relationship + information + results

  private static let references: [AttributeRequirement] = [
    Row(.referencedSOPClassUID, .mandatory, .mandatory), Row(.referencedSOPInstanceUID, .mandatory, .mandatory),
  ]
  private static let fixedReferences: [AttributeRequirement] = [
    Row(.referencedSOPClassUID, .mandatory, .notAllowed), Row(.referencedSOPInstanceUID, .mandatory, .notAllowed),
  ]
  private static let code: [AttributeRequirement] = [Row(.codeMeaning, .mandatory, .mandatory)]

  private static let relationship: [AttributeRequirement] = [
    Row(
      .scheduledStepAttributesSequence, .mandatory, .notAllowed,
      items: [
        Row(.studyInstanceUID, .mandatory, .notAllowed),
        Row(.referencedStudySequence, .mayBeEmpty, .notAllowed, items: fixedReferences),
        Row(.accessionNumber, .mayBeEmpty, .notAllowed),
        Row(.requestedProcedureID, .mayBeEmpty, .notAllowed),
        Row(.requestedProcedureDescription, .mayBeEmpty, .notAllowed),
        Row(.scheduledProcedureStepID, .mayBeEmpty, .notAllowed),
        Row(.scheduledProcedureStepDescription, .mayBeEmpty, .notAllowed),
        Row(.scheduledProtocolCodeSequence, .mayBeEmpty, .notAllowed, items: code),
      ]),
    Row(.patientName, .mayBeEmpty, .notAllowed),
    Row(.patientID, .mayBeEmpty, .notAllowed),
    Row(.issuerOfPatientID, .optional, .notAllowed),
    Row(.issuerOfPatientIDQualifiersSequence, .optional, .notAllowed),
    Row(.otherPatientIDsSequence, .optional, .notAllowed),
    Row(.patientBirthDate, .mayBeEmpty, .notAllowed),
    Row(.patientSex, .mayBeEmpty, .notAllowed),
    Row(.referencedPatientSequence, .mayBeEmpty, .notAllowed, items: fixedReferences),
    Row(.admissionID, .optional, .notAllowed),
    Row(.issuerOfAdmissionIDSequence, .optional, .notAllowed),
    Row(.serviceEpisodeID, .optional, .notAllowed),
    Row(.issuerOfServiceEpisodeIDSequence, .optional, .notAllowed),
    Row(.serviceEpisodeDescription, .optional, .notAllowed),
  ]

  private static let information: [AttributeRequirement] = [
    Row(.performedProcedureStepID, .mandatory, .notAllowed),
    Row(.performedStationAETitle, .mandatory, .notAllowed),
    Row(.performedStationName, .mayBeEmpty, .notAllowed),
    Row(.performedLocation, .mayBeEmpty, .notAllowed),
    Row(.performedProcedureStepStartDate, .mandatory, .notAllowed),
    Row(.performedProcedureStepStartTime, .mandatory, .notAllowed),
    Row(.performedProcedureStepStatus, .mandatory, .optional),
    Row(.performedProcedureStepDescription, .mayBeEmpty, .optional),
    Row(.performedProcedureTypeDescription, .mayBeEmpty, .optional),
    Row(.procedureCodeSequence, .mayBeEmpty, .optional, items: code),
    Row(.reasonForPerformedProcedureCodeSequence, .optional, .optional, items: code),
    Row(.performedProcedureStepEndDate, .mayBeEmpty, .optional, .mandatory),
    Row(.performedProcedureStepEndTime, .mayBeEmpty, .optional, .mandatory),
    Row(.commentsOnThePerformedProcedureStep, .optional, .optional),
    Row(.performedProcedureStepDiscontinuationReasonCodeSequence, .optional, .optional, items: code),
  ]

  private static let results: [AttributeRequirement] = [
    Row(.modality, .mandatory, .notAllowed),
    Row(.studyID, .mayBeEmpty, .notAllowed),
    Row(.performedProtocolCodeSequence, .mayBeEmpty, .optional, items: code),
    Row(
      .performedSeriesSequence, .mayBeEmpty, .optional, .mandatory,
      items: [
        Row(.performingPhysicianName, .mayBeEmpty, .mayBeEmpty, .mayBeEmpty),
        Row(.protocolName, .mandatory, .mandatory, .mandatory),
        Row(.operatorsName, .mayBeEmpty, .mayBeEmpty, .mayBeEmpty),
        Row(.seriesInstanceUID, .mandatory, .mandatory, .mandatory),
        Row(.seriesDescription, .mayBeEmpty, .mayBeEmpty, .mayBeEmpty),
        Row(.retrieveAETitle, .mayBeEmpty, .mayBeEmpty, .mayBeEmpty),
        Row(.archiveRequested, .optional, .optional),
        Row(.referencedImageSequence, .mayBeEmpty, .mayBeEmpty, items: references),
        Row(.referencedNonImageCompositeSOPInstanceSequence, .mayBeEmpty, .mayBeEmpty, items: references),
      ]),
  ]
}
