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

/// A store that keeps every file twice, and runs from either side when the other is gone.
@Suite struct CopyTests {
  private final class Site {
    let home: ScratchFolder
    let disk = FaultyDisk()
    let index: SQLInstanceIndex
    let board = AlarmBoard()
    var primary: String { home.path + "/primary" }
    var copy: String { home.path + "/copy" }
    private(set) var store: SegmentStore
    private(set) var archive: ImageArchive
    private let copiesFirst: Bool

    init(copiesFirst: Bool) throws {
      home = try ScratchFolder()
      self.copiesFirst = copiesFirst
      let database = try SQLiteDatabase(path: home.path + "/index.sqlite")
      try Schema.migrate(database)
      index = SQLInstanceIndex(database)
      (store, archive) = try Self.open(home, index, board, disk, copiesFirst)
      _ = try archive.start()
    }

    private static func open(
      _ home: ScratchFolder, _ index: SQLInstanceIndex, _ board: AlarmBoard, _ disk: FaultyDisk, _ copiesFirst: Bool
    ) throws -> (SegmentStore, ImageArchive) {
      var options = SegmentStoreOptions.testing(segmentSize: 1 << 20)
      options.copy = home.path + "/copy"
      options.copiesFirst = copiesFirst
      options.board = board
      options.faults = disk
      options.cacheSize = 0
      let store = try SegmentStore(root: home.path + "/primary", options: options)
      let archive = ImageArchive(
        index: index, store: store, quarantine: try FolderQuarantine(root: home.path),
        incidents: MemoryIncidentList(), options: ArchiveOptions(version: "1"), alarms: board)
      return (store, archive)
    }

    /// The process ends without a word, and another begins.
    func restart() throws {
      (store, archive) = try Self.open(home, index, board, disk, copiesFirst)
      _ = try archive.start()
    }

    var knowledge: FileKnowledge {
      let index = index
      return FileKnowledge(
        isKnown: { (try? index.isKnown(file: $0)) ?? true },
        isCovered: { object in
          let name = object.path.split(separator: "/").last?.dropLast(4).prefix { $0 != "~" } ?? ""
          let versions = (try? index.versions(of: UID(String(name)))) ?? []
          return versions.contains { $0.location.isCopy(object) }
        })
    }

    func keepCopies() { store.keepCopies(knowledge) }

    func send(_ instances: [TestInstance]) throws {
      let sink = try archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
      defer { sink.close() }
      for instance in instances {
        guard case .stored = try instance.send(to: sink) else { throw ArchiveError(.misuse, "not stored") }
      }
    }

    func settle(releaseDelay: Int64 = -1_000_000) throws {
      let options = LifeCycleOptions(quietTime: -1_000_000, releaseDelay: releaseDelay)
      #expect(try LifeCycle(index: index, store: store, options: options).run().unsettled.isEmpty)
    }

    func check(_ instances: [TestInstance]) throws {
      for instance in instances {
        let found = try index.versions(of: instance.identity.instance).map { try archive.dataSetBytes($0) }
        #expect(found == [instance.bytes])
      }
    }

    /// Each side alone holds everything, and nothing else.
    func checkSides(_ instances: [TestInstance], _ sides: [String]? = nil) throws {
      for side in sides ?? [primary, copy] {
        let alone = try SegmentStore(root: side, options: .testing())
        var findings: [IntegrityFinding] = []
        let summary = try IntegrityCheck(index: index, store: alone).run { findings.append($0) }
        #expect(findings.isEmpty, "\(side): \(findings)")
        #expect(summary.objects == instances.count)
      }
      guard sides == nil else { return }
      #expect(store.copyStatus == CopyStatus(state: .inStep))
      #expect(files(primary) == files(copy))
      #expect(board.open.isEmpty)
    }

    private func files(_ root: String) -> [String] {
      (FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? [])
        .filter { $0.hasSuffix(".tar") || $0.hasSuffix(".part") }.sorted()
    }

    func move(_ from: String, _ to: String) throws { try FileManager.default.moveItem(atPath: from, toPath: to) }
  }

