// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SegmentStore
import SystemTestKit
import Testing

/// What the start after a crash reads follows from what the index lacks, not from what the archive holds. Reads are
/// counted where the store meets the disk; nothing is timed.
@Suite struct RecoveryCostTests {
  private static let pixels = 30_000
  /// Of a segment that was open when the process died: the end that is sought, and what seals it.
  private static let readsOfTail = 4

  private func open(
    _ folder: ScratchFolder, _ index: MemoryInstanceIndex, _ counter: ReadCounter
  ) throws -> (archive: ImageArchive, summary: RecoverySummary) {
    var options = SegmentStoreOptions.testing(segmentSize: 256 << 10)
    options.faults = counter
    let archive = ImageArchive(
      index: index, store: try SegmentStore(root: folder.path, options: options),
      quarantine: try FolderQuarantine(root: folder.path), incidents: MemoryIncidentList(),
      options: ArchiveOptions(version: "1"))
    return (archive, try archive.start())
  }

  /// - Returns: reads and bytes of a start that lacks the last `missing` of `count` instances, and how many files it
  ///   opened up.
  private func cost(of missing: Int, in count: Int) throws -> (reads: Int, bytes: Int, files: Int) {
    let folder = try ScratchFolder()
    let (archive, _) = try open(folder, MemoryInstanceIndex(), ReadCounter("/hot/"))
    let sink = try archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
    for number in 0..<count { try TestInstance(1, 1, number, pixels: Self.pixels, seed: UInt64(number)).send(to: sink) }
    // The process ends without a word: the last segment stays open.
    let copy = try folder.copy()
    #expect(copy.segments.count > count / 10)
    let index = try #require(archive.index as? MemoryInstanceIndex)
    let counter = ReadCounter("/hot/")
    let (recovered, summary) = try open(copy, index.crashed(losing: missing), counter)
    #expect(summary.indexed == missing && summary.duplicates == 0 && summary.unusable.isEmpty)
    let cost = (counter.reads, counter.bytes, summary.store.filesRead)
    recovered.stop()
    return cost
  }

  @Test(arguments: [20, 200]) func readsFollowFromWhatIsMissing(_ count: Int) throws {
    let nothing = try cost(of: 0, in: count)
    // The open segment alone is looked at, however many there are.
    #expect(nothing.files == 1)
    #expect(nothing.reads <= Self.readsOfTail)
    for missing in [1, 5, 15] {
      let some = try cost(of: missing, in: count)
      // Each object is read for its checksum, and its beginning for its record; each segment with one has a tail.
      #expect(some.files <= missing + 1)
      #expect(some.reads <= Self.readsOfTail * (some.files + missing))
      #expect(some.bytes <= nothing.bytes * some.files + missing * 8 * Self.pixels)
    }
  }

  @Test func tenTimesAsManyInstancesCostNoMore() throws {
    for missing in [0, 7] {
      let few = try cost(of: missing, in: 20)
      let many = try cost(of: missing, in: 200)
      #expect(many.reads <= few.reads + Self.readsOfTail * 2)
      #expect(many.bytes <= few.bytes + (128 << 10))
    }
  }
}
