// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMMedia
import Testing

@Suite struct FileSetBuilderTests {
  @Test func patientsStudiesAndSeriesAreMadeOnce() throws {
    let directory = try MediaSamples.builder().directory()
    #expect(directory.records.map { $0.keys.string(.patientID) } == ["P1", "P2"])
    #expect(directory.records.map { $0.children.count } == [2, 1])
    #expect(directory.records[0].children[0].children.map { $0.children.count } == [2, 2])
    #expect(directory.referencedFiles.count == 7)
    #expect(
      directory.referencedFiles.first?.reference?.fileID.components
        == ["DICOM", "PT000001", "ST000001", "SE000001", "IM000001"])
    #expect(Set(directory.referencedFiles.compactMap(\.reference?.fileID)).count == 7)
    #expect(DirectoryCheck.check(directory, profile: .generalCD).isEmpty)
  }

  @Test func onlyRecordsWithSuchTextDeclareTheirCharacters() throws {
    let directory = try MediaSamples.builder().directory()
    for record in directory.allRecords {
      let isMueller = record.type == .patient && record.keys.string(.patientID) == "P1"
      #expect((record.keys[.specificCharacterSet] != nil) == isMueller)
    }
  }

  @Test func whatAnObjectLacksIsSupplied() throws {
    var bare = DataSet()
    bare.set(.sopClassUID, .ctImageStorage)
    bare.set(.sopInstanceUID, "2.25.1")
    bare.set(.studyInstanceUID, "2.25.2")
    bare.set(.seriesInstanceUID, "2.25.3")
    bare.set(.acquisitionDate, .DA, "20250203")
    var builder = FileSetBuilder()
    _ = try builder.add(MediaSamples.object(bare))
    let directory = builder.directory()
    #expect(DirectoryCheck.check(directory).isEmpty)
    let study = try #require(directory.allRecords.first { $0.type == .study })
    #expect(study.keys.string(.studyDate) == "20250203" && study.keys.string(.studyTime) == "000000")
    #expect(
      Set(builder.supplied.map(\.tag)) == [
        .patientID, .studyDate, .studyTime, .studyID, .modality, .seriesNumber, .instanceNumber,
      ])
    // Keys of type 2 are there without value.
    #expect(study.keys[.accessionNumber]?.isEmpty == true)
  }

  @Test func whatCannotBeAddedLeavesNoTrace() throws {
    var builder = try MediaSamples.builder()
    let before = builder.directory(instance: "2.25.1")
    #expect(throws: MediaError(.duplicateInstance, "")) { try builder.add(MediaSamples.object(MediaSamples.header())) }
    var other = MediaSamples.header(instance: 50)
    #expect(throws: MediaError(.invalidFileID, "")) {
      try builder.add(MediaSamples.object(other), at: FileID(unchecked: ["lower"]))
    }
    other.set(.sopClassUID, .mediaStorageDirectoryStorage)
    #expect(throws: MediaError(.notReferable, "")) { try builder.add(MediaSamples.object(other)) }
    other.remove(.sopInstanceUID)
    #expect(throws: MediaError(.missingUID, "")) { try builder.add(MediaSamples.object(other)) }
    #expect(builder.directory(instance: "2.25.1") == before)
  }

  @Test func reportsKeepWhatModifiesTheirTitle() throws {
    func item(_ relationship: String, _ type: String) -> DataSet {
      var item = DataSet()
      item.set(.relationshipType, .CS, relationship)
      item.set(.valueType, .CS, type)
      return item
    }
    func observer(_ time: String) -> DataSet {
      var item = DataSet()
      item.set(.verificationDateTime, .DT, time)
      return item
    }
    var report = MediaSamples.header(.basicTextSRStorage)
    report.set(.contentDate, .DA, "20260201")
    report.set(.contentTime, .TM, "10")
    report.set(.completionFlag, .CS, "COMPLETE")
    report.set(.verificationFlag, .CS, "VERIFIED")
    report.set(.contentSequence, items: [item("HAS CONCEPT MOD", "CODE"), item("CONTAINS", "TEXT")])
    report.set(.verifyingObserverSequence, items: [observer("20260202"), observer("20260203")])
    report.set(.conceptNameCodeSequence, items: [DataSet()])
    var builder = FileSetBuilder()
    _ = try builder.add(MediaSamples.object(report))
    let record = try #require(builder.directory().referencedFiles.first)
    #expect(record.type == .srDocument)
    #expect(record.keys.items(.contentSequence).map { $0.string(.relationshipType) } == ["HAS CONCEPT MOD"])
    #expect(record.keys.string(.verificationDateTime) == "20260203")
  }

  @Test func objectsOfNoPatientStandBelowTheRoot() throws {
    var palette = DataSet()
    palette.set(.sopClassUID, .colorPaletteStorage)
    palette.set(.sopInstanceUID, "2.25.9")
    palette.set(.contentLabel, .CS, "HOT")
    var builder = FileSetBuilder()
    let place = try builder.add(MediaSamples.object(palette))
    #expect(place.components == ["DICOM", "GENERAL", "GE000001"])
    #expect(builder.directory().records.map(\.type) == [.palette])
  }

  @Test func wrongAndMissingKeysAreFound() throws {
    var directory = try MediaSamples.builder().directory()
    var image = directory.records[0].children[0].children[0].children[0]
    image.keys.remove(.instanceNumber)
    image.reference?.transferSyntax = TransferSyntax.jpegBaseline8Bit.uid
    directory.records[0].children[0].children[0].children.append(image)
    let kinds = Set(DirectoryCheck.check(directory, profile: .generalCD).map(\.kind))
    #expect(kinds == [.missingKey, .duplicate, .transferSyntax])
    var changed = MediaSamples.header()
    changed.set(.patientName, .PN, "Changed^Name")
    changed.set(.sopInstanceUID, "2.25.4")
    let record = try MediaSamples.builder().directory().records[0]
    let study = record.children[0]
    let problems = DirectoryCheck.check(
      study.children[0].children[0], ancestors: [record, study, study.children[0]],
      against: MediaSamples.object(changed))
    #expect(problems.map(\.kind) == [.wrongKey, .wrongKey])
  }
}
