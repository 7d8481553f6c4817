// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Foundation
import Synchronization
import SystemTestKit
import Testing

/// An archive whose index may lag behind what was acknowledged.
@Suite struct IndexBacklogTests {
  private struct Site {
    let index: GatedInstanceIndex
    let backlog: IndexBacklog
    let store: MemoryObjectStore
    let incidents = MemoryIncidentList()
    let archive: ImageArchive

    init(
      index: GatedInstanceIndex = GatedInstanceIndex(), store: MemoryObjectStore = MemoryObjectStore()
    ) throws {
      self.index = index
      self.store = store
      backlog = IndexBacklog(index)
      archive = ImageArchive(
        index: index, store: store, quarantine: MemoryQuarantine(), incidents: incidents,
        options: ArchiveOptions(version: "1.0"), backlog: backlog)
      _ = try archive.start()
    }

    func send(_ instance: TestInstance) throws -> IngestOutcome {
      let sink = try archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1", receiver: "MARTLET"))
      defer { sink.close() }
      return try instance.send(to: sink)
    }

    func versions(_ instance: TestInstance) throws -> Int {
      try index.versions(of: instance.identity.instance).count
    }
  }

  /// Asks again until it is so, or far too long has passed.
  private func eventually(_ isSo: () throws -> Bool) throws -> Bool {
    for _ in 0..<2000 {
      if try isSo() { return true }
      usleep(5000)
    }
    return false
  }

  @Test func answersBeforeTheIndexAndIsFoundAfterDraining() throws {
    let site = try Site()
    defer { site.archive.stop() }
    site.index.close()
    let instance = try TestInstance()
    #expect(try site.send(instance) == .stored(instance.identity, version: 1))
    #expect(try site.versions(instance) == 0)
    site.index.open()
    #expect(site.backlog.drain())
    #expect(try site.versions(instance) == 1)
  }

  @Test func commitsManyTogetherWithoutBeingAsked() throws {
    let site = try Site()
    defer { site.archive.stop() }
    site.index.close()
    let instances = try (1...200).map { try TestInstance(1, 1, $0) }
    for instance in instances { _ = try site.send(instance) }
    site.index.open()
    #expect(try eventually { try instances.allSatisfy { try site.versions($0) == 1 } })
    #expect(site.index.base.transactionCount < 20)
  }

  @Test func knowsAnInstanceThatStillWaits() throws {
    let site = try Site()
    defer { site.archive.stop() }
    let first = try TestInstance(seed: 1)
    let other = try TestInstance(seed: 2)
    #expect(try site.send(first) == .stored(first.identity, version: 1))
    #expect(try site.send(first) == .duplicate(first.identity))
    #expect(try site.send(other) == .stored(other.identity, version: 2))
    #expect(site.backlog.drain())
    #expect(try site.versions(first) == 2)
    #expect(try site.incidents.incidents(limit: 10).map(\.kind) == [.conflict])
  }