  private func instances(_ study: Int, _ numbers: Range<Int> = 0..<7) throws -> [TestInstance] {
    let sizes = [100, 5000, 600_000, 2_000_000, 10, 70_000, 0]
    return try numbers.map { try TestInstance(study, 1, $0, pixels: sizes[$0 % 7]) }
  }

  @Test(arguments: [true, false]) func everythingStandsOnBothSides(copiesFirst: Bool) throws {
    let site = try Site(copiesFirst: copiesFirst)
    var stored = try instances(1)
    try site.send(stored)
    if copiesFirst {
      // Before the answer: nothing had to be done later.
      try site.checkSides(stored, [site.copy])
    } else {
      let status = try #require(site.store.copyStatus)
      #expect(status.changes > 0 && status.bytes > 2_600_000)
    }
    site.keepCopies()
    try site.checkSides(stored)
    try site.settle()
    site.keepCopies()
    try site.checkSides(stored)
    stored += try instances(1, 7..<14)
    try site.send(Array(stored.suffix(7)))
    try site.settle()
    site.archive.stop()
    try site.settle()
    site.keepCopies()
    try site.checkSides(stored)
    try site.restart()
    try site.check(stored)
  }

  @Test(arguments: [true, false]) func theArchiveStartsAndRunsWithoutItsPrimaryFolder(copiesFirst: Bool) throws {
    let site = try Site(copiesFirst: copiesFirst)
    var stored = try instances(1)
    try site.send(stored)
    try site.settle()
    stored += try instances(2)
    try site.send(Array(stored.suffix(7)))
    site.keepCopies()
    try site.move(site.primary, site.home.path + "/away")
    try site.restart()
    #expect(site.store.sides == [.copy] && site.board.open.map(\.kind) == [.primaryGone])
    #expect(site.store.copyStatus?.state == .primaryGone)
    try site.check(stored)
    // Goes on: stores, settles, gives space back.
    stored += try instances(3)
    try site.send(Array(stored.suffix(7)))
    try site.settle()
    try site.check(stored)
    #expect(!FileManager.default.fileExists(atPath: site.primary))
    site.keepCopies()
    #expect(site.store.sides == [.copy])
    try site.move(site.home.path + "/away", site.primary)
    site.keepCopies()
    #expect(site.store.sides == [.primary, .copy])
    try site.check(stored)
    stored += try instances(4)
    try site.send(Array(stored.suffix(7)))
    site.archive.stop()
    try site.settle()
    site.keepCopies()
    try site.checkSides(stored)
  }

  /// A side fails in the middle of the work, and comes back: not more than what was under way is refused.
  @Test(arguments: [true, false], ["primary", "copy"])
  func aSideThatFailsIsMissedAndCatchesUp(copiesFirst: Bool, side: String) throws {
    let site = try Site(copiesFirst: copiesFirst)
    var stored = try instances(1)
    try site.send(stored)
    site.keepCopies()
    let root = site.home.path + "/" + side + "/"
    site.disk.apply { _, path in path.hasPrefix(root) ? .error(EIO) : nil }
    var refused = 0
    for instance in try instances(2) {
      do {
        try site.send([instance])
        stored.append(instance)
      } catch let error as ArchiveError {
        #expect(error.isOfResources)
        refused += 1
      }
    }
    #expect(refused <= (side == "primary" ? 1 : 0))
    site.keepCopies()
    #expect(site.board.isOpen(side == "primary" ? .primaryGone : .copyGone))
    try site.check(stored)
    try site.settle()
    try site.check(stored)
    site.disk.apply(nil)
    site.keepCopies()
    stored += try instances(3)
    try site.send(Array(stored.suffix(7)))
    site.archive.stop()
    try site.settle()
    site.keepCopies()
    site.board.clear(.readElsewhere, subject: nil)
    site.board.clear(.storageFailed)
    try site.checkSides(stored)
  }

