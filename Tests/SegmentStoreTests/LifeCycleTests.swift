// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Foundation
import SQLInterface
import SQLStore
import SQLiteDriver
import SegmentStore
import SystemTestKit
import Testing

/// What becomes of instances after their arrival, on a disk and in a database.
@Suite struct LifeCycleTests {
  /// An archive of its own, whose studies are quiet at once and whose old places are released at once.
  private final class Site {
    let folder: ScratchFolder
    let store: SegmentStore
    let index: SQLInstanceIndex
    let archive: ImageArchive
    var lifeCycle: LifeCycle { lifeCycle(releaseDelay: 0) }

    init(
      _ folder: ScratchFolder, starts: Bool = true, sign: (@Sendable ([UInt8]) throws -> [UInt8]?)? = nil
    ) throws {
      self.folder = folder
      var options = SegmentStoreOptions.testing()
      options.sign = sign
      store = try SegmentStore(root: folder.path, options: options)
      let database = try SQLiteDatabase(path: folder.path + "/index.sqlite")
      try Schema.migrate(database)
      index = SQLInstanceIndex(database)
      archive = ImageArchive(
        index: index, store: store, quarantine: try FolderQuarantine(root: folder.path),
        incidents: MemoryIncidentList(), options: ArchiveOptions(version: "1"))
      if starts { _ = try archive.start() }
    }

    func lifeCycle(releaseDelay: Int64) -> LifeCycle {
      LifeCycle(
        index: index, store: store,
        options: LifeCycleOptions(quietTime: -1_000_000, releaseDelay: releaseDelay - 1_000_000))
    }

    func send(_ instances: [TestInstance]) throws {
      let sink = try archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
      for instance in instances { try instance.send(to: sink) }
      sink.close()
    }

    func check(_ instances: [TestInstance]) throws {
      for instance in instances {
        let versions = try index.versions(of: instance.identity.instance)
        let found = try versions.map { try archive.dataSetBytes($0) }
        #expect(found.filter { $0 == instance.bytes }.count == 1)
      }
      var findings: [IntegrityFinding] = []
      let summary = try IntegrityCheck(index: index, store: store).run { findings.append($0) }
      #expect(findings.isEmpty, "\(findings)")
      #expect(summary.objects == instances.count)
    }
  }

  private func instances() throws -> [TestInstance] {
    let sizes = [100, 5000, 600_000, 3_000_000, 10, 70_000, 2, 0, 40_000, 1_200_000]
    var instances = try sizes.enumerated().map { try TestInstance(1 + $0 % 2, 1 + $0 % 3, $0, pixels: $1) }
    instances.append(try TestInstance(1, 1, 0, pixels: 100, seed: 9))
    return instances
  }

  @Test func studiesWithoutASignatureAreGatheredAgain() throws {
    let folder = try ScratchFolder()
    let instances = try instances()
    let site = try Site(folder)
    try site.send(instances)
    #expect(try site.lifeCycle.run().settled == 2)
    site.archive.stop()
    let signing = try Site(folder, sign: { Array($0.reversed()) })
    #expect(try signing.lifeCycle.run().settled == 0)
    #expect(try signing.lifeCycle.unsettleUnsigned() == 2)
    #expect(try signing.lifeCycle.run().settled == 2)
    _ = try signing.lifeCycle.run()
    let files = Set(try signing.index.instances(InstanceSelection()).map(\.location.file))
    for file in files {
      let seal = try #require(try signing.store.seal(of: file, readsBodies: true))
      #expect(seal.contradiction == nil && seal.signature == seal.manifest.reversed())
    }
    #expect(try signing.lifeCycle.unsettleUnsigned() == 0)
    try signing.check(instances)
  }

