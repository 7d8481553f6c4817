// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import SQLTestKit
import SQLStore
import SegmentStore
import SystemTestKit
import Testing

/// Corrections on a disk and on each engine: what they make of answers and of bytes, and that they can be undone.
@Suite struct CorrectionTests {
  private let ada = Corrector("ada", "wrong patient at the console")

  /// Studies of the patients P1 and P2, two series of three instances each.
  private func instances(_ change: (inout DataSet) -> Void = { _ in }) throws -> [TestInstance] {
    try [(1, 1), (1, 2), (2, 1), (2, 2)].flatMap { study, series in
      try (1...3).map { number in
        try TestInstance(study, series, number, pixels: 700, seed: UInt64(number)) { dataSet in
          dataSet.set(.patientName, .PN, study == 1 ? "DOE^JANE" : "ROE^RICHARD")
          dataSet.set(.studyDescription, .LO, "STUDY \(study)")
          dataSet.set(.patientBirthDate, .DA, "1970010\(study)")
          change(&dataSet)
        }
      }
    }
  }

  private func checkOriginals(_ site: CorrectionSite, _ instances: [TestInstance]) throws {
    for instance in instances {
      let stored = try site.stored(instance.identity.instance)
      #expect(try site.archive.dataSetBytes(stored) == instance.bytes)
    }
    #expect(try site.findings().isEmpty)
  }

  /// Corrections outlive their own files in the study files of the studies that they concern.
  @Test(arguments: Engine.available) func studyFilesKeepTheRecordsOfTheirCorrections(_ engine: Engine) throws {
    let site = try CorrectionSite(engine)
    let instances = try instances()
    try site.send(instances)
    _ = try site.corrections.merge(PatientKey(id: "P1"), into: PatientKey(id: "P2"), by: ada)
    let rejection = try site.corrections.reject(.instances(["1.2.2.1.1"]), for: .quality, by: ada)
    _ = try site.corrections.undo(rejection.name, by: ada)
    #expect(try site.lifeCycle.run().settled == 2)
    try checkOriginals(site, instances)
    for attempt in 1...2 {
      let (other, summary) = try site.reindexed(hasRecords: attempt == 2)
      #expect(summary.unusable.isEmpty && summary.indexed == instances.count)
      #expect(try other.dump().filter { !$0.hasPrefix("records/") } == site.dump().filter { !$0.hasPrefix("records/") })
      // They have files of their own again.
      var names: Set<String> = []
      try RecordFiles(root: other.folder.path).records(behind: [:]) { record, _ in names.insert(record.name) }
      #expect(names.count == 3)
    }
  }

  private func checkReindexed(_ site: CorrectionSite) throws {
    let (other, summary) = try site.reindexed()
    #expect(summary.unusable.isEmpty)
    #expect(try other.dump() == site.dump())
  }

  @Test(arguments: Engine.available) func mergedPatientsAreOne(_ engine: Engine) throws {
    let site = try CorrectionSite(engine)
    let instances = try instances()
    try site.send(instances)
    let before = try site.dump()
    let merge = try site.corrections.merge(PatientKey(id: "P1"), into: PatientKey(id: "P2"), by: ada)
    #expect(try site.answers(.patient, .patientID, .LO, "P1").isEmpty)
    let patient = try #require(try site.answers(.patient, .patientID, .LO, "P2").first)
    #expect(patient.string(.patientName) == "ROE^RICHARD" && patient.integer(.numberOfPatientRelatedInstances) == 12)
    #expect(try site.index.studyList(StudyListQuery(text: "roe")).total == 2)
    #expect(try site.index.studyList(StudyListQuery(text: "doe")).total == 0)
    let out = try site.outgoing("1.2.1.1.1")
    #expect(out.string(.patientID) == "P2" && out.string(.patientName) == "ROE^RICHARD")
    #expect(out.string(.patientBirthDate) == "19700102")
    #expect(out.bytes(.pixelData) == (try site.outgoing("1.2.2.1.1")).bytes(.pixelData))
    let item = try #require(out.items(.originalAttributesSequence).first)
    #expect(item.string(.reasonForTheAttributeModification) == "CORRECT" && item.string(.modifyingSystem) == "MARTLET")
    let original = try #require(item.items(.modifiedAttributesSequence).first)
    #expect(original.string(.patientID) == "P1" && original.string(.patientName) == "DOE^JANE")
    #expect(try site.outgoing("1.2.2.1.1").items(.originalAttributesSequence).isEmpty)
    try checkOriginals(site, instances)
    // What arrives for the merged patient follows.
    let late = try TestInstance(1, 1, 9)
    try site.send([late])
    #expect(try site.outgoing("1.2.1.1.9").string(.patientID) == "P2")
    #expect(try site.answers(.patient, .patientID, .LO, "P1").isEmpty)
    #expect(try site.send([late]) == [.duplicate(late.identity)])
    try checkReindexed(site)
    _ = try site.corrections.undo(merge.name, by: ada)
    #expect(try site.outgoing("1.2.1.1.9").string(.patientID) == "P1")
    #expect(try site.answers(.patient, .patientID, .LO, "P1").count == 1)
    try checkOriginals(site, instances + [late])
    try checkReindexed(site)
    #expect(try site.dump().count == before.count + 1 + 2 + 1)
    #expect(throws: CorrectionError.self) { try site.corrections.undo(merge.name, by: ada) }
  }