  /// A segment was removed while a side was away, which still has it: another one of that name would be taken for it.
  @Test(arguments: [true, false]) func aNameIsNotGivenTwice(isReleasedOnBoth: Bool) throws {
    let site = try Site(copiesFirst: true)
    let large = try TestInstance(1, 1, 1, pixels: 90_000)
    let small = try TestInstance(2, 1, 1, pixels: 10)
    try site.send([large])
    let first = try #require(try site.index.versions(of: large.identity.instance).first).location.file
    site.archive.stop()
    if isReleasedOnBoth {
      try site.settle(releaseDelay: 3_600_000_000)
      let retired = try site.index.retired(before: .max, limit: 10)
      try site.store.release(retired.map(\.extent))
      try site.index.forget(retired: retired.map(\.id))
    }
    try site.move(site.copy, site.home.path + "/away")
    site.keepCopies()
    try site.settle()
    #expect(!FileManager.default.fileExists(atPath: site.primary + "/" + first))
    // Another process does not know which names there were.
    try site.restart()
    try site.send([small])
    let second = try #require(try site.index.versions(of: small.identity.instance).first).location.file
    #expect(second != first)
    try site.move(site.home.path + "/away", site.copy)
    site.keepCopies()
    try site.check([large, small])
    site.archive.stop()
    site.keepCopies()
    try site.checkSides([large, small])
  }

  /// A side leads that misses the end of a segment: what stands in the other one alone is not cut.
  @Test func theLongerOfTwoSegmentsIsRightAtStart() throws {
    let site = try Site(copiesFirst: true)
    let stored = try (1...3).map { try TestInstance(1, 1, $0, pixels: 5000) }
    try site.send([stored[0]])
    let root = site.copy + "/"
    site.disk.apply { _, path in path.hasPrefix(root) ? .error(EIO) : nil }
    try site.send([stored[1], stored[2]])
    site.disk.apply(nil)
    // By its notes the copy once went on alone, and leads until the sides are compared.
    try "\n".write(toFile: site.copy + "/hot/.changed", atomically: true, encoding: .utf8)
    try site.restart()
    try site.check(stored)
    site.keepCopies()
    try site.check(stored)
    site.archive.stop()
    site.keepCopies()
    try site.checkSides(stored, [site.primary, site.copy])
  }

  /// Turns bytes of an object around on one side, as where its header reached the disk and its body did not.
  private func damage(_ instance: TestInstance, _ site: Site, _ root: String) throws {
    let extent = try #require(try site.index.versions(of: instance.identity.instance).first).location
    let file = try #require(FileHandle(forUpdatingAtPath: root + "/" + extent.file))
    defer { try? file.close() }
    try file.seek(toOffset: UInt64(extent.offset + extent.length - 4000))
    try file.write(contentsOf: Data(repeating: 0xEE, count: 512))
  }

  /// Power went while the copy of a member was on its way: its header is there, and not its body.
  @Test(arguments: ["primary", "copy"]) func aHeaderWithoutItsBodyIsMendedAtStart(side: String) throws {
    let site = try Site(copiesFirst: true)
    let stored = try (1...3).map { try TestInstance(1, 1, $0, pixels: 20_000) }
    try site.send(stored)
    try damage(stored[2], site, side == "copy" ? site.copy : site.primary)
    site.archive.stop()
    try site.restart()
    site.keepCopies()
    try site.check(stored)
    site.archive.stop()
    site.keepCopies()
    try site.checkSides(stored)
  }

  /// After a member whose copying failed others may have come, before the sides are compared.
  @Test func whatWasNotCopiedIsMendedThoughItsHeaderIsThere() throws {
    let site = try Site(copiesFirst: true)
    let stored = try (1...3).map { try TestInstance(1, 1, $0, pixels: 20_000) }
    let root = site.copy + "/hot/"
    try site.send([stored[0]])
    site.keepCopies()
    site.disk.apply { step, path in path.hasPrefix(root) && step.changes ? .error(EIO) : nil }
    try site.send([stored[1]])
    site.disk.apply(nil)
    try site.send([stored[2]])
    site.archive.stop()
    try damage(stored[1], site, site.copy)
    site.keepCopies()
    try site.check(stored)
    site.board.clear(.copyFailed, subject: nil)
    try site.checkSides(stored)
  }

