// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMTestKit
import DICOMValidation
import Testing

/// Directories, waveforms, lists of references and the content of documents.
struct SpecialObjectTests {
  @Test func directoryRecords() {
    let record = DataSet.build([
      .offsetOfTheNextDirectoryRecord: 0, .recordInUseFlag: 65535, .offsetOfReferencedLowerLevelDirectoryEntity: 0,
      .directoryRecordType: "STUDY", .studyDate: [], .studyDescription: [], .studyID: "1", .accessionNumber: [],
      .studyInstanceUID: "2.25.1", .institutionName: "any attribute is allowed",
    ])
    var unknown = record
    unknown.set(.directoryRecordType, .CS, "FOLDER")
    let directory = DataSet.build([
      .fileSetID: [], .offsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity: 400,
      .offsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity: 400, .fileSetConsistencyFlag: 0,
      .directoryRecordSequence: .items([record, unknown]),
    ])
    let findings = Validator.validate(directory, sopClass: .mediaStorageDirectoryStorage)
    #expect(findings.kinds("DirectoryRecordSequence[0].StudyDate") == [.emptyAttribute])
    #expect(findings.kinds("DirectoryRecordSequence[0].StudyTime") == [.missingAttribute])
    #expect(findings.kinds("DirectoryRecordSequence[0].InstitutionName") == [])
    #expect(findings.kinds("DirectoryRecordSequence[1].DirectoryRecordType") == [.enumeratedValue])
    #expect(findings.first { $0.path.hasSuffix("StudyTime") }?.clause == "PS3.3 F.5.2")
  }

  @Test func waveforms() {
    let channel = DataSet.build([.waveformBitsStored: 16])
    var group = DataSet.build([
      .waveformOriginality: "ORIGINAL", .numberOfWaveformChannels: 1, .numberOfWaveformSamples: 10,
      .waveformBitsAllocated: 16, .multiplexGroupTimeOffset: "0", .channelDefinitionSequence: .items([channel]),
      .waveformData: .typed(.OW, .bytes([UInt8](repeating: 0, count: 20))),
    ])
    func check() -> [ValidationFinding] {
      Validator.validate(DataSet.build([.waveformSequence: .items([group])]), sopClass: .twelveLeadECGWaveformStorage)
    }
    #expect(check().kinds("WaveformSequence[0].WaveformData") == [])
    #expect(check().kinds("WaveformSequence[0].MultiplexGroupTimeOffset") == [.unexpectedAttribute])
    group.set(.numberOfWaveformChannels, .US, integers: [2])
    #expect(check().kinds("WaveformSequence[0].WaveformData") == [.inconsistentValues])
    #expect(check().kinds("WaveformSequence[0].ChannelDefinitionSequence") == [.itemCount])
  }

  @Test func listsOfReferencesBelongToReferences() {
    var image = SampleObjects.ct()
    let instance = DataSet.build([
      .referencedSOPClassUID: "1.2.840.10008.5.1.4.1.1.2", .referencedSOPInstanceUID: "2.25.9",
    ])
    let series = DataSet.build([
      .referencedInstanceSequence: .items([instance]), .seriesInstanceUID: "2.25.8",
    ])
    image.set(.referencedSeriesSequence, items: [series])
    #expect(Validator.validate(image).kinds("ReferencedSeriesSequence") == [.inconsistentValues])
    image.set(.sourceImageSequence, items: [instance])
    #expect(Validator.validate(image).kinds("ReferencedSeriesSequence") == [])
  }

  @Test func relationshipsOfContent() {
    var document = SampleObjects.basicText()
    let text = document.items(.contentSequence)[0]
    #expect(Validator.validate(document).contains { $0.kind == .contentRelationship } == false)
    var wrong = text
    wrong.set(.relationshipType, .CS, "SELECTED FROM")
    document.set(.contentSequence, items: [text, wrong])
    #expect(Validator.validate(document).kinds("ContentSequence[1].RelationshipType") == [.contentRelationship])
    #expect(Validator.validate(document).kinds("ContentSequence[0].RelationshipType") == [])
  }

  @Test func deepSequencesAreFollowedToALimit() {
    var item = DataSet.build([.patientSex: "X"])
    for _ in 0..<200 { item = DataSet.build([.contentSequence: .items([item])]) }
    let findings = Validator.validate(item, sopClass: .basicTextSRStorage)
    #expect(!findings.contains { $0.path.hasSuffix("].PatientSex") })
  }
}
