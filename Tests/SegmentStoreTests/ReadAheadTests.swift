// SPDX-License-Identifier: Apache-2.0

import Archive
import SegmentStore
import Synchronization
import SystemTestKit
import Testing

@Suite struct ReadAheadTests {
  /// Notes what is read of segments, and may make it slow or fail.
  private final class ReadNotes: StorageFaults {
    private let notes = Mutex<[String: [Range<Int64>]]>([:])
    private let failing = Atomic(0)

    var ranges: [String: [Range<Int64>]] { notes.withLock { $0 } }
    func forget() { notes.withLock { $0 = [:] } }
    /// Lets so many reads fail.
    func fail(_ count: Int) { failing.store(count, ordering: .relaxed) }

    func fault(_ step: StorageStep, _ path: String) throws -> StorageFault? {
      guard case .read(let offset, let count) = step, path.hasSuffix(".tar") else { return nil }
      if failing.load(ordering: .relaxed) > 0 {
        failing.subtract(1, ordering: .relaxed)
        return .error(5)
      }
      notes.withLock { $0[path, default: []].append(offset..<offset + Int64(count)) }
      return .delay(milliseconds: 2)
    }
  }

  /// A store that has objects and nothing of them in its cache.
  private func coldStore(
    _ sizes: [Int], cacheSize: Int = 8 << 20
  ) throws -> (fixture: SegmentFixture, store: SegmentStore, notes: ReadNotes) {
    let fixture = try SegmentFixture(sizes: sizes, .testing(segmentSize: 16 << 20))
    try fixture.store.close()
    let notes = ReadNotes()
    var options = SegmentStoreOptions.testing()
    options.cacheSize = cacheSize
    options.faults = notes
    let store = try SegmentStore(root: fixture.folder.path, options: options)
    let ends = Dictionary(fixture.objects.map { ($0.extent.file, $0.extent.offset + $0.extent.length) }) { max($0, $1) }
    _ = try store.recover(indexedEnds: ends) { _ in }
    notes.forget()
    return (fixture, store, notes)
  }

  @Test(arguments: [[700_000, 5000, 1_400_000, 3, 800_000], [3_000_000]])
  func eachBlockIsReadOnce(_ sizes: [Int]) throws {
    let (fixture, store, notes) = try coldStore(sizes)
    for (number, object) in fixture.objects.enumerated() {
      for next in fixture.objects.dropFirst(number + 1).prefix(2) {
        store.prepare(next.extent.file, offset: next.extent.offset, count: next.extent.length)
      }
      #expect(try store.bytes(object.extent) == object.bytes)
    }
    #expect(!notes.ranges.isEmpty)
    for ranges in notes.ranges.values {
      let sorted = ranges.sorted { $0.lowerBound < $1.lowerBound }
      for (range, next) in zip(sorted, sorted.dropFirst()) { #expect(range.upperBound <= next.lowerBound) }
    }
    let reads = notes.ranges
    for object in fixture.objects { #expect(try store.bytes(object.extent) == object.bytes) }
    #expect(notes.ranges == reads)
  }

  @Test(arguments: [256 << 10, 1 << 20])
  func manyReadersOfASmallCache(_ cacheSize: Int) throws {
    let sizes = (0..<6).map { 200_000 + 150_000 * $0 }
    let (fixture, store, _) = try coldStore(sizes, cacheSize: cacheSize)
    let wrong = Atomic(0)
    let objects = fixture.objects.map { (bytes: $0.bytes, extent: $0.extent) }
    Threads.run(8) { number in
      for step in 0..<objects.count {
        let next = objects[(number + step + 1) % objects.count].extent
        store.prepare(next.file, offset: next.offset, count: next.length)
        let object = objects[(number + step) % objects.count]
        if (try? store.bytes(object.extent)) != object.bytes { wrong.add(1, ordering: .relaxed) }
      }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
  }

  @Test func whatCannotBeReadAheadIsReadByWhoAsks() throws {
    let (fixture, store, notes) = try coldStore([700_000, 900_000])
    let object = fixture.objects[1]
    notes.fail(.max)
    store.prepare(object.extent.file, offset: object.extent.offset, count: object.extent.length)
    #expect(throws: ArchiveError.self) { try store.bytes(object.extent) }
    notes.fail(0)
    #expect(try store.bytes(object.extent) == object.bytes)
  }

  @Test func severalPiecesComeAtOnceWhereTheyAreThere() throws {
    let (fixture, store, _) = try coldStore([600_000])
    let extent = fixture.objects[0].extent
    for _ in 0..<2 {
      var bytes: [UInt8] = []
      var most = 0
      try store.readTogether(extent.file, offset: extent.offset + 5, count: extent.length - 5) { pieces in
        most = max(most, pieces.count)
        for piece in pieces { bytes += piece }
      }
      #expect(bytes == Array(fixture.objects[0].bytes.dropFirst(5)))
      #expect(most > 4)
    }
  }
}