  @Test func aStudyFileThatTheCopyLacksIsGivenWholeByARelease() throws {
    let site = try Site(copiesFirst: false)
    let stored = try instances(1)
    try site.send(stored)
    site.archive.stop()
    try site.settle()
    site.keepCopies()
    let location = try #require(try site.index.versions(of: stored[0].identity.instance).first).location
    try FileManager.default.removeItem(atPath: site.copy + "/" + location.file)
    try site.store.release([location.extent])
    site.keepCopies()
    let sides = [site.primary, site.copy].map { FileManager.default.contents(atPath: $0 + "/" + location.file) }
    #expect(sides[0] != nil && sides[0] == sides[1])
  }

  /// A study file was made anew under its name while nobody knew of the copy: it is as long, and another.
  @Test func aStudyFileOfOneLengthIsNotTakenForAnother() throws {
    let site = try Site(copiesFirst: true)
    let stored = try (1...2).map { try TestInstance(1, $0, 1, pixels: 5000) }
    try site.send(stored)
    site.archive.stop()
    let members = try stored.map { each in
      let found = try #require(try site.index.versions(of: each.identity.instance).first)
      let name = ObjectName(
        study: each.identity.study, series: each.identity.series, instance: each.identity.instance, version: 1)
      return StudyMember(name: name, extent: found.location.extent)
    }
    try site.settle(releaseDelay: 3_600_000_000)
    site.keepCopies()
    let path = try #require(try site.index.versions(of: stored[0].identity.instance).first).location.file
    func content(_ root: String) -> Data? { FileManager.default.contents(atPath: root + "/" + path) }
    let first = try #require(content(site.copy))
    #expect(content(site.primary) == first)
    try site.move(site.copy, site.home.path + "/away")
    let alone = try SegmentStore(root: site.primary, options: .testing())
    let made = try alone.makeStudyFile(
      stored[0].identity.study, generation: 1, members: members.reversed(), records: [], recoding: nil)
    #expect(made.file == path)
    let second = try #require(content(site.primary))
    #expect(second != first && second.count == first.count)
    try site.restart()
    try site.move(site.home.path + "/away", site.copy)
    site.keepCopies()
    #expect(content(site.copy) == second)
  }

  @Test func whatOneSideCannotGiveIsReadFromTheOther() throws {
    let site = try Site(copiesFirst: true)
    let stored = try instances(1)
    try site.send(stored)
    let root = site.primary
    site.disk.apply { step, path in step.isRead && path.hasPrefix(root) ? .error(EIO) : nil }
    try site.check(stored)
    #expect(site.disk.hits > 0 && site.board.open.allSatisfy { $0.kind == .readElsewhere })
  }

  @Test func repairsBringBackWhatTheOtherSideHas() throws {
    let site = try Site(copiesFirst: true)
    let stored = try instances(1)
    try site.send(stored)
    let extent = try #require(try site.index.versions(of: stored[2].identity.instance).first).location.extent
    for (side, root) in [(StoreSide.primary, site.primary), (.copy, site.copy)] {
      let file = try FileHandle(forUpdating: URL(filePath: root + "/" + extent.file))
      try file.seek(toOffset: UInt64(extent.offset + 300_000))
      try file.write(contentsOf: Data([1, 2, 3]))
      try file.synchronize()
      #expect(try site.store.isWhole(extent, on: side) == false)
      #expect(try site.store.isWhole(extent, on: side.other))
      #expect(try site.store.repair(extent, on: side))
      #expect(try site.store.isWhole(extent, on: side))
    }
    try site.settle()
    let path = try #require(try site.index.versions(of: stored[2].identity.instance).first).location.file
    try FileManager.default.removeItem(atPath: site.primary + "/" + path)
    try site.check(stored)
    #expect(try site.store.repair(file: path, on: .primary))
    site.archive.stop()
    try site.settle()
    site.keepCopies()
    try site.checkSides(stored)
  }

  @Test func lagIsAnAlarmUntilItIsOver() throws {
    let site = try Site(copiesFirst: false)
    site.keepCopies()
    try site.send(try instances(1))
    let since = try #require(site.store.copyStatus?.since)
    #expect(since <= ArchiveOptions.systemTime())
    #expect(site.store.copyStatus?.state == .behind)
    site.keepCopies()
    #expect(site.store.copyStatus == CopyStatus(state: .inStep))
  }