  @Test(arguments: Engine.available) func demographicsAreUpdatedInTheCharacterSetOfTheObject(_ engine: Engine) throws {
    let site = try CorrectionSite(engine)
    try site.send(try instances { $0.set(.specificCharacterSet, .CS, "ISO_IR 100") })
    let update = try site.corrections.update(
      .patient(PatientKey(id: "P1")),
      values: [.init(.patientName, .PN, "Müller^Zoë"), .init(.patientSex, .CS, "F")], by: ada)
    let out = try site.outgoing("1.2.1.2.3")
    #expect(out.string(.patientName) == "Müller^Zoë" && out.strings(.specificCharacterSet) == ["ISO_IR 100"])
    #expect(out.bytes(.patientName)?.count == 10)
    #expect(try site.index.studyList(StudyListQuery(text: "muller")).total == 1)
    // A name that the character set lacks turns the header to UTF-8.
    _ = try site.corrections.update(
      .patient(PatientKey(id: "P1")), values: [.init(.patientName, .PN, "Ковальчук^Анна")], by: ada)
    let wide = try site.outgoing("1.2.1.2.3")
    #expect(wide.string(.patientName) == "Ковальчук^Анна" && wide.strings(.specificCharacterSet) == ["ISO_IR 192"])
    let history = wide.items(.originalAttributesSequence).compactMap {
      $0.items(.modifiedAttributesSequence).first?.string(.patientName)
    }
    #expect(history == ["DOE^JANE", "Müller^Zoë"])
    try checkReindexed(site)
    _ = try site.corrections.undo(update.name, by: ada)
    #expect(try site.outgoing("1.2.1.2.3").string(.patientSex) == nil)
    #expect(try site.outgoing("1.2.1.2.3").string(.patientName) == "Ковальчук^Анна")
    #expect(try site.corrections.index.corrections(ofStudy: "1.2.1", offset: 0, limit: 9).count == 3)
    #expect(try site.corrections.index.corrections(ofStudy: "1.2.2", offset: 0, limit: 9).isEmpty)
  }

