// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Foundation
import SegmentStore
import Synchronization
import SystemTestKit
import Testing

/// Disks that fill, fail, become read-only or slow in the middle of the work: what was acknowledged stays, senders are
/// told to come again, an administrator gets an alarm, and all goes on when the cause is gone.
@Suite struct FaultTests {
  enum Cause: String, CaseIterable, Sendable {
    case noSpaceToReserve, noSpaceToWrite, shortWrite, ioErrorAtWrite, ioErrorAtFlush, readOnly

    func rule(_ step: StorageStep) -> StorageFault? {
      switch self {
      case .noSpaceToReserve: step.isPreallocate ? .error(ENOSPC) : nil
      case .noSpaceToWrite: step.isWrite ? .error(ENOSPC) : nil
      case .shortWrite: step.isWrite ? .short(4096, ENOSPC) : nil
      case .ioErrorAtWrite: step.isWrite ? .error(EIO) : nil
      case .ioErrorAtFlush: step == .sync ? .error(EIO) : nil
      case .readOnly: step.changes ? .error(EROFS) : nil
      }
    }

    var kind: Alarm.Kind {
      switch self {
      case .noSpaceToReserve, .noSpaceToWrite, .shortWrite: .storageFull
      case .ioErrorAtWrite, .ioErrorAtFlush, .readOnly: .storageFailed
      }
    }
  }

  private struct Site {
    let folder: ScratchFolder
    let disk = FaultyDisk()
    let store: SegmentStore
    let index = MemoryInstanceIndex()
    let archive: ImageArchive

    init(maximumWriters: Int = 8, patience: Int = 0) throws {
      folder = try ScratchFolder()
      var options = SegmentStoreOptions.testing(segmentSize: 1 << 20)
      options.maximumWriters = maximumWriters
      options.writerPatience = patience
      options.faults = disk
      store = try SegmentStore(root: folder.path, options: options)
      archive = ImageArchive(
        index: index, store: store, quarantine: try FolderQuarantine(root: folder.path),
        incidents: MemoryIncidentList(), options: ArchiveOptions(version: "1"))
      _ = try archive.start()
    }

    func check(_ instances: [TestInstance]) throws {
      for instance in instances {
        let found = try index.versions(of: instance.identity.instance).map { try archive.dataSetBytes($0) }
        #expect(found == [instance.bytes])
      }
    }

    /// The same after a crash: all of the index is lost, and what the disk holds is read again.
    func checkAfterCrash(_ instances: [TestInstance]) throws {
      let copy = try folder.copy()
      let other = ImageArchive(
        index: MemoryInstanceIndex(), store: try SegmentStore(root: copy.path, options: .testing()),
        quarantine: try FolderQuarantine(root: copy.path), incidents: MemoryIncidentList(),
        options: ArchiveOptions(version: "1"))
      #expect(try other.start().unusable.isEmpty)
      for instance in instances {
        let found = try other.index.versions(of: instance.identity.instance).map { try other.dataSetBytes($0) }
        #expect(found == [instance.bytes])
      }
    }
  }