  @Test func anEmptyOrAForeignFolderIsNotTakenForTheCopy() throws {
    let site = try Site(copiesFirst: true)
    let stored = try instances(1)
    try site.send(stored)
    // As the folder of a mount that is not there looks.
    try site.move(site.copy, site.home.path + "/away")
    try FileManager.default.createDirectory(atPath: site.copy, withIntermediateDirectories: true)
    try site.restart()
    #expect(site.store.sides == [.primary] && site.board.isOpen(.copyGone))
    #expect(try FileManager.default.contentsOfDirectory(atPath: site.copy) == [])
    let other = try Site(copiesFirst: true)
    try FileManager.default.removeItem(atPath: site.copy)
    try FileManager.default.copyItem(atPath: other.copy, toPath: site.copy)
    #expect(throws: ArchiveError.self) { try site.restart() }
  }

  /// Damage on either side, and files lost, are found and mended; the scrub goes on where it was after a restart.
  @Test func theScrubRepairsFromTheOtherSideAndRemembersWhereItWas() throws {
    let site = try Site(copiesFirst: true)
    let stored = try instances(1) + instances(2) + instances(3)
    try site.send(stored)
    for study in 1...3 {
      let unsettled = try site.index.unsettledStudies(quietSince: .max, limit: 10)
      let found = try #require(unsettled.first { $0.study.rawValue == "1.2.\(study)" })
      let lifeCycle = LifeCycle(
        index: site.index, store: site.store, options: LifeCycleOptions(quietTime: 0, releaseDelay: -1_000_000))
      #expect(try lifeCycle.settle(found))
    }
    try site.settle()
    func file(_ study: Int) throws -> String {
      try #require(try site.index.versions(of: UID("1.2.\(study).1.2")).first).location.file
    }
    func damage(_ root: String, _ study: Int) throws {
      let extent = try #require(try site.index.versions(of: UID("1.2.\(study).1.2")).first).location.extent
      let file = try FileHandle(forUpdating: URL(filePath: root + "/" + extent.file))
      try file.seek(toOffset: UInt64(extent.offset + 100_000))
      try file.write(contentsOf: Data([1, 2, 3, 4]))
      try file.synchronize()
    }
    try damage(site.primary, 1)
    try damage(site.copy, 2)
    try FileManager.default.removeItem(atPath: site.primary + "/" + file(3))
    let database = try SQLiteDatabase(path: site.home.path + "/index.sqlite")
    func scrub() -> Scrub {
      Scrub(
        check: IntegrityCheck(index: site.index, store: site.store), index: site.index, store: site.store,
        journal: SQLScrubJournal(database), board: site.board, period: 3_600_000_000)
    }
    var steps: [Scrub.Step] = []
    while let step = try scrub().step() { steps.append(step) }
    #expect(steps.map(\.file) == steps.map(\.file).sorted() && Set(steps.map(\.file)).count == steps.count)
    let mended = try (1...3).map { try file($0) }.sorted()
    #expect(steps.filter { $0.repaired == 1 }.map(\.file).sorted() == mended)
    #expect(steps.contains { $0.pause > 0 })
    #expect(try scrub().step() == nil)
    let progress = try #require(try SQLScrubJournal(database).progress())
    #expect(progress.endedAt != nil && progress.files == steps.count && progress.findings >= 3)
    #expect(!site.board.isOpen(.damaged) && site.board.open.isEmpty)
    site.archive.stop()
    try site.settle()
    site.keepCopies()
    try site.checkSides(stored)
    // Damage on both sides is beyond repair, and stays an alarm until it is gone.
    try damage(site.primary, 1)
    try damage(site.copy, 1)
    var again = progress
    again.endedAt = nil
    again.file = ""
    try SQLScrubJournal(database).save(again)
    while try scrub().step() != nil {}
    let damaged = try file(1)
    #expect(site.board.open.map(\.kind) == [.damaged] && site.board.open.first?.subject == damaged)
  }
}
