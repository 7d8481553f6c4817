// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Foundation
import SQLStore
import SQLiteDriver
import SegmentStore
import Synchronization
import SystemTestKit
import Testing

/// Drives storing, settling, copying and the loss of sides by a seed, stops the machine at any step on a disk, starts
/// it again, and looks whether everything that was acknowledged is there, on each side.
@Suite struct CopySimulationTests {
  /// A disk that stops after so many steps, and of which a side may be away.
  private final class StoppingDisk: StorageFaults {
    private struct State {
      var left = Int.max
      var away: String?
    }

    private let state = Mutex(State())

    var isStopped: Bool { state.withLock { $0.left <= 0 } }

    func stop(after steps: Int) { state.withLock { $0.left = steps } }

    /// - Parameter root: of the side that is away; nil brings it back.
    func takeAway(_ root: String?) { state.withLock { $0.away = root } }

    func fault(_ step: StorageStep, _ path: String) throws -> StorageFault? {
      state.withLock { state in
        if step.changes, state.left > 0, state.left < .max { state.left -= 1 }
        if state.left <= 0 { return .error(EIO) }
        if let away = state.away, path.hasPrefix(away) { return .error(EIO) }
        return nil
      }
    }
  }

  private final class SimulatedClock: Sendable {
    private let time = Atomic<Int64>(1_700_000_000_000_000)

    /// Microseconds since 1970-01-01 UTC.
    var now: Int64 { time.load(ordering: .relaxed) }

    func advance(_ microseconds: Int64) { time.add(microseconds, ordering: .relaxed) }
  }

  private final class Machine {
    let home: ScratchFolder
    let disk = StoppingDisk()
    let index: SQLInstanceIndex
    let copiesFirst: Bool
    let clock = SimulatedClock()
    private(set) var store: SegmentStore
    private(set) var archive: ImageArchive
    var acknowledged: [UID: Set<[UInt8]>] = [:]
    var roots: [String] { [home.path + "/primary", home.path + "/copy"] }

    init(copiesFirst: Bool) throws {
      home = try ScratchFolder()
      self.copiesFirst = copiesFirst
      let database = try SQLiteDatabase(path: home.path + "/index.sqlite")
      try Schema.migrate(database)
      index = SQLInstanceIndex(database)
      store = try SegmentStore(root: home.path + "/primary", options: .testing())
      archive = MemoryArchive().archive
    }

    func start() throws {
      var options = SegmentStoreOptions.testing(segmentSize: 256 << 10)
      options.copy = roots[1]
      options.copiesFirst = copiesFirst
      options.faults = disk
      options.cacheSize = 0
      options.now = { [clock] in clock.now }
      store = try SegmentStore(root: roots[0], options: options)
      archive = ImageArchive(
        index: index, store: store, quarantine: try FolderQuarantine(root: home.path),
        incidents: MemoryIncidentList(), options: ArchiveOptions(version: "1"))
      _ = try archive.start()
    }

    func keepCopies() {
      let index = index
      store.keepCopies(
        FileKnowledge(
          isKnown: { (try? index.isKnown(file: $0)) ?? true },
          isCovered: { object in
            let name = object.path.split(separator: "/").last?.dropLast(4).prefix { $0 != "~" } ?? ""
            return ((try? index.versions(of: UID(String(name)))) ?? []).contains { $0.location.isCopy(object) }
          }))
    }

    func settle() throws {
      let options = LifeCycleOptions(
        quietTime: -1_000_000, releaseDelay: -1_000_000, compression: [CompressionRule(modalities: [], codec: .jpegLS)])
      _ = try LifeCycle(index: index, store: store, options: options).run()
    }

    func send(_ instance: TestInstance) throws {
      let sink = try archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
      defer { sink.close() }
      switch try instance.send(to: sink) {
      case .stored, .duplicate: acknowledged[instance.identity.instance, default: []].insert(instance.bytes)
      case .refused(let refusal): Issue.record("refused: \(refusal)")
      }
    }
  }

  @Test(arguments: Array(0..<8) + [15, 37])
  func nothingAcknowledgedIsLost(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let machine = try Machine(copiesFirst: Bool.random(using: &generator))
    for _ in 0..<3 {
      machine.disk.stop(after: Int.random(in: 20..<400, using: &generator))
      do {
        try machine.start()
        work(machine, &generator)
      } catch {
        #expect(machine.disk.isStopped, "\(error)")
      }
      machine.disk.takeAway(nil)
    }
    machine.disk.stop(after: .max)
    try machine.start()
    try check(machine)
  }

  /// Until the machine stops.
  private func work(_ machine: Machine, _ generator: inout SeededGenerator) {
    for _ in 0..<200 where !machine.disk.isStopped {
      machine.clock.advance(Int64.random(in: 0...100_000_000, using: &generator))
      // What a side that is away makes impossible is not acknowledged.
      switch Int.random(in: 0..<100, using: &generator) {
      case 0..<65:
        let (study, number) = (Int.random(in: 1...3, using: &generator), Int.random(in: 0..<12, using: &generator))
        let size = [10, 700, 5000, 90_000].randomElement(using: &generator) ?? 10
        let seed = UInt64.random(in: 0...1, using: &generator)
        // Those of every third number are compressed when they are settled.
        let made =
          number % 3 == 0
          ? try? TestInstance.image(study, 1, number, side: 16 + size % 99, seed: seed)
          : try? TestInstance(study, 1, number, pixels: size, seed: seed)
        guard let instance = made else { continue }
        try? machine.send(instance)
      case 65..<80: machine.keepCopies()
      case 80..<88: try? machine.settle()
      case 88..<92 where machine.copiesFirst: machine.disk.takeAway(machine.roots.randomElement(using: &generator))
      case 92..<97: machine.disk.takeAway(nil)
      default:
        machine.archive.stop()
        try? machine.start()
      }
    }
  }

  private func check(_ machine: Machine) throws {
    for turn in 0..<4 where turn < 2 || machine.store.copyStatus?.state != .inStep {
      machine.clock.advance(120_000_000)
      machine.keepCopies()
    }
    #expect(machine.store.copyStatus?.state == .inStep)
    for settles in [false, true] {
      if settles {
        machine.archive.stop()
        try machine.settle()
        try machine.settle()
        machine.keepCopies()
      }
      for root in machine.roots {
        let alone = try SegmentStore(root: root, options: .testing())
        let reader = ImageArchive(
          index: machine.index, store: alone, quarantine: try FolderQuarantine(root: machine.home.path),
          incidents: MemoryIncidentList(), options: ArchiveOptions(version: "1"))
        for (instance, bodies) in machine.acknowledged {
          let found = Set(try machine.index.versions(of: instance).map { try reader.dataSetBytes($0) })
          #expect(bodies.isSubset(of: found), "\(root): \(instance) has lost a version")
        }
        var findings: [IntegrityFinding] = []
        // A copy that was being refused when the machine stopped is whole, and of no use.
        _ = try IntegrityCheck(index: machine.index, store: alone).run {
          if $0.kind != .notIndexed { findings.append($0) }
        }
        #expect(findings.isEmpty, "\(root): \(findings)")
      }
    }
  }
}
