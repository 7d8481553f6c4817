// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Directory Record Type (0004,1430) (PS3.3 §F.3.2.2, §F.4).
public struct RecordType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  private init(_ name: String) { rawValue = name }

  public static let patient = RecordType("PATIENT")
  public static let study = RecordType("STUDY")
  public static let series = RecordType("SERIES")
  public static let image = RecordType("IMAGE")
  public static let rtDose = RecordType("RT DOSE")
  public static let rtStructureSet = RecordType("RT STRUCTURE SET")
  public static let rtPlan = RecordType("RT PLAN")
  public static let rtTreatmentRecord = RecordType("RT TREAT RECORD")
  public static let presentation = RecordType("PRESENTATION")
  public static let waveform = RecordType("WAVEFORM")
  public static let srDocument = RecordType("SR DOCUMENT")
  public static let keyObjectDocument = RecordType("KEY OBJECT DOC")
  public static let spectroscopy = RecordType("SPECTROSCOPY")
  public static let rawData = RecordType("RAW DATA")
  public static let registration = RecordType("REGISTRATION")
  public static let fiducial = RecordType("FIDUCIAL")
  public static let encapsulatedDocument = RecordType("ENCAP DOC")
  public static let valueMap = RecordType("VALUE MAP")
  public static let stereometric = RecordType("STEREOMETRIC")
  public static let plan = RecordType("PLAN")
  public static let measurement = RecordType("MEASUREMENT")
  public static let surface = RecordType("SURFACE")
  public static let surfaceScan = RecordType("SURFACE SCAN")
  public static let tract = RecordType("TRACT")
  public static let assessment = RecordType("ASSESSMENT")
  public static let radiotherapy = RecordType("RADIOTHERAPY")
  public static let annotation = RecordType("ANNOTATION")
  public static let hangingProtocol = RecordType("HANGING PROTOCOL")
  public static let palette = RecordType("PALETTE")
  public static let implant = RecordType("IMPLANT")
  public static let implantAssembly = RecordType("IMPLANT ASSY")
  public static let implantGroup = RecordType("IMPLANT GROUP")
  public static let privateRecord = RecordType("PRIVATE")
  /// Multi-Referenced File Directory Record, retired: a file that several records name by the offset of this one.
  public static let multiReferenced = RecordType("MRDR")

  /// The types that stand for instances of a series.
  public static let instances: [RecordType] = [
    .image, .rtDose, .rtStructureSet, .rtPlan, .rtTreatmentRecord, .presentation, .waveform, .srDocument,
    .keyObjectDocument, .spectroscopy, .rawData, .registration, .fiducial, .encapsulatedDocument, .valueMap,
    .stereometric, .plan, .measurement, .surface, .surfaceScan, .tract, .assessment, .radiotherapy, .annotation,
  ]
  /// The types that stand below the root and belong to no patient.
  public static let general: [RecordType] = [.hangingProtocol, .palette, .implant, .implantAssembly, .implantGroup]
  /// All that are in force.
  public static let all: [RecordType] = [.patient, .study, .series] + instances + general + [.privateRecord]

  public var description: String { rawValue }

  /// Whether a record of this type may stand below one of another type, or below the root for nil (PS3.3 table F.4-1).
  public func isAllowed(below parent: RecordType?) -> Bool {
    if self == .privateRecord || parent == .privateRecord { return true }
    return switch parent {
    case nil: self == .patient || Self.general.contains(self)
    case .patient?: self == .study
    case .study?: self == .series
    case .series?: Self.instances.contains(self)
    default: false
    }
  }

  /// The type of the records that stand for instances of a SOP class (PS3.3 §F.4): `privateRecord` for a class that the
  /// standard has no type for; nil where a directory does not list such objects.
  public static func of(sopClass: UID) -> RecordType? {
    if sopClass == .mediaStorageDirectoryStorage || sopClass == .inventoryStorage { return nil }
    if let found = exact[sopClass] { return found }
    let text = sopClass.rawValue
    guard text.hasPrefix(storage) else { return .privateRecord }
    let rest = text.dropFirst(storage.count)
    if let found = families.first(where: { rest.hasPrefix($0.prefix) }) { return found.type }
    let isKnown = UIDDictionary.entry(for: sopClass)?.type == "SOP Class"
    return isKnown && !others.contains(String(rest)) ? .image : .privateRecord
  }

  private static let storage = "1.2.840.10008.5.1.4.1.1."

  /// Storage SOP classes without images of which no record type in force speaks: retired stand-alone objects, threats.
  private static let others: Set<String> = ["8", "9", "9.1", "10", "11", "129", "501.3"]

  /// Families of SOP classes by the beginning of their UIDs behind the storage root.
  private static let families: [(prefix: String, type: RecordType)] = [
    ("9.100.", .presentation), ("9.", .waveform), ("11.", .presentation), ("68.", .surfaceScan),
    ("78.", .measurement), ("80.", .measurement), ("88.", .srDocument), ("104.", .encapsulatedDocument),
    ("200.", .plan), ("481.1", .radiotherapy), ("481.2", .radiotherapy),
  ]

  private static let exact: [UID: RecordType] = [
    .standaloneCurveStorage: .privateRecord, .waveformStorageTrial: .privateRecord,
    .mrSpectroscopyStorage: .spectroscopy, .rawDataStorage: .rawData, .spatialRegistrationStorage: .registration,
    .deformableSpatialRegistrationStorage: .registration, .spatialFiducialsStorage: .fiducial,
    .surfaceSegmentationStorage: .surface, .tractographyResultsStorage: .tract,
    .realWorldValueMappingStorage: .valueMap, .stereometricRelationshipStorage: .stereometric,
    .spectaclePrescriptionReportStorage: .srDocument, .macularGridThicknessAndVolumeReportStorage: .srDocument,
    .keyObjectSelectionDocumentStorage: .keyObjectDocument, .contentAssessmentResultsStorage: .assessment,
    .microscopyBulkSimpleAnnotationsStorage: .annotation, .basicStructuredDisplayStorage: .presentation,
    .rtImageStorage: .image, .rtDoseStorage: .rtDose, .rtStructureSetStorage: .rtStructureSet,
    .rtPlanStorage: .rtPlan, .rtIonPlanStorage: .rtPlan, .rtBeamsTreatmentRecordStorage: .rtTreatmentRecord,
    .rtBrachyTreatmentRecordStorage: .rtTreatmentRecord, .rtTreatmentSummaryRecordStorage: .rtTreatmentRecord,
    .rtIonBeamsTreatmentRecordStorage: .rtTreatmentRecord, .enhancedRTImageStorage: .image,
    .enhancedContinuousRTImageStorage: .image, .rtBeamsDeliveryInstructionStorage: .plan,
    .rtBrachyApplicationSetupDeliveryInstructionStorage: .plan, .hangingProtocolStorage: .hangingProtocol,
    .colorPaletteStorage: .palette, .genericImplantTemplateStorage: .implant,
    .implantAssemblyTemplateStorage: .implantAssembly, .implantTemplateGroupStorage: .implantGroup,
    .ultrasoundWaveformStorage: .waveform,
  ]
}
