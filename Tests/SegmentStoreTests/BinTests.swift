// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import Foundation
import SQLTestKit
import SQLStore
import SegmentStore
import SystemTestKit
import Testing

/// Rejection and deletion: what disappears, what comes back, and what gives its space back.
@Suite struct BinTests {
  private let ada = Corrector("ada", "test")

  private func instances() throws -> [TestInstance] {
    try (1...2).flatMap { study in try (1...4).map { try TestInstance(study, 1, $0, pixels: 300_000) } }
  }

  private func count(_ site: CorrectionSite, _ study: UID) throws -> Int {
    try site.index.instances(InstanceSelection(studies: [study])).count
  }

  private func checkReindexed(_ site: CorrectionSite) throws {
    let (other, summary) = try site.reindexed()
    #expect(summary.unusable.isEmpty)
    #expect(try other.dump() == site.dump())
  }

  @Test(arguments: Engine.available) func rejectedInstancesDisappearAndComeBack(_ engine: Engine) throws {
    let site = try CorrectionSite(engine)
    let instances = try instances()
    try site.send(instances)
    let before = try site.dump().filter { !$0.contains("rejection") }
    let rejection = try site.corrections.reject(.instances(["1.2.1.1.1", "1.2.1.1.2"]), for: .quality, by: ada)
    #expect(try count(site, "1.2.1") == 2)
    let study = try #require(try site.answers(.study, .studyInstanceUID, .UI, "1.2.1").first)
    #expect(study.integer(.numberOfStudyRelatedInstances) == 2)
    // The same bytes again are the same instance, which stays rejected.
    #expect(try site.send([instances[0]]) == [.duplicate(instances[0].identity)])
    #expect(try count(site, "1.2.1") == 2)
    let hidden = try site.index.hidden(.rejection, offset: 0, limit: 10)
    #expect(hidden.map(\.instanceCount) == [2] && hidden.first?.patientID == "P1")
    #expect(hidden.first?.correction.reason == .quality)
    try checkReindexed(site)
    #expect(try site.findings().isEmpty)
    _ = try site.corrections.reject(.study("1.2.1"), for: .patientSafety, by: ada)
    #expect(try site.answers(.study, .studyInstanceUID, .UI, "1.2.1").isEmpty)
    #expect(try site.index.studyList(StudyListQuery()).total == 1)
    let both = try site.index.corrections(ofStudy: "1.2.1", offset: 0, limit: 9)
    #expect(both.map(\.correction.reason) == [.patientSafety, .quality])
    for listed in both { _ = try site.corrections.undo(listed.correction.name, by: ada) }
    #expect(try count(site, "1.2.1") == 4)
    #expect(try site.index.correction(named: rejection.name)?.undoneBy != nil)
    for instance in instances {
      #expect(try site.archive.dataSetBytes(site.stored(instance.identity.instance)) == instance.bytes)
    }
    #expect(try site.dump().filter { before.contains($0) } == before)
    try checkReindexed(site)
  }

