// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SystemTestKit
import Testing

/// Stops a machine at any of its steps, starts it again, and looks whether everything that was acknowledged is there.
@Suite struct CrashSimulationTests {
  @Test(arguments: 0..<60)
  func nothingAcknowledgedIsLost(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var acknowledged: [UID: Set<[UInt8]>] = [:]
    var index = MemoryInstanceIndex()
    var store = MemoryObjectStore()
    for _ in 0..<3 {
      let faults = FaultPlan(steps: Int.random(in: 0..<200, using: &generator))
      index = index.crashed(faults: faults)
      store = store.crashed(faults: faults)
      let memory = MemoryArchive(index: index, store: store)
      do {
        _ = try memory.archive.start()
        try work(memory, &generator, &acknowledged)
      } catch is FaultPlan.Crashed {}
      // The bytes are flushed before the answer; of the index, the last transactions may not have reached the disk.
      index = index.crashed(losing: Int.random(in: 0...5, using: &generator))
    }
    let memory = MemoryArchive(index: index, store: store.crashed())
    _ = try memory.archive.start()
    for (instance, bodies) in acknowledged {
      let found = try memory.index.versions(of: instance).map { try memory.archive.dataSetBytes($0) }
      #expect(bodies.isSubset(of: Set(found)), "\(instance) has lost a version")
      #expect(found.count == Set(found).count, "\(instance) is there twice")
    }
  }

  /// Several senders whose pieces come mixed, until the machine stops.
  private func work(
    _ memory: MemoryArchive, _ generator: inout SeededGenerator, _ acknowledged: inout [UID: Set<[UInt8]>]
  ) throws {
    let sinks = try (0..<4).map { try memory.sink("S\($0)") }
    var pending: [(instance: TestInstance, sent: Int)?] = [nil, nil, nil, nil]
    while true {
      let sender = Int.random(in: 0..<4, using: &generator)
      let sink = sinks[sender]
      guard let (instance, sent) = pending[sender] else {
        let instance = try TestInstance(
          1, 1, Int.random(in: 0..<12, using: &generator), pixels: Int.random(in: 0...1000, using: &generator) * 2,
          seed: UInt64.random(in: 0...1, using: &generator))
        try sink.begin(
          affectedSOPClass: instance.identity.sopClass, affectedSOPInstance: instance.identity.instance,
          transferSyntax: instance.transferSyntax)
        pending[sender] = (instance, 0)
        continue
      }
      if sent < instance.bytes.count {
        let end = min(sent + 700, instance.bytes.count)
        try instance.bytes.withUnsafeBytes { try sink.append(UnsafeRawBufferPointer(rebasing: $0[sent..<end])) }
        pending[sender] = (instance, end)
      } else if Int.random(in: 0..<20, using: &generator) == 0 {
        sink.abandon()
        pending[sender] = nil
      } else {
        pending[sender] = nil
        switch try sink.finish() {
        case .stored, .duplicate: acknowledged[instance.identity.instance, default: []].insert(instance.bytes)
        case .refused(let refusal): Issue.record("refused: \(refusal)")
        }
      }
    }
  }
}