  @Test(arguments: Cause.allCases, [1000, 2_500_000])
  func theSenderIsToldAndAllGoesOn(_ cause: Cause, size: Int) throws {
    let site = try Site()
    let sink = try site.archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
    var stored = try (0..<3).map { try TestInstance(1, 1, $0, pixels: 50_000) }
    for instance in stored { #expect(try instance.send(to: sink).isStored) }
    // What is full shows where a segment begins: the sink gives its writer back after each, the segment stays.
    if cause == .noSpaceToReserve { try site.store.close() }
    if cause == .noSpaceToReserve { _ = try site.store.recover(indexedEnds: site.index.indexedEnds()) { _ in } }
    site.disk.apply { step, _ in cause.rule(step) }
    for attempt in 0..<3 {
      let error = #expect(throws: ArchiveError.self) { try TestInstance(1, 2, attempt, pixels: size).send(to: sink) }
      sink.abandon()
      #expect(error?.isOfResources == true)
    }
    #expect(site.disk.hits > 0)
    #expect(site.archive.alarms.open.map(\.kind) == [cause.kind])
    #expect(site.archive.alarms.open.first?.count ?? 0 >= 3)
    #expect(throws: (any Error).self) { try site.store.tryDisk() }
    try site.check(stored)
    try site.checkAfterCrash(stored)
    site.disk.apply(nil)
    try site.store.tryDisk()
    let later = try (0..<3).map { try TestInstance(1, 2, $0, pixels: size) }
    for instance in later { #expect(try instance.send(to: sink).isStored) }
    #expect(site.archive.alarms.open.isEmpty)
    stored += later
    try site.check(stored)
    try site.checkAfterCrash(stored)
  }

  /// One fault at any step of three objects' way: only the object that it hit is refused.
  @Test(arguments: 0..<12)
  func aSingleFaultCostsOneObject(step: Int) throws {
    let site = try Site()
    let sink = try site.archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
    let counter = Counter()
    site.disk.apply { operation, _ in
      operation.changes && counter.next() == step ? .short(512, step % 2 == 0 ? EIO : ENOSPC) : nil
    }
    var stored: [TestInstance] = []
    for number in 0..<6 {
      let instance = try TestInstance(1, 1, number, pixels: [2000, 1_300_000][number % 2])
      do {
        if try instance.send(to: sink).isStored { stored.append(instance) }
      } catch let error as ArchiveError {
        #expect(error.isOfResources)
        sink.abandon()
      }
    }
    #expect(stored.count >= 5)
    try site.check(stored)
    try site.checkAfterCrash(stored)
  }

  private final class Counter: Sendable {
    private let value = Atomic(-1)
    func next() -> Int { value.add(1, ordering: .relaxed).newValue }
  }

  /// A disk that cannot be read answers with an error, not with other bytes, and is not asked for twice in vain.
  @Test func whatCannotBeReadIsAnError() throws {
    let site = try Site()
    let sink = try site.archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
    let instance = try TestInstance(1, 1, 1, pixels: 3_000_000)
    try instance.send(to: sink)
    let large = try TestInstance(1, 1, 2, pixels: 6_000_000)
    try large.send(to: sink)
    site.disk.apply { step, _ in step.isRead ? .error(EIO) : nil }
    let stored = try #require(try site.index.versions(of: large.identity.instance).first)
    let error = #expect(throws: ArchiveError.self) { try site.archive.dataSetBytes(stored) }
    #expect(error?.code == .storageFailed)
    site.disk.apply(nil)
    try site.check([instance, large])
  }

  /// Many more senders than writers, on a disk that takes its time: all wait for their turn, none is sent away, and
  /// there are never more buffers than writers.
  @Test func manySendersWaitForASlowDisk() throws {
    let site = try Site(maximumWriters: 3, patience: 60)
    site.disk.apply { step, _ in step == .sync ? .delay(milliseconds: 4) : nil }
    let failures = Mutex<[String]>([])
    Threads.run(24) { thread in
      do {
        let sink = try site.archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT\(thread)"))
        for number in 0..<5 {
          let outcome = try TestInstance(thread, 1, number, pixels: 40_000).send(to: sink)
          if !outcome.isStored { failures.withLock { $0.append("\(outcome)") } }
        }
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    #expect(failures.withLock { $0 } == [])
    #expect(site.archive.alarms.open.isEmpty)
    let writers = Set(site.folder.segments.map { $0.split(separator: "/").last?.prefix { $0 != "-" } })
    #expect(writers.isSubset(of: ["1", "2", "3"]))
    try site.check((0..<24).flatMap { thread in try (0..<5).map { try TestInstance(thread, 1, $0, pixels: 40_000) } })
  }
}
