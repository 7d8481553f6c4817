// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import SegmentStore
import SystemTestKit
import Testing

/// The whole way in and out, on a disk, across crashes.
@Suite struct ArchiveOnSegmentsTests {
  private func open(
    _ folder: ScratchFolder, _ index: MemoryInstanceIndex
  ) throws -> (archive: ImageArchive, summary: RecoverySummary) {
    let archive = ImageArchive(
      index: index, store: try SegmentStore(root: folder.path, options: .testing()),
      quarantine: try FolderQuarantine(root: folder.path), incidents: MemoryIncidentList(),
      options: ArchiveOptions(version: "1"))
    return (archive, try archive.start())
  }

  private func check(_ archive: ImageArchive, _ instances: [TestInstance]) throws {
    for instance in instances {
      let versions = try archive.index.versions(of: instance.identity.instance)
      let found = try versions.map { try archive.dataSetBytes($0) }
      #expect(found.filter { $0 == instance.bytes }.count == 1)
      let stored = try #require(versions.first { $0.version == 1 })
      #expect(try Part10File.read(archive.readAll(stored.location)).dataSet.uid(.sopInstanceUID) != nil)
    }
  }

  @Test(arguments: [0, 1, 7, 100])
  func recoversWhatTheIndexLost(_ lost: Int) throws {
    let folder = try ScratchFolder()
    let (archive, _) = try open(folder, MemoryInstanceIndex())
    let index = try #require(archive.index as? MemoryInstanceIndex)
    let sink = try archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
    let sizes = [100, 5000, 600_000, 3_000_000, 10, 70_000, 2, 2, 40_000, 1_200_000]
    var instances = try sizes.enumerated().map { try TestInstance(1, 1, $0, pixels: $1) }
    // A further version of one, and one that looks the same in every way but its bytes.
    instances.append(try TestInstance(1, 1, 0, pixels: 100, seed: 9))
    for instance in instances { #expect(try instance.send(to: sink).isStored) }
    let copy = try folder.copy()
    let (recovered, summary) = try open(copy, index.crashed(losing: lost))
    #expect(summary.indexed == min(lost, instances.count))
    #expect(summary.unusable.isEmpty)
    try check(recovered, instances)
    let before = try index.versions(of: instances[3].identity.instance)
    let after = try recovered.index.versions(of: instances[3].identity.instance)
    #expect(before == after)
  }

  @Test func recoveredAgainChangesNothing() throws {
    let folder = try ScratchFolder()
    let (archive, _) = try open(folder, MemoryInstanceIndex())
    let sink = try archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
    let instances = try (0..<5).map { try TestInstance(1, 1, $0) }
    for instance in instances { try instance.send(to: sink) }
    archive.stop()
    // The index is gone altogether: it comes back out of the segments.
    let (second, summary) = try open(folder, MemoryInstanceIndex())
    #expect(summary.indexed == 5)
    try check(second, instances)
    second.stop()
    let index = try #require(second.index as? MemoryInstanceIndex)
    let (third, nothing) = try open(folder, index)
    #expect(nothing == RecoverySummary())
    try check(third, instances)
    // What was there is still known.
    let again = try third.makeSink(source: InstanceSource(way: .web, sender: "x"))
    #expect(try instances[2].send(to: again) == .duplicate(instances[2].identity))
  }

  /// Bytes that were durable, but whose sender was told that the index failed, are sent again.
  @Test func whatWasSentTwiceIsRecoveredOnce() throws {
    let folder = try ScratchFolder()
    let faults = FaultPlan(steps: 2)
    let (archive, _) = try open(folder, MemoryInstanceIndex(faults: faults))
    let instance = try TestInstance(pixels: 5000)
    let sink = try archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
    #expect(throws: FaultPlan.Crashed.self) { try instance.send(to: sink) }
    let copy = try folder.copy()
    let index = try #require(archive.index as? MemoryInstanceIndex)
    let (second, summary) = try open(copy, index.crashed())
    #expect(summary.indexed + summary.duplicates <= 1)
    let next = try second.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
    #expect(try instance.send(to: next) == .duplicate(instance.identity))
    let last = try copy.copy()
    let (third, _) = try open(last, MemoryInstanceIndex())
    try check(third, [instance])
  }
}

extension IngestOutcome {
  var isStored: Bool { if case .stored = self { true } else { false } }
}
