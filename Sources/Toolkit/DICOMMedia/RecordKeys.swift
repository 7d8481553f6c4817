// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// One key of a directory record, with its type of requirement (PS3.3 §F.5).
public struct RecordKey: Sendable, Hashable {
  /// Type of a key (PS3.5 §7.4).
  public enum Requirement: String, Sendable {
    case one = "1"
    case oneConditional = "1C"
    case two = "2"
    case three = "3"
  }

  public let tag: Tag
  public let requirement: Requirement

  init(_ tag: Tag, _ requirement: Requirement) {
    self.tag = tag
    self.requirement = requirement
  }
}

extension RecordType {
  /// The keys that PS3.3 §F.5 lists for records of this type, Specific Character Set left out, which all may have.
  /// Icons are not among them: they come with the object (`FileSetObject`).
  public var keys: [RecordKey] {
    switch self {
    case .patient, .study, .series: Self.levelKeys[self] ?? []
    case .hangingProtocol, .palette, .implant, .implantAssembly, .implantGroup: Self.generalKeys[self] ?? []
    case .rtDose, .rtStructureSet, .rtPlan, .rtTreatmentRecord, .radiotherapy: Self.therapyKeys[self] ?? []
    case .registration, .fiducial, .valueMap, .measurement, .surface, .tract, .annotation:
      Self.dated + Self.identified
    default: Self.instanceKeys[self] ?? []
    }
  }

  /// What stands in records beside the keys that PS3.3 asks for, where the object has it: it tells patients apart.
  var extraKeys: [Tag] {
    self == .patient ? [.issuerOfPatientID, .patientBirthDate, .patientSex] : []
  }

  private static let dated = [RecordKey(.contentDate, .one), RecordKey(.contentTime, .one)]
  /// Content Identification Macro (PS3.3 table 10-12).
  private static let identified = [
    RecordKey(.instanceNumber, .one), RecordKey(.contentLabel, .one), RecordKey(.contentDescription, .two),
    RecordKey(.contentCreatorName, .two),
  ]

  private static let levelKeys: [RecordType: [RecordKey]] = [
    .patient: [RecordKey(.patientName, .two), RecordKey(.patientID, .one)],
    .study: [
      RecordKey(.studyDate, .one), RecordKey(.studyTime, .one), RecordKey(.studyDescription, .two),
      RecordKey(.studyInstanceUID, .one), RecordKey(.studyID, .one), RecordKey(.accessionNumber, .two),
    ],
    .series: [
      RecordKey(.modality, .one), RecordKey(.seriesInstanceUID, .one), RecordKey(.seriesNumber, .one),
    ],
  ]

  private static let instanceKeys: [RecordType: [RecordKey]] = [
    .image: [RecordKey(.instanceNumber, .one)],
    .presentation: [
      RecordKey(.presentationCreationDate, .one), RecordKey(.presentationCreationTime, .one),
      RecordKey(.referencedSeriesSequence, .oneConditional), RecordKey(.blendingSequence, .oneConditional),
    ] + identified,
    .waveform: [RecordKey(.instanceNumber, .one)] + dated,
    .srDocument: [
      RecordKey(.instanceNumber, .one), RecordKey(.completionFlag, .one), RecordKey(.verificationFlag, .one),
      RecordKey(.verificationDateTime, .oneConditional), RecordKey(.conceptNameCodeSequence, .one),
      RecordKey(.contentSequence, .oneConditional),
    ] + dated,
    .keyObjectDocument: [
      RecordKey(.instanceNumber, .one), RecordKey(.conceptNameCodeSequence, .one),
      RecordKey(.contentSequence, .oneConditional),
    ] + dated,
    .spectroscopy: [
      RecordKey(.imageType, .one), RecordKey(.instanceNumber, .one),
      RecordKey(.referencedImageEvidenceSequence, .oneConditional), RecordKey(.numberOfFrames, .one),
      RecordKey(.rows, .one), RecordKey(.columns, .one), RecordKey(.dataPointRows, .one),
      RecordKey(.dataPointColumns, .one),
    ] + dated,
    .rawData: [RecordKey(.instanceNumber, .two)] + dated,
    .encapsulatedDocument: [
      RecordKey(.contentDate, .two), RecordKey(.contentTime, .two), RecordKey(.instanceNumber, .one),
      RecordKey(.documentTitle, .two), RecordKey(.hl7InstanceIdentifier, .oneConditional),
      RecordKey(.conceptNameCodeSequence, .two), RecordKey(.mimeTypeOfEncapsulatedDocument, .one),
    ],
    .surfaceScan: dated,
    .assessment: [
      RecordKey(.instanceNumber, .one), RecordKey(.instanceCreationDate, .one),
      RecordKey(.instanceCreationTime, .two),
    ],
  ]

  private static let therapyKeys: [RecordType: [RecordKey]] = [
    .rtDose: [
      RecordKey(.instanceNumber, .one), RecordKey(.doseSummationType, .one), RecordKey(.doseComment, .three),
    ],
    .rtStructureSet: [
      RecordKey(.instanceNumber, .one), RecordKey(.structureSetLabel, .one), RecordKey(.structureSetDate, .two),
      RecordKey(.structureSetTime, .two),
    ],
    .rtPlan: [
      RecordKey(.instanceNumber, .one), RecordKey(.rtPlanLabel, .one), RecordKey(.rtPlanDate, .two),
      RecordKey(.rtPlanTime, .two),
    ],
    .rtTreatmentRecord: [
      RecordKey(.instanceNumber, .one), RecordKey(.treatmentDate, .two), RecordKey(.treatmentTime, .two),
    ],
    .radiotherapy: [
      RecordKey(.instanceNumber, .one), RecordKey(.userContentLabel, .oneConditional),
      RecordKey(.userContentLongLabel, .oneConditional), RecordKey(.contentDescription, .two),
      RecordKey(.contentCreatorName, .two),
    ],
  ]

  private static let generalKeys: [RecordType: [RecordKey]] = [
    .hangingProtocol: [
      RecordKey(.hangingProtocolName, .one), RecordKey(.hangingProtocolDescription, .one),
      RecordKey(.hangingProtocolLevel, .one), RecordKey(.hangingProtocolCreator, .one),
      RecordKey(.hangingProtocolCreationDateTime, .one), RecordKey(.hangingProtocolDefinitionSequence, .one),
      RecordKey(.numberOfPriorsReferenced, .one),
      RecordKey(.hangingProtocolUserIdentificationCodeSequence, .two),
    ],
    .palette: [RecordKey(.contentLabel, .one), RecordKey(.contentDescription, .two)],
    .implant: [
      RecordKey(.manufacturer, .one), RecordKey(.implantName, .one), RecordKey(.implantSize, .oneConditional),
      RecordKey(.implantPartNumber, .one),
    ],
    .implantAssembly: [
      RecordKey(.implantAssemblyTemplateName, .one), RecordKey(.manufacturer, .one),
      RecordKey(.procedureTypeCodeSequence, .one),
    ],
    .implantGroup: [
      RecordKey(.implantTemplateGroupName, .one), RecordKey(.implantTemplateGroupDescription, .three),
      RecordKey(.implantTemplateGroupIssuer, .one),
    ],
  ]
}