  /// The rest of a series whose first instance is new is not looked for; what was known after all is not kept twice.
  @Test func aSeriesIsLookedForOnce() throws {
    let index = GatedInstanceIndex()
    let store = MemoryObjectStore()
    let known = try TestInstance(1, 1, 1, seed: 1)
    let old = try Site(index: index, store: store)
    _ = try old.send(known)
    old.archive.stop()
    let site = try Site(index: index, store: store)
    defer { site.archive.stop() }
    func isNew(_ instance: TestInstance) throws -> Bool {
      try site.send(instance) == .stored(instance.identity, version: 1)
    }
    #expect(try isNew(TestInstance(1, 1, 2)))
    let asked = index.lookups
    for number in 3...20 { #expect(try isNew(TestInstance(1, 1, number))) }
    #expect(index.lookups == asked)
    #expect(try isNew(known))
    #expect(site.backlog.drain())
    #expect(try site.versions(known) == 1)
    #expect(try site.incidents.incidents(limit: 10).isEmpty)
    // From now on it is one that came.
    #expect(try site.send(known) == .duplicate(known.identity))
    let other = try TestInstance(1, 1, 1, seed: 2)
    #expect(try site.send(other) == .stored(other.identity, version: 2))
    #expect(try site.incidents.incidents(limit: 10).map(\.kind) == [.conflict])
  }

  @Test func freshSeriesAreForgottenInTheirOrder() {
    var fresh = FreshSeries()
    func asks(for instance: UID, of series: UID) -> Bool { fresh.asks(for: instance, of: series) }
    #expect(asks(for: "1.1", of: "1"))
    fresh.add("1.1", of: "1")
    #expect(asks(for: "1.1", of: "1"))
    #expect(!asks(for: "1.2", of: "1"))
    #expect(asks(for: "1.2", of: "1"))
    fresh.add("1.3", of: "1")
    #expect(asks(for: "1.3", of: "1"))
    for number in 2...FreshSeries.maximumSeries { fresh.add("9", of: UID("\(number)")) }
    #expect(!asks(for: "1.4", of: "1"))
    fresh.add("9", of: "0")
    #expect(asks(for: "1.5", of: "1"))
    for number in 1..<FreshSeries.maximumInstances { #expect(!asks(for: UID("0.\(number)"), of: "0")) }
    #expect(asks(for: "0.0", of: "0"))
  }

  @Test func oneOfManySendersOfTheSameIsFirst() throws {
    let site = try Site()
    defer { site.archive.stop() }
    let instance = try TestInstance()
    let outcomes = Mutex<[IngestOutcome]>([])
    Threads.run(8) { _ in
      if let outcome = try? site.send(instance) { outcomes.withLock { $0.append(outcome) } }
    }
    let all = outcomes.withLock { $0 }
    #expect(all.filter { $0 == .stored(instance.identity, version: 1) }.count == 1)
    #expect(all.filter { $0 == .duplicate(instance.identity) }.count == 7)
    #expect(try site.versions(instance) == 1)
  }

  @Test func acknowledgesNothingNewWhileTheIndexTakesNothing() throws {
    let site = try Site()
    defer { site.archive.stop() }
    site.index.refuse { _ in ArchiveError(.indexUnavailable, "locked") }
    let waiting = try TestInstance(1, 1, 1)
    #expect(try site.send(waiting) == .stored(waiting.identity, version: 1))
    #expect(!site.backlog.drain())
    #expect(throws: ArchiveError(.indexUnavailable, "")) { try site.send(TestInstance(1, 1, 2)) }
    #expect(site.archive.alarms.isOpen(.indexUnavailable))
    #expect(try site.versions(waiting) == 0)
    site.index.refuse(nil)
    #expect(try eventually { try site.versions(waiting) == 1 })
    #expect(try eventually { !site.archive.alarms.isOpen(.indexUnavailable) })
    let next = try TestInstance(1, 1, 3)
    #expect(try site.send(next) == .stored(next.identity, version: 1))
  }

  @Test func listsWhatTheIndexWillNeverTake() throws {
    struct Odd: Error {}
    let site = try Site()
    defer { site.archive.stop() }
    let instances = try (1...5).map { try TestInstance(1, 1, $0) }
    let odd = instances[2].identity.instance
    site.index.refuse { $0.identity.instance == odd ? Odd() : nil }
    for instance in instances { _ = try site.send(instance) }
    #expect(site.backlog.drain())
    #expect(try instances.map { try site.versions($0) } == [1, 1, 0, 1, 1])
    let incidents = try site.incidents.incidents(limit: 10)
    #expect(incidents.map(\.kind) == [.notIndexed])
    #expect(incidents.map(\.instanceUID) == [odd.rawValue])
    #expect(site.archive.alarms.isOpen(.fault))
  }

  @Test func recoversWhatWaitedWhenTheProcessEnded() throws {
    let index = GatedInstanceIndex()
    let store = MemoryObjectStore()
    let instances = try (1...5).map { try TestInstance(1, 1, $0) }
    let old = try Site(index: index, store: store)
    _ = try old.send(instances[0])
    #expect(old.backlog.drain())
    index.close()
    for instance in instances.dropFirst() { #expect(try old.send(instance) != .duplicate(instance.identity)) }
    let next = try Site(index: GatedInstanceIndex(base: index.base.crashed()), store: store.crashed())
    defer { next.archive.stop() }
    #expect(try instances.map { try next.versions($0) } == [1, 1, 1, 1, 1])
    index.refuse { _ in ArchiveError(.indexUnavailable, "gone") }
    index.open()
    old.archive.stop()
  }

  @Test func letsSendersWaitForRoomAndLosesNone() throws {
    let site = try Site()
    site.index.close()
    let sent = Atomic(0)
    let finished = DispatchSemaphore(value: 0)
    let all = IndexBacklog.limit + 188
    Thread {
      for number in 1...all {
        guard let instance = try? TestInstance(1, 1, number, pixels: 0), (try? site.send(instance)) != nil else {
          break
        }
        sent.add(1, ordering: .relaxed)
      }
      finished.signal()
    }.start()
    #expect(try eventually { sent.load(ordering: .relaxed) >= IndexBacklog.limit })
    #expect(sent.load(ordering: .relaxed) == IndexBacklog.limit)
    site.index.open()
    finished.wait()
    #expect(sent.load(ordering: .relaxed) == all)
    site.archive.stop()
    #expect(try site.index.instances(InstanceSelection()).count == all)
  }
}