  @Test(arguments: Engine.available) func seriesAndStudiesMove(_ engine: Engine) throws {
    let site = try CorrectionSite(engine)
    let instances = try instances()
    try site.send(instances)
    let move = try site.corrections.move(.series(study: "1.2.1", series: "1.2.1.2"), into: "1.2.2", by: ada)
    let out = try site.outgoing("1.2.1.2.1")
    #expect(out.uid(.studyInstanceUID) == "1.2.2" && out.string(.patientID) == "P2")
    #expect(out.string(.studyDescription) == "STUDY 2" && out.uid(.seriesInstanceUID) == "1.2.1.2")
    #expect(try site.index.instances(InstanceSelection(studies: ["1.2.2"])).count == 9)
    _ = try site.corrections.move(study: "1.2.2", to: PatientKey(id: "P1"), by: ada)
    #expect(try site.answers(.study, .patientID, .LO, "P1").count == 2)
    #expect(try site.outgoing("1.2.1.2.1").string(.patientID) == "P1")
    try checkReindexed(site)
    _ = try site.corrections.undo(move.name, by: ada)
    #expect(try site.index.instances(InstanceSelection(studies: ["1.2.1"])).count == 6)
    #expect(try site.answers(.patient, .patientID, .LO, "P2").isEmpty)
    // An unknown patient needs a name.
    #expect(throws: CorrectionError.self) {
      try site.corrections.move(study: "1.2.1", to: PatientKey(id: "NEW", issuer: "WARD"), by: ada)
    }
    _ = try site.corrections.move(
      study: "1.2.1", to: PatientKey(id: "NEW", issuer: "WARD"), values: [.init(.patientName, .PN, "NEW^ONE")], by: ada)
    let patient = try #require(try site.answers(.patient, .patientID, .LO, "NEW").first)
    #expect(patient.string(.issuerOfPatientID) == "WARD" && patient.string(.patientName) == "NEW^ONE")
    try checkOriginals(site, instances)
    try checkReindexed(site)
  }

  @Test(arguments: Engine.available) func correctedStudiesAreSettled(_ engine: Engine) throws {
    let site = try CorrectionSite(engine)
    let instances = try instances()
    try site.send(instances)
    _ = try site.lifeCycle.run()
    let move = try site.corrections.move(.study("1.2.1"), into: "1.2.2", by: ada)
    try site.send([try TestInstance(2, 1, 8)])
    #expect(try site.lifeCycle.run().settled == 1)
    try checkOriginals(site, instances)
    try checkReindexed(site)
    _ = try site.corrections.undo(move.name, by: ada)
    try site.send([try TestInstance(1, 1, 8)])
    #expect(try site.lifeCycle.run().settled == 1)
    // The study had a file before: its place is not taken again.
    #expect(try site.stored("1.2.1.1.8").location.file.hasSuffix("1.2.1~2.tar"))
    try checkOriginals(site, instances)
    try checkReindexed(site)
  }

  @Test(arguments: Engine.available) func recordsThatTheIndexLacksAreAppliedAtStart(_ engine: Engine) throws {
    let site = try CorrectionSite(engine)
    try site.send(try instances())
    let merge = try site.corrections.merge(PatientKey(id: "P1"), into: PatientKey(id: "P2"), by: ada)
    // An index of before the correction.
    let other = try CorrectionSite(engine, folder: site.folder.copy())
    #expect(try other.corrections.index.correction(named: merge.name)?.correction == merge)
    #expect(try other.dump() == site.dump())
    #expect(try other.corrections.recover().applied == 0)
  }

  @Test func whatCannotBeIsRefused() throws {
    let site = try CorrectionSite(.sqlite)
    try site.send(try instances())
    let p1 = PatientKey(id: "P1")
    #expect(throws: CorrectionError.self) { try site.corrections.merge(p1, into: p1, by: ada) }
    #expect(throws: CorrectionError.self) { try site.corrections.merge(PatientKey(id: "X"), into: p1, by: ada) }
    #expect(throws: CorrectionError.self) { try site.corrections.update(.patient(p1), values: [], by: ada) }
    #expect(throws: CorrectionError.self) {
      try site.corrections.update(.patient(p1), values: [.init(.patientBirthDate, .DA, "yesterday")], by: ada)
    }
    #expect(throws: CorrectionError.self) {
      try site.corrections.update(.study("1.2.1"), values: [.init(.studyInstanceUID, .UI, "1.2.3")], by: ada)
    }
    #expect(throws: CorrectionError.self) { try site.corrections.move(.study("1.2.1"), into: "1.2.77", by: ada) }
    #expect(throws: CorrectionError.self) { try site.corrections.move(.study("1.2.1"), into: "1.2.1", by: ada) }
    #expect(throws: CorrectionError.self) { try site.corrections.undo("1-1", by: ada) }
    #expect(try site.corrections.index.corrections(ofStudy: nil, offset: 0, limit: 9).isEmpty)
  }
}