  @Test func quietStudiesAreGathered() throws {
    let site = try Site(ScratchFolder())
    let instances = try instances()
    try site.send(instances)
    let early = try site.index.instances(InstanceSelection()).map(\.location)
    let summary = try site.lifeCycle(releaseDelay: 60_000_000).run()
    #expect(summary.settled == 2 && summary.unsettled.isEmpty && summary.released == 0)
    try site.check(instances)
    #expect(try site.index.instances(InstanceSelection()).allSatisfy { $0.location.file.hasPrefix("studies/") })
    // Who was told of the old place can still read it.
    for location in early { #expect(try site.archive.readAll(location).count == Int(location.length)) }
    #expect(try site.lifeCycle.run().settled == 0)
  }

  @Test func spaceOfSettledStudiesGoesBack() throws {
    let site = try Site(ScratchFolder())
    let instances = try instances()
    try site.send(instances)
    let summary = try site.lifeCycle.run()
    #expect(summary.released == instances.count)
    try site.check(instances)
    // Sealed segments without a member left are gone; what remains is empty but for headers.
    for segment in site.folder.segments where segment.hasPrefix("hot/") {
      var objects = 0
      try site.store.walk(segment) { _ in objects += 1 }
      #expect(objects == 0)
      var status = stat()
      #expect(stat(site.folder.path + "/" + segment, &status) == 0)
    }
    site.archive.stop()
    #expect(try site.lifeCycle.run().unsettled.isEmpty)
    #expect(!site.folder.segments.contains { $0.hasPrefix("hot/") })
    let restarted = try Site(site.folder)
    try restarted.check(instances)
  }

  @Test func lateArrivalsAreSettledAgain() throws {
    let site = try Site(ScratchFolder())
    var instances = try instances()
    try site.send(instances)
    _ = try site.lifeCycle.run()
    let late = try TestInstance(1, 1, 77, pixels: 9000)
    instances.append(late)
    try site.send([late])
    #expect(try site.lifeCycle.run().settled == 1)
    try site.check(instances)
    let files = Set(try site.index.instances(InstanceSelection(studies: [late.identity.study])).map(\.location.file))
    #expect(files.count == 1 && files.first?.hasSuffix("~2.tar") == true)
    #expect(site.folder.segments.filter { $0.hasPrefix("studies/") }.count == 2)
  }

  /// The study file was made, and the process died before the index heard of it.
  @Test func settlingCutOffIsDoneAgain() throws {
    let site = try Site(ScratchFolder())
    let instances = try instances()
    try site.send(instances)
    let study = try #require(try site.index.unsettledStudies(quietSince: .max, limit: 1).first)
    let members = try site.index.allVersions(ofStudy: study.study).map { instance in
      StudyMember(
        name: ObjectName(
          study: instance.identity.study, series: instance.identity.series, instance: instance.identity.instance,
          version: instance.version), extent: instance.location.extent)
    }
    _ = try site.store.makeStudyFile(
      study.study, generation: study.generation, members: members, records: [], recoding: nil)
    let copy = try Site(try site.folder.copy())
    #expect(try copy.lifeCycle.run().settled == 2)
    try copy.check(instances)
  }

  @Test func arrivalsDuringSettlingKeepTheStudyAsItIs() throws {
    let site = try Site(ScratchFolder())
    try site.send([try TestInstance(1, 1, 1)])
    let study = try #require(try site.index.unsettledStudies(quietSince: .max, limit: 1).first)
    let before = try site.index.allVersions(ofStudy: study.study)
    try site.send([try TestInstance(1, 1, 2)])
    let moves = before.map { Relocation(instance: $0, to: $0.location.extent) }
    #expect(try !site.index.relocate(study, moves, releaseAt: 0))
    #expect(try site.index.unsettledStudies(quietSince: .max, limit: 10).count == 1)
    #expect(try site.index.retired(before: .max, limit: 10).isEmpty)
  }

  @Test func damageKeepsAStudyFromBeingSettledAndIsFound() throws {
    let site = try Site(ScratchFolder())
    let instances = try instances()
    try site.send(instances)
    let location = try #require(try site.index.versions(of: instances[2].identity.instance).first?.location)
    let file = try FileHandle(forUpdating: URL(filePath: site.folder.path + "/" + location.file))
    try file.seek(toOffset: UInt64(location.offset + 300_000))
    try file.write(contentsOf: Data([0xFF, 0xFE, 0xFD]))
    try file.synchronize()
    let summary = try site.lifeCycle.run()
    #expect(summary.settled == 1 && summary.unsettled.map(\.error?.code) == [.damaged])
    var findings: [IntegrityFinding] = []
    _ = try IntegrityCheck(index: site.index, store: site.store).run { findings.append($0) }
    #expect(findings.map(\.kind) == [.damaged])
    #expect(findings.map(\.object) == [instances[2].identity.instance.rawValue])
    #expect(!site.folder.segments.contains { $0.hasSuffix(".part") })
  }

  @Test func missingFilesAreFound() throws {
    let site = try Site(ScratchFolder())
    let instances = try instances()
    try site.send(instances)
    _ = try site.lifeCycle.run()
    let study = try #require(site.folder.segments.first { $0.hasPrefix("studies/") })
    try FileManager.default.removeItem(atPath: site.folder.path + "/" + study)
    var findings: [IntegrityFinding] = []
    _ = try IntegrityCheck(index: site.index, store: site.store).run { findings.append($0) }
    #expect(!findings.isEmpty && findings.allSatisfy { $0.kind == .missing && $0.file == study })
  }

  /// The rows of the image tables, told without the keys that the database gives.
  private func dump(_ site: Site) throws -> [String] {
    let database = try SQLiteDatabase(path: site.folder.path + "/index.sqlite")
    let texts = [
      """
      SELECT 'patient', patient_id, issuer, unidentified, name, birth_date, sex, studies, series, instances,
        hex(attributes) FROM patient ORDER BY 2, 3, 4
      """,
      """
      SELECT 'study', uid, (SELECT patient_id FROM patient p WHERE p.id = patient), date, time, accession, study_id,
        description, modalities, sop_classes, series, instances, conflicts, first_received, last_received, unsettled,
        generation, hex(attributes) FROM study ORDER BY 2
      """,
      """
      SELECT 'series', e.uid, s.uid, number, modality, e.instances, hex(e.attributes) FROM series e
        JOIN study s ON s.id = e.study ORDER BY 2
      """,
      """
      SELECT 'instance', i.uid, e.uid, i.number, c.text, t.text, versions, f.path, position, length, checksum,
        data_set_offset, pixel_data_offset, data_set_checksum, way, sender, receiver, address, received_at,
        hex(i.attributes) FROM instance i JOIN series e ON e.id = i.series JOIN term c ON c.id = sop_class
        JOIN term t ON t.id = transfer_syntax JOIN stored_file f ON f.id = i.file JOIN source o ON o.id = source
        ORDER BY 2
      """,
      """
      SELECT 'version', n.uid, version, study_uid, series_uid, f.path, v.position, v.length, v.checksum,
        v.data_set_checksum, v.received_at, hex(v.attributes) FROM instance_version v
        JOIN instance n ON n.id = v.instance JOIN stored_file f ON f.id = v.file ORDER BY 2, 3
      """,
    ]
    return try database.read { connection in
      try texts.flatMap { text in
        let columns = text.split(separator: " FROM ").first?.filter { $0 == "," }.count ?? 0
        return try connection.all(text) { row in (0...columns).map { row.text($0) }.joined(separator: "|") }
      }
    }
  }

  @Test(arguments: [false, true]) func theIndexComesBackOutOfFiles(settled: Bool) throws {
    let site = try Site(ScratchFolder())
    var instances = try instances()
    try site.send(instances)
    if settled {
      _ = try site.lifeCycle(releaseDelay: 60_000_000).run()
      let late = try TestInstance(2, 5, 77, pixels: 9000)
      instances.append(late)
      try site.send([late])
    }
    site.archive.stop()
    let before = try dump(site)
    #expect(before.count >= instances.count + 4)
    let copy = try site.folder.copy()
    for name in try FileManager.default.contentsOfDirectory(atPath: copy.path) where name.hasPrefix("index.sqlite") {
      try FileManager.default.removeItem(atPath: copy.path + "/" + name)
    }
    let empty = try Site(copy, starts: false)
    let summary = try Reindex(archive: empty.archive, index: empty.index, store: empty.store).run()
    #expect(summary.indexed == instances.count && summary.unusable.isEmpty)
    #expect(summary.duplicates == (settled ? instances.count - 1 : 0))
    #expect(try dump(empty) == before)
    #expect(try !empty.index.isRebuilding())
    let again = try Site(copy)
    _ = try again.lifeCycle.run()
    try again.check(instances)
  }

  @Test(arguments: TarReadersTests.Reader.allCases.filter { $0.program != nil })
  func tarReadersReadStudyFilesAndReleasedSegments(_ reader: TarReadersTests.Reader) throws {
    let site = try Site(ScratchFolder())
    let instances = try instances()
    try site.send(instances)
    let later = try TestInstance(3, 1, 1, pixels: 20_000)
    try site.send([later])
    // Only the first two studies: the third stays in the segment behind what was released.
    let index = site.index
    for study in try index.unsettledStudies(quietSince: .max, limit: 2) { #expect(try site.lifeCycle.settle(study)) }
    try site.store.release(try index.retired(before: .max, limit: 100).map(\.extent))
    site.archive.stop()
    let target = try ScratchFolder()
    for segment in site.folder.segments {
      for arguments in [reader.list, reader.extract] {
        let (status, _, errors) = try reader.run(
          arguments + ["\(site.folder.path)/\(segment)"], in: target.path)
        #expect(status == 0 && errors == "", "\(reader) \(segment): \(errors)")
      }
    }
    for instance in try index.instances(InstanceSelection()) {
      let identity = instance.identity
      let path = "\(target.path)/\(identity.study)/\(identity.series)/\(identity.instance).dcm"
      #expect(try Data(contentsOf: URL(filePath: path)) == Data(site.archive.readAll(instance.location).array))
    }
    #expect(FileManager.default.fileExists(atPath: "\(target.path)/1.2.1/manifest.json"))
  }
}
