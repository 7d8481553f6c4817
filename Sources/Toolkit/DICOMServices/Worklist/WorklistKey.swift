// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

/// A key attribute of the modality worklist (PS3.4 table K.6-1).
public struct WorklistKey: Sendable, Hashable {
  /// Return Key Type.
  public enum Return: String, Sendable {
    case type1 = "1"
    case type1C = "1C"
    case type2 = "2"
    case type2C = "2C"
    case type3 = "3"
  }

  public let tag: Tag
  /// R or O; nil for what is only returned.
  public let matching: QueryKey.Kind?
  public let returned: Return
  public let items: [WorklistKey]

  public init(_ tag: Tag, _ matching: QueryKey.Kind?, _ returned: Return, items: [WorklistKey] = []) {
    self.tag = tag
    self.matching = matching
    self.returned = returned
    self.items = items
  }

  /// Table K.6-1 and, of "all other attributes" of its modules, those that worklists are asked for.
  public static let all: [WorklistKey] = step + procedure + request + visit + patient

  private static let references = [
    WorklistKey(.referencedSOPClassUID, .optional, .type1), WorklistKey(.referencedSOPInstanceUID, .optional, .type1),
  ]
  /// PS3.3 table 8.8-1.
  private static let code = [
    WorklistKey(.codeValue, .optional, .type1C), WorklistKey(.codingSchemeDesignator, .optional, .type1C),
    WorklistKey(.codingSchemeVersion, .optional, .type1C), WorklistKey(.codeMeaning, .optional, .type1),
  ]
  /// PS3.3 table 10-17.
  private static let issuer = [
    WorklistKey(.localNamespaceEntityID, .optional, .type1C), WorklistKey(.universalEntityID, .optional, .type1C),
    WorklistKey(.universalEntityIDType, .optional, .type1C),
  ]

  private static let step: [WorklistKey] = [
    WorklistKey(
      .scheduledProcedureStepSequence, .required, .type1,
      items: [
        WorklistKey(.scheduledStationAETitle, .required, .type1),
        WorklistKey(.scheduledProcedureStepStartDate, .required, .type1),
        WorklistKey(.scheduledProcedureStepStartTime, .required, .type1),
        WorklistKey(.modality, .required, .type1),
        WorklistKey(.scheduledPerformingPhysicianName, .required, .type2),
        WorklistKey(.scheduledProcedureStepDescription, .optional, .type1C),
        WorklistKey(.scheduledStationName, .optional, .type2),
        WorklistKey(.scheduledProcedureStepLocation, .optional, .type2),
        WorklistKey(.referencedDefinedProtocolSequence, .optional, .type3, items: references),
        WorklistKey(.referencedPerformedProtocolSequence, .optional, .type3, items: references),
        WorklistKey(
          .scheduledProtocolCodeSequence, .optional, .type1C,
          items: code + [WorklistKey(.protocolContextSequence, nil, .type3)]),
        WorklistKey(.preMedication, .optional, .type2C),
        WorklistKey(.scheduledProcedureStepID, .optional, .type1),
        WorklistKey(.requestedContrastAgent, .optional, .type2C),
        WorklistKey(.scheduledProcedureStepStatus, .optional, .type3),
        WorklistKey(.scheduledProcedureStepEndDate, .optional, .type3),
        WorklistKey(.scheduledProcedureStepEndTime, .optional, .type3),
        WorklistKey(.commentsOnTheScheduledProcedureStep, .optional, .type3),
      ]),
    WorklistKey(
      .scheduledSpecimenSequence, .optional, .type3,
      items: [
        WorklistKey(.containerIdentifier, .optional, .type1),
        WorklistKey(.containerTypeCodeSequence, nil, .type2, items: code),
        WorklistKey(
          .specimenDescriptionSequence, .optional, .type1,
          items: [
            WorklistKey(.specimenIdentifier, .optional, .type1), WorklistKey(.specimenUID, .optional, .type1),
          ]),
      ]),
    WorklistKey(.barcodeValue, .optional, .type3),
  ]

