// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMMedia
import Testing

@Suite struct RecordTypeTests {
  /// Of PS3.3 §F.4 and the IODs of PS3.3 Annex A.
  private static let table: [(UID, RecordType?)] = [
    (.ctImageStorage, .image), (.segmentationStorage, .image), (.rtImageStorage, .image), (.rtDoseStorage, .rtDose),
    (.rtStructureSetStorage, .rtStructureSet), (.rtPlanStorage, .rtPlan), (.rtIonPlanStorage, .rtPlan),
    (.rtBeamsTreatmentRecordStorage, .rtTreatmentRecord), (.rtIonBeamsTreatmentRecordStorage, .rtTreatmentRecord),
    (.grayscaleSoftcopyPresentationStateStorage, .presentation), (.twelveLeadECGWaveformStorage, .waveform),
    (.xRayRadiationDoseSRStorage, .srDocument), (.keyObjectSelectionDocumentStorage, .keyObjectDocument),
    (.mrSpectroscopyStorage, .spectroscopy), (.rawDataStorage, .rawData), (.spatialRegistrationStorage, .registration),
    (.spatialFiducialsStorage, .fiducial), (.hangingProtocolStorage, .hangingProtocol),
    (.encapsulatedPDFStorage, .encapsulatedDocument), (.realWorldValueMappingStorage, .valueMap),
    (.stereometricRelationshipStorage, .stereometric), (.colorPaletteStorage, .palette),
    (.genericImplantTemplateStorage, .implant), (.implantAssemblyTemplateStorage, .implantAssembly),
    (.implantTemplateGroupStorage, .implantGroup), (.rtBeamsDeliveryInstructionStorage, .plan),
    (.visualAcuityMeasurementsStorage, .measurement), (.surfaceSegmentationStorage, .surface),
    (.surfaceScanMeshStorage, .surfaceScan), (.tractographyResultsStorage, .tract),
    (.contentAssessmentResultsStorage, .assessment), (.rtPhysicianIntentStorage, .radiotherapy),
    (.microscopyBulkSimpleAnnotationsStorage, .annotation), (.basicStructuredDisplayStorage, .presentation),
    (.waveformPresentationStateStorage, .presentation), (.spectaclePrescriptionReportStorage, .srDocument),
    (.mediaStorageDirectoryStorage, nil), ("1.2.3.4", .privateRecord),
  ]

  @Test func sopClassesHaveTheTypeOfTheStandard() {
    for (sopClass, type) in Self.table { #expect(RecordType.of(sopClass: sopClass) == type, "\(sopClass)") }
  }

  @Test func everyTypeIsThatOfSomeClass() {
    let types = Set(StorageSOPClasses.all.compactMap { RecordType.of(sopClass: $0) })
    #expect(Set(RecordType.instances + RecordType.general).subtracting(types) == [])
    #expect(!types.contains(.privateRecord), "a class in force has no type")
  }

  @Test func recordsStandWhereTableF4Says() {
    for type in RecordType.all where type != .privateRecord {
      let parents = ([nil] + RecordType.all.map { $0 }).filter { $0 != .privateRecord && type.isAllowed(below: $0) }
      switch type {
      case .patient, .hangingProtocol, .palette, .implant, .implantAssembly, .implantGroup:
        #expect(parents == [nil])
      case .study: #expect(parents == [.patient])
      case .series: #expect(parents == [.study])
      default: #expect(parents == [.series], "\(type)")
      }
      #expect(RecordType.privateRecord.isAllowed(below: type))
    }
  }

  @Test func profilesAllowWhatTheyList() {
    #expect(ApplicationProfile.named("std-gen-cd") == .generalCD)
    #expect(ApplicationProfile.named("STD-XYZ") == nil)
    for profile in ApplicationProfile.all {
      #expect(profile.allows(TransferSyntax.explicitVRLittleEndian.uid))
      #expect(!profile.allows(TransferSyntax.implicitVRLittleEndian.uid))
      #expect(profile.allows(TransferSyntax.jpegLosslessSV1.uid) == profile.name.hasSuffix("-JPEG"))
      #expect(profile.allows(TransferSyntax.jpeg2000Lossless.uid) == profile.name.hasSuffix("-J2K"))
    }
  }
}