  /// Senders are answered before the index tells that a correction hides the same object: the second body has no use.
  @Test(arguments: Engine.available) func aSecondBodyOfWhatIsHiddenGivesItsSpaceBack(_ engine: Engine) throws {
    let site = try CorrectionSite(engine)
    let image = try TestInstance(1, 1, 1, pixels: 300_000)
    let other = try TestInstance(1, 1, 2, pixels: 10)
    try site.send([image, other])
    let rejection = try site.corrections.reject(.instances([image.identity.instance]), for: .quality, by: ada)
    site.archive.stop()
    let backlog = IndexBacklog(site.index, lifeCycle: site.index)
    let archive = ImageArchive(
      index: SQLInstanceIndex(site.index, awaiting: { backlog.drain() }), store: site.store,
      quarantine: try FolderQuarantine(root: site.folder.path), incidents: MemoryIncidentList(),
      options: ArchiveOptions(version: "1"), backlog: backlog)
    _ = try archive.start()
    for _ in 0..<2 {
      let sink = try archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
      defer { sink.close() }
      #expect(try image.send(to: sink) == .stored(image.identity, version: 1))
    }
    #expect(backlog.drain())
    let useless = try site.index.retired(before: .max, limit: 9).map(\.extent)
    #expect(useless.count == 2 && Set(useless.map(\.length)).count == 1)
    #expect(try site.findings().isEmpty)
    archive.stop()
    #expect(try site.lifeCycle.run().released >= 2)
    #expect(try site.index.retired(before: .max, limit: 9).isEmpty)
    for extent in useless { #expect(!FileManager.default.fileExists(atPath: site.folder.path + "/" + extent.file)) }
    #expect(try site.findings().isEmpty)
    _ = try site.corrections.undo(rejection.name, by: ada)
    for instance in [image, other] {
      #expect(try site.archive.dataSetBytes(site.stored(instance.identity.instance)) == instance.bytes)
    }
    try checkReindexed(site)
  }

  /// A key object selection with the title of a rejection, which refers to instances.
  private func note(_ title: String, _ references: [UID]) throws -> TestInstance {
    var note = try TestInstance(1, 99, 1, pixels: 0) { dataSet in
      var code = DataSet()
      code.set(.codeValue, .SH, title)
      code.set(.codingSchemeDesignator, .SH, "DCM")
      code.set(.codeMeaning, .LO, "Rejected")
      dataSet.set(.sopClassUID, "1.2.840.10008.5.1.4.1.1.88.59")
      dataSet.set(.modality, .CS, "KO")
      dataSet.set(.conceptNameCodeSequence, items: [code])
      var (study, series) = (DataSet(), DataSet())
      series.set(
        .referencedSOPSequence,
        items: references.map { uid in
          var item = DataSet()
          item.set(.referencedSOPClassUID, "1.2.840.10008.5.1.4.1.1.2")
          item.set(.referencedSOPInstanceUID, uid)
          return item
        })
      series.set(.seriesInstanceUID, "1.2.1.1")
      study.set(.referencedSeriesSequence, items: [series])
      study.set(.studyInstanceUID, "1.2.1")
      dataSet.set(.currentRequestedProcedureEvidenceSequence, items: [study])
    }
    note.identity.sopClass = "1.2.840.10008.5.1.4.1.1.88.59"
    return note
  }

  @Test(arguments: Engine.available) func rejectionNotesAreObeyed(_ engine: Engine) throws {
    let site = try CorrectionSite(engine)
    try site.send(try instances())
    try site.send([try note("113000", ["1.2.1.1.3"])])
    #expect(try count(site, "1.2.1") == 5)
    var rejecting = try note("113037", ["1.2.1.1.1", "1.2.1.1.7"])
    rejecting = try TestInstance(1, 99, 2, pixels: 0) { dataSet in
      let template = try? DataSetReader.read(ByteSlice(rejecting.bytes), transferSyntax: .explicitVRLittleEndian)
      for element in template?.elements ?? [] where element.tag != .sopInstanceUID { dataSet.set(element) }
    }
    rejecting.identity.sopClass = "1.2.840.10008.5.1.4.1.1.88.59"
    for _ in 0..<2 { try site.send([rejecting]) }
    #expect(try count(site, "1.2.1") == 5)
    let made = try site.index.corrections(ofStudy: nil, offset: 0, limit: 9)
    #expect(made.count == 1 && made.first?.correction.note == rejecting.identity.instance)
    #expect(made.first?.correction.reason == .patientSafety && made.first?.correction.actor == "CT1")
    // What comes after the note is rejected too.
    try site.send([try TestInstance(1, 1, 7)])
    #expect(try count(site, "1.2.1") == 5)
    try checkReindexed(site)
  }

  @Test func reasonsThatDoNotHideLeaveEverythingInItsPlace() throws {
    let site = try CorrectionSite(.sqlite)
    try site.send(try instances())
    let lenient = Corrections(
      archive: site.archive, index: site.index, records: MemoryRecordStore(),
      options: CorrectionOptions(hidingReasons: [.patientSafety]))
    _ = try lenient.reject(.study("1.2.1"), for: .quality, by: ada)
    #expect(try count(site, "1.2.1") == 4)
    _ = try lenient.reject(.study("1.2.1"), for: .patientSafety, by: ada)
    #expect(try count(site, "1.2.1") == 0)
  }

  @Test(arguments: Engine.available, [false, true])
  func deletedStudiesGiveTheirSpaceBack(_ engine: Engine, settled: Bool) throws {
    let site = try CorrectionSite(engine)
    let instances = try instances()
    try site.send(instances)
    if settled { _ = try site.lifeCycle.run() }
    let deletion = try site.corrections.delete(.study("1.2.1"), by: ada)
    #expect(try count(site, "1.2.1") == 0)
    #expect(try site.index.hidden(.deletion, offset: 0, limit: 9).map(\.instanceCount) == [4])
    try checkReindexed(site)
    _ = try site.lifeCycle.run()
    // In the bin, everything is still there.
    #expect(try site.findings().isEmpty)
    _ = try site.corrections.undo(deletion.name, by: ada)
    for instance in instances {
      #expect(try site.archive.dataSetBytes(site.stored(instance.identity.instance)) == instance.bytes)
    }
    let again = try site.corrections.delete(.study("1.2.1"), by: ada)
    let places = try site.index.objects(in: reach("1.2.1")).filter { $0.hidden != nil }.map(\.stored.location)
    #expect(places.count == 4)
    let space = try blocks(site)
    #expect(try site.corrections.purge(again.name, by: ada) == 4)
    #expect(throws: CorrectionError.self) { try site.corrections.undo(again.name, by: ada) }
    #expect(throws: CorrectionError.self) { try site.corrections.purge(again.name, by: ada) }
    // Before the release, a rebuild meets the objects, and does not bring them back.
    let (other, _) = try site.reindexed()
    #expect(try other.index.instances(InstanceSelection()).count == 4)
    #expect(try site.lifeCycle.run().released >= 4)
    #expect(try blocks(site) < space - 4 * 300_000 / 512 * 9 / 10)
    for place in places {
      let isReadable = (try? site.archive.store(has: place)) ?? false
      #expect(!isReadable)
    }
    #expect(try site.findings().isEmpty)
    try checkReindexed(site)
    // The same images may come again.
    try site.send(Array(instances.prefix(4)))
    #expect(try count(site, "1.2.1") == 4)
    try checkReindexed(site)
  }

  private func reach(_ study: UID) -> CorrectionReach {
    var reach = CorrectionReach()
    reach.studies = [study]
    return reach
  }

  /// Blocks of 512 bytes that all files take on the disk.
  private func blocks(_ site: CorrectionSite) throws -> Int {
    site.archive.stop()
    defer { _ = try? site.archive.start() }
    return site.folder.segments.reduce(0) { sum, file in
      var status = stat()
      return stat(site.folder.path + "/" + file, &status) == 0 ? sum + Int(status.st_blocks) : sum
    }
  }

  @Test(arguments: Engine.available) func whatComesWhileItIsInTheBinIsKept(_ engine: Engine) throws {
    let site = try CorrectionSite(engine)
    let instances = try instances()
    try site.send(instances)
    let deletion = try site.corrections.delete(.study("1.2.1"), by: ada)
    // The sender is told that it is stored, so it must not go with the bin.
    #expect(try site.send([instances[0]]) == [.stored(instances[0].identity, version: 1)])
    #expect(try count(site, "1.2.1") == 1)
    try checkReindexed(site)
    // Restored, it is one instance in one version; deleted as before, the second arrival is there again.
    let restored = try site.corrections.undo(deletion.name, by: ada)
    #expect(try count(site, "1.2.1") == 4 && site.index.versions(of: instances[0].identity.instance).count == 1)
    #expect(try site.findings().isEmpty)
    _ = try site.corrections.undo(restored.name, by: ada)
    #expect(try count(site, "1.2.1") == 1)
    #expect(try site.corrections.purge(deletion.name, by: ada) == 4)
    _ = try site.lifeCycle.run()
    #expect(try site.archive.dataSetBytes(site.stored(instances[0].identity.instance)) == instances[0].bytes)
    #expect(try site.findings().isEmpty)
    try checkReindexed(site)
  }

  @Test(arguments: Engine.available) func retentionRulesFillTheBin(_ engine: Engine) throws {
    let site = try CorrectionSite(engine)
    try site.send(try instances())
    try site.send([try TestInstance(3, 1, 1) { $0.set(.modality, .CS, "MR") }])
    let later = ArchiveOptions.systemTime() + 400 * 86_400_000_000
    let rules = try ["CT/PT=365", "MR=500"].map { try #require(RetentionRule($0)) }
    let corrections = Corrections(
      archive: site.archive, index: site.index, records: try RecordFiles(root: site.folder.path),
      options: CorrectionOptions(releaseDelay: 0, binDelay: 1000, retention: rules, now: { later }))
    #expect(try corrections.applyRetention().map(\.reason) == [.retentionExpired, .retentionExpired])
    #expect(try site.index.studyList(StudyListQuery()).studies.map(\.studyUID) == ["1.2.3"])
    #expect(try corrections.applyRetention().isEmpty)
    #expect(try corrections.emptyBin().isEmpty)
    let after = Corrections(
      archive: site.archive, index: site.index, records: try RecordFiles(root: site.folder.path),
      options: CorrectionOptions(releaseDelay: 0, binDelay: 1000, now: { later + 60_000_000 }))
    #expect(try after.emptyBin().count == 2)
    #expect(try site.index.hidden(.deletion, offset: 0, limit: 9).isEmpty)
    for text in ["CT", "CT=0", "=5", "ct=5", "*=x", "CT=1=2", ""] { #expect(RetentionRule(text) == nil, "\(text)") }
  }

  @Test(arguments: Engine.available) func anotherVersionIsChosen(_ engine: Engine) throws {
    let site = try CorrectionSite(engine)
    let first = try TestInstance(1, 1, 1, seed: 1)
    let second = try TestInstance(1, 1, 1, seed: 2) { $0.set(.patientName, .PN, "OTHER^NAME") }
    try site.send([first, second, try TestInstance(1, 1, 2)])
    let choice = try site.corrections.choose(version: 2, of: first.identity.instance, by: ada)
    #expect(try site.archive.dataSetBytes(site.stored(first.identity.instance)) == second.bytes)
    let versions = try site.index.versions(of: first.identity.instance)
    #expect(try versions.map { try site.archive.dataSetBytes($0) } == [second.bytes, first.bytes])
    try checkReindexed(site)
    _ = try site.corrections.undo(choice.name, by: ada)
    #expect(try site.archive.dataSetBytes(site.stored(first.identity.instance)) == first.bytes)
    #expect(try site.findings().isEmpty)
  }
}

extension ImageArchive {
  /// Whether the bytes of a place are what they were.
  fileprivate func store(has place: StoredLocation) throws -> Bool {
    let bytes = try readAll(place).array
    return bytes.contains { $0 != 0 }
  }
}