  private static let procedure: [WorklistKey] = [
    WorklistKey(.requestedProcedureID, .optional, .type1),
    WorklistKey(.requestedProcedureDescription, .optional, .type1C),
    WorklistKey(.requestedProcedureCodeSequence, .optional, .type1C, items: code),
    WorklistKey(.studyInstanceUID, .optional, .type1),
    WorklistKey(.studyDate, .optional, .type3),
    WorklistKey(.studyTime, .optional, .type3),
    WorklistKey(.referencedStudySequence, .optional, .type2, items: references),
    WorklistKey(.requestedProcedurePriority, .optional, .type2),
    WorklistKey(.patientTransportArrangements, .optional, .type2),
    WorklistKey(.reasonForTheRequestedProcedure, .optional, .type3),
    WorklistKey(.reasonForRequestedProcedureCodeSequence, .optional, .type3, items: code),
    WorklistKey(.requestedProcedureComments, .optional, .type3),
    WorklistKey(.requestedProcedureLocation, .optional, .type3),
    WorklistKey(.namesOfIntendedRecipientsOfResults, .optional, .type3),
  ]

  private static let request: [WorklistKey] = [
    WorklistKey(.accessionNumber, .optional, .type2),
    WorklistKey(.issuerOfAccessionNumberSequence, .optional, .type3, items: issuer),
    WorklistKey(.requestingPhysician, .optional, .type2),
    WorklistKey(.referringPhysicianName, .optional, .type2),
    WorklistKey(.requestingService, .optional, .type3),
    WorklistKey(.placerOrderNumberImagingServiceRequest, .optional, .type3),
    WorklistKey(.orderPlacerIdentifierSequence, .optional, .type3, items: issuer),
    WorklistKey(.fillerOrderNumberImagingServiceRequest, .optional, .type3),
    WorklistKey(.orderFillerIdentifierSequence, .optional, .type3, items: issuer),
    WorklistKey(.orderEnteredBy, .optional, .type3),
    WorklistKey(.orderCallbackPhoneNumber, .optional, .type3),
    WorklistKey(.imagingServiceRequestComments, .optional, .type3),
  ]

  private static let visit: [WorklistKey] = [
    WorklistKey(.admissionID, .optional, .type2),
    WorklistKey(.issuerOfAdmissionIDSequence, .optional, .type3, items: issuer),
    WorklistKey(.currentPatientLocation, .optional, .type2),
    WorklistKey(.referencedPatientSequence, .optional, .type2, items: references),
    WorklistKey(.patientInstitutionResidence, .optional, .type3),
    WorklistKey(.institutionName, .optional, .type3),
    WorklistKey(.admittingDiagnosesDescription, .optional, .type3),
  ]

  private static let patient: [WorklistKey] = [
    WorklistKey(.patientName, .required, .type1),
    WorklistKey(.patientID, .required, .type1),
    WorklistKey(.issuerOfPatientID, .optional, .type3),
    WorklistKey(
      .issuerOfPatientIDQualifiersSequence, .optional, .type3,
      items: [
        WorklistKey(.universalEntityID, .optional, .type3), WorklistKey(.universalEntityIDType, .optional, .type1C),
      ]),
    WorklistKey(
      .otherPatientIDsSequence, .optional, .type3,
      items: [
        WorklistKey(.patientID, .optional, .type1), WorklistKey(.issuerOfPatientID, .optional, .type3),
        WorklistKey(.typeOfPatientID, .optional, .type1),
      ]),
    WorklistKey(.otherPatientNames, .optional, .type3),
    WorklistKey(.patientBirthDate, .optional, .type2),
    WorklistKey(.patientSex, .optional, .type2),
    WorklistKey(
      .patientPrimaryLanguageCodeSequence, .optional, .type3,
      items: code + [WorklistKey(.patientPrimaryLanguageModifierCodeSequence, .optional, .type3, items: code)]),
    WorklistKey(.patientWeight, .optional, .type2),
    WorklistKey(.patientSize, .optional, .type3),
    WorklistKey(.confidentialityConstraintOnPatientDataDescription, .optional, .type2),
    WorklistKey(.patientAddress, .optional, .type3),
    WorklistKey(.patientTelephoneNumbers, .optional, .type3),
    WorklistKey(.patientComments, .optional, .type3),
    WorklistKey(.patientState, .optional, .type2),
    WorklistKey(.pregnancyStatus, .optional, .type2),
    WorklistKey(.medicalAlerts, .optional, .type2),
    WorklistKey(.allergies, .optional, .type2),
    WorklistKey(.specialNeeds, .optional, .type2),
    WorklistKey(.additionalPatientHistory, .optional, .type3),
    WorklistKey(
      .pertinentDocumentsSequence, .optional, .type3,
      items: [
        WorklistKey(.referencedSOPClassUID, nil, .type1), WorklistKey(.referencedSOPInstanceUID, nil, .type1),
        WorklistKey(.purposeOfReferenceCodeSequence, nil, .type2, items: code),
        WorklistKey(.documentTitle, nil, .type2),
      ]),
  ]
}
