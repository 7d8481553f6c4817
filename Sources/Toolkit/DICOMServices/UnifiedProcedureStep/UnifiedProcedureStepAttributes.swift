// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

/// Attributes of the unified procedure step (PS3.4 table CC.2.5-3).
public enum UnifiedProcedureStepAttributes {
  private typealias Row = AttributeRequirement

  /// N-CREATE and N-SET, and what a final state requires.
  /// - Parameter final: the state that is asked for; codes P and X of the table hold in one of them each.
  public static func rows(_ final: UnifiedProcedureStepState? = nil) -> [AttributeRequirement] {
    common + scheduled + relationship + progress(final == .canceled ? .mandatory : .optional)
      + performed(final == .completed ? .mandatory : .optional)
  }

  /// They are created empty.
  public static let emptyAtCreation: [Tag] = [
    .transactionUID, .procedureStepProgressInformationSequence, .unifiedProcedureStepPerformedProcedureSequence,
  ]

  /// They cannot be asked for, and are in no answer: who knows the Transaction UID controls the step.
  public static let secret: Set<Tag> = [.transactionUID]

  private static let code: [AttributeRequirement] = [Row(.codeMeaning, .mandatory, .mandatory)]

  private static let content: [AttributeRequirement] = [
    Row(.valueType, .mandatory, .mandatory), Row(.conceptNameCodeSequence, .mandatory, .mandatory, items: code),
  ]

  /// Referenced Instances and Access Macro.
  private static let instances: [AttributeRequirement] = [
    Row(.typeOfInstances, .mandatory, .mandatory),
    Row(.studyInstanceUID, .optional, .optional),
    Row(.seriesInstanceUID, .optional, .optional),
    Row(
      .referencedSOPSequence, .mandatory, .mandatory,
      items: [
        Row(.referencedSOPClassUID, .mandatory, .mandatory), Row(.referencedSOPInstanceUID, .mandatory, .mandatory),
      ]),
    Row(
      .dicomRetrievalSequence, .optional, .optional,
      items: [Row(.retrieveAETitle, .mandatory, .mandatory)]),
    Row(
      .dicomMediaRetrievalSequence, .optional, .optional,
      items: [
        Row(.storageMediaFileSetID, .mayBeEmpty, .mayBeEmpty), Row(.storageMediaFileSetUID, .mandatory, .mandatory),
      ]),
    Row(.wadoRetrievalSequence, .optional, .optional, items: [Row(.retrieveURI, .mandatory, .mandatory)]),
    Row(.xdsRetrievalSequence, .optional, .optional, items: [Row(.repositoryUniqueID, .mandatory, .mandatory)]),
    Row(.wadoRSRetrievalSequence, .optional, .optional, items: [Row(.retrieveURL, .mandatory, .mandatory)]),
  ]

  private static let common: [AttributeRequirement] = [
    Row(.sopClassUID, .optional, .notAllowed, .mandatory),
    Row(.sopInstanceUID, .optional, .notAllowed, .mandatory),
    Row(.transactionUID, .mayBeEmpty, .optional),
  ]

  private static let performers: [AttributeRequirement] = [
    Row(.humanPerformerCodeSequence, .mandatory, .mandatory, items: code),
    Row(.humanPerformerName, .mandatory, .mandatory),
    Row(.humanPerformerOrganization, .mandatory, .mandatory),
  ]

  private static let scheduled: [AttributeRequirement] = [
    Row(.scheduledProcedureStepPriority, .mandatory, .optional, .mandatory),
    Row(.scheduledProcedureStepModificationDateTime, .optional, .optional, .mandatory),
    Row(.procedureStepLabel, .mandatory, .optional),
    Row(.worklistLabel, .optional, .optional),
    Row(.scheduledProcessingParametersSequence, .mayBeEmpty, .optional, items: content),
    Row(.scheduledStationNameCodeSequence, .mayBeEmpty, .optional, items: code),
    Row(.scheduledStationClassCodeSequence, .mayBeEmpty, .optional, items: code),
    Row(.scheduledStationGeographicLocationCodeSequence, .mayBeEmpty, .optional, items: code),
    Row(.scheduledHumanPerformersSequence, .mayBeEmpty, .optional, items: performers),
    Row(.scheduledProcedureStepStartDateTime, .mandatory, .optional, .mandatory),
    Row(.expectedCompletionDateTime, .optional, .optional),
    Row(.scheduledProcedureStepExpirationDateTime, .optional, .optional),
    Row(.scheduledWorkitemCodeSequence, .mayBeEmpty, .optional, items: code),
    Row(.commentsOnTheScheduledProcedureStep, .mayBeEmpty, .optional),
    Row(.inputReadinessState, .mandatory, .optional, .mandatory),
    Row(.inputInformationSequence, .mayBeEmpty, .optional, items: instances),
    Row(.studyInstanceUID, .mayBeEmpty, .optional),
    Row(
      .outputDestinationSequence, .optional, .optional,
      items: [
        Row(.stowRSStorageSequence, .optional, .optional, items: [Row(.storageURL, .mandatory, .mandatory)]),
        Row(.xdsStorageSequence, .optional, .optional, items: [Row(.repositoryUniqueID, .mandatory, .mandatory)]),
      ]),
  ]

