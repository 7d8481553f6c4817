// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Foundation
import SegmentStore
import Synchronization
import SystemTestKit
import Testing

@Suite struct SegmentStoreTests {
  @Test func aWriterContinuesItsSegment() throws {
    var fixture = try SegmentFixture()
    for _ in 0..<20 {
      let writer = try fixture.store.takeWriter()
      try fixture.add(size: 10_000, by: writer)
      writer.giveBack()
    }
    #expect(fixture.folder.segments.count == 1)
    let day = try #require(fixture.folder.segments.first)
    #expect(day.wholeMatch(of: /hot\/\d{4}-\d\d-\d\d\/1-\d+\.tar/) != nil)
  }

  @Test func fullSegmentsAreSealedAndCut() throws {
    let fixture = try SegmentFixture(
      sizes: [Int](repeating: 700_000, count: 12) + [9_000_000, 100], .testing(segmentSize: 4 << 20))
    try fixture.store.close()
    #expect(fixture.folder.segments.count >= 4)
    for segment in fixture.folder.segments {
      let size = try #require(
        FileManager.default.attributesOfItem(atPath: fixture.folder.path + "/" + segment)[.size] as? Int)
      let ends = fixture.objects.map(\.extent).filter { $0.file == segment }.map { $0.offset + $0.length }
      let end = Int(try #require(ends.max()))
      #expect(size == (end + 4095) / 4096 * 4096 + 4096)
    }
    for object in fixture.objects { #expect(try fixture.store.bytes(object.extent) == object.bytes) }
  }

  @Test func aStoreWithoutObjectsLeavesNoSegment() throws {
    let fixture = try SegmentFixture()
    let writer = try fixture.store.takeWriter()
    try writer.pend([1, 2, 3])
    writer.giveBack()
    let other = try fixture.store.takeWriter()
    _ = try other.put(testBytes(5000, seed: 1), ObjectName(study: "1", series: "2", instance: "3"))
    try other.revoke()
    other.giveBack()
    try fixture.store.close()
    #expect(fixture.folder.segments.isEmpty)
  }

  @Test func saysThatTheDiskIsFull() throws {
    let fixture = try SegmentFixture(.testing(segmentSize: 1 << 55))
    let writer = try fixture.store.takeWriter()
    for _ in 0..<2 {
      try writer.pend(testBytes(1000, seed: 1))
      #expect(throws: ArchiveError(.storageFull, "")) {
        _ = try writer.commit(ObjectName(study: "1", series: "2", instance: "3"))
      }
    }
    writer.giveBack()
    #expect(fixture.folder.segments.isEmpty)
  }

  /// Two processes, such as the server and an import, use one folder: neither takes the other's open segment for a
  /// wreck.
  @Test func leavesSegmentsOfOthersAlone() throws {
    var fixture = try SegmentFixture()
    let writer = try fixture.store.takeWriter()
    try fixture.add(size: 1000, by: writer)
    let other = try SegmentStore(root: fixture.folder.path, options: .testing())
    let recovery = try other.recover(indexedEnds: [:]) { _ in Issue.record("took the segment of another store") }
    #expect(recovery == StoreRecovery())
    let second = try other.takeWriter()
    let extent = try second.put(testBytes(2000, seed: 9), ObjectName(study: "1", series: "2", instance: "3"))
    second.giveBack()
    try fixture.add(size: 3000, by: writer)
    writer.giveBack()
    #expect(extent.file != fixture.objects[0].extent.file)
    for store in [fixture.store, other] {
      #expect(try store.bytes(extent) == testBytes(2000, seed: 9))
      for object in fixture.objects { #expect(try store.bytes(object.extent) == object.bytes) }
    }
  }

  /// What was read ahead of a segment that still grows is not taken for its end.
  @Test(arguments: [true, false])
  func readersSeeWhatIsAppended(_ direct: Bool) throws {
    var fixture = try SegmentFixture(.testing(direct: direct))
    let reader = try SegmentStore(root: fixture.folder.path, options: .testing(direct: direct))
    _ = try reader.recover(indexedEnds: [:]) { _ in }
    let writer = try fixture.store.takeWriter()
    for size in [100, 5000, 60_000, 3, 400_000, 2_000_000, 17] {
      try fixture.add(size: size, by: writer)
      for object in fixture.objects.suffix(3) {
        #expect(try reader.bytes(object.extent) == object.bytes)
        #expect(try fixture.store.bytes(object.extent) == object.bytes)
      }
      try writer.pend(testBytes(30_000, seed: 77))
      try writer.revoke()
      _ = try writer.put(testBytes(20_000, seed: 78), ObjectName(study: "1", series: "2", instance: "3"))
      try writer.revoke()
    }
    writer.giveBack()
  }

  @Test func checksumsAreOfTheBytes() throws {
    let fixture = try SegmentFixture(sizes: [0, 9, 300_000])
    let digits = try fixture.store.takeWriter()
    let extent = try digits.put(Array("123456789".utf8), ObjectName(study: "1", series: "2", instance: "3"))
    digits.giveBack()
    #expect(extent.checksum == 0xE306_9283)
    for object in fixture.objects {
      let extent = object.extent
      #expect(
        try fixture.store.checksum(extent.file, offset: extent.offset, count: extent.length) == extent.checksum)
    }
  }
}