  private static let relationship: [AttributeRequirement] = [
    Row(.patientName, .mayBeEmpty, .notAllowed),
    Row(.patientID, .mayBeEmpty, .notAllowed),
    Row(.issuerOfPatientID, .mayBeEmpty, .notAllowed),
    Row(.issuerOfPatientIDQualifiersSequence, .mayBeEmpty, .notAllowed),
    Row(.otherPatientIDsSequence, .mayBeEmpty, .optional, items: [Row(.patientID, .mandatory, .mandatory)]),
    Row(.patientBirthDate, .mayBeEmpty, .notAllowed),
    Row(.patientSex, .mayBeEmpty, .notAllowed),
    Row(.admissionID, .mayBeEmpty, .notAllowed),
    Row(.issuerOfAdmissionIDSequence, .mayBeEmpty, .notAllowed),
    Row(.admittingDiagnosesDescription, .mayBeEmpty, .notAllowed),
    Row(.admittingDiagnosesCodeSequence, .mayBeEmpty, .notAllowed, items: code),
    Row(
      .referencedRequestSequence, .mayBeEmpty, .notAllowed,
      items: [
        Row(.studyInstanceUID, .mandatory, .notAllowed),
        Row(.accessionNumber, .mayBeEmpty, .notAllowed),
        Row(.issuerOfAccessionNumberSequence, .mayBeEmpty, .notAllowed),
        Row(.orderPlacerIdentifierSequence, .mayBeEmpty, .notAllowed),
        Row(.orderFillerIdentifierSequence, .mayBeEmpty, .notAllowed),
        Row(.requestedProcedureID, .mayBeEmpty, .notAllowed),
        Row(.requestedProcedureDescription, .mayBeEmpty, .notAllowed),
        Row(.requestedProcedureCodeSequence, .mayBeEmpty, .notAllowed, items: code),
      ]),
    Row(
      .replacedProcedureStepSequence, .optional, .notAllowed,
      items: [
        Row(.referencedSOPClassUID, .mandatory, .notAllowed), Row(.referencedSOPInstanceUID, .mandatory, .notAllowed),
      ]),
    Row(.procedureStepState, .mandatory, .notAllowed, .mandatory),
  ]

  /// - Parameter codeX: of the final state CANCELED.
  private static func progress(_ codeX: AttributeUsage) -> [AttributeRequirement] {
    [
      Row(
        .procedureStepProgressInformationSequence, .mayBeEmpty, .optional, codeX,
        items: [
          Row(.procedureStepProgress, .notAllowed, .optional),
          Row(.procedureStepProgressDescription, .notAllowed, .optional),
          Row(.procedureStepProgressParametersSequence, .notAllowed, .optional, items: content),
          Row(
            .procedureStepCommunicationsURISequence, .notAllowed, .optional,
            items: [Row(.contactURI, .notAllowed, .mandatory)]),
          Row(.procedureStepCancellationDateTime, .notAllowed, .optional, codeX),
          Row(.reasonForCancellation, .notAllowed, .optional),
          Row(.procedureStepDiscontinuationReasonCodeSequence, .notAllowed, .optional, codeX, items: code),
        ])
    ]
  }

  /// - Parameter codeP: of the final state COMPLETED.
  private static func performed(_ codeP: AttributeUsage) -> [AttributeRequirement] {
    [
      Row(
        .unifiedProcedureStepPerformedProcedureSequence, .mayBeEmpty, .optional, codeP,
        items: [
          Row(
            .actualHumanPerformersSequence, .notAllowed, .optional,
            items: [Row(.humanPerformerCodeSequence, .notAllowed, .optional, items: code)]),
          Row(.performedStationNameCodeSequence, .notAllowed, .optional, codeP, items: code),
          Row(.performedStationClassCodeSequence, .notAllowed, .optional, items: code),
          Row(.performedStationGeographicLocationCodeSequence, .notAllowed, .optional, items: code),
          Row(.performedProcedureStepStartDateTime, .notAllowed, .optional, codeP),
          Row(.performedWorkitemCodeSequence, .notAllowed, .optional, codeP, items: code),
          Row(.performedProcessingParametersSequence, .notAllowed, .optional, items: content),
          Row(.performedProcedureStepEndDateTime, .notAllowed, .optional, codeP),
          Row(.outputInformationSequence, .notAllowed, .mayBeEmpty, codeP, items: instances),
        ])
    ]
  }
}
