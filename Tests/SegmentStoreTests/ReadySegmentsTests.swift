// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Foundation
import SegmentStore
import SystemTestKit
import Testing

/// Segments that are made before they are needed.
@Suite struct ReadySegmentsTests {
  private static func options(_ count: Int = 3) -> SegmentStoreOptions {
    var options = SegmentStoreOptions.testing(segmentSize: 1 << 20)
    options.readySegments = count
    return options
  }

  private func ready(_ root: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: root + "/hot/.ready"))?.sorted() ?? []
  }

  private func inode(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int)
  }

  @Test func whoStoresGetsThemAhead() throws {
    var site = try SegmentFixture(Self.options())
    let root = site.folder.path
    for _ in 0..<3 { site.store.prepareSegments() }
    #expect(site.store.readySegments == 0, "nobody stored anything")
    let writer = try site.store.takeWriter()
    try site.add(size: 400_000, by: writer)
    writer.giveBack()
    for _ in 0..<5 { site.store.prepareSegments() }
    #expect(site.store.readySegments == 2)
    let made = try Set(ready(root).map { try inode(root + "/hot/.ready/" + $0) })
    #expect(made.count == 2)
    let again = try site.store.takeWriter()
    for _ in 0..<5 { try site.add(size: 400_000, by: again) }
    again.giveBack()
    #expect(site.store.readySegments == 0)
    let used = try Set(site.objects.map { try inode(root + "/" + $0.extent.file) })
    #expect(used.isSuperset(of: made), "they are the segments now")
    for object in site.objects { #expect(try site.store.bytes(object.extent) == object.bytes) }
    for _ in 0..<5 { site.store.prepareSegments() }
    #expect(site.store.readySegments == 3)
    try site.store.close()
    #expect(ready(root).isEmpty)
  }

  /// What stands behind the last member of one reads as what was reserved does: recovery finds all that is whole.
  @Test func recoveryReadsWhatStandsInOne() throws {
    var site = try SegmentFixture(Self.options())
    for size in [100, 300_000, 20_000] {
      let writer = try site.store.takeWriter()
      try site.add(size: size, by: writer)
      writer.giveBack()
      site.store.prepareSegments()
    }
    let writer = try site.store.takeWriter()
    for size in [900_000, 30, 700_000] { try site.add(size: size, by: writer) }
    // What a disk would hold whose process ended without a word.
    let disk = try ScratchFolder()
    try FileManager.default.copyItem(atPath: site.folder.path + "/hot", toPath: disk.path + "/hot")
    writer.giveBack()
    let other = try SegmentStore(root: disk.path, options: Self.options())
    var found: [ObjectExtent] = []
    _ = try other.recover(indexedEnds: [:]) { found.append($0.extent) }
    #expect(ready(disk.path).isEmpty)
    #expect(Set(found) == Set(site.objects.map(\.extent)))
    for object in site.objects { #expect(try other.bytes(object.extent) == object.bytes) }
  }

  @Test func noneIsMadeWhileSomebodyStores() throws {
    let site = try SegmentFixture(sizes: [100], Self.options())
    let writer = try site.store.takeWriter()
    var looks = 0
    site.store.prepareSegments {
      looks += 1
      return looks > 5
    }
    #expect(site.store.readySegments == 0 && ready(site.folder.path).isEmpty)
    writer.giveBack()
    site.store.prepareSegments()
    #expect(site.store.readySegments == 1)
  }

  @Test func whatAnEarlierProcessLeftIsRemovedAndThatOfAnotherIsNot() throws {
    let site = try SegmentFixture(sizes: [100], Self.options())
    site.store.prepareSegments()
    let own = ready(site.folder.path)
    #expect(own.count == 1)
    try Data(count: 1 << 20).write(to: URL(filePath: site.folder.path + "/hot/.ready/1-1.tar"))
    let other = try SegmentStore(root: site.folder.path, options: Self.options())
    _ = try other.recover(indexedEnds: [:]) { _ in }
    #expect(ready(site.folder.path) == own)
  }

  @Test(.enabled(if: FullDiskTests.SmallDisk.isAvailable))
  func theirSpaceIsGivenBackWhereItRunsShort() throws {
    let disk = try #require(FullDiskTests.SmallDisk(megabytes: 128))
    let store = try SegmentStore(root: disk.path, options: Self.options())
    _ = try store.recover(indexedEnds: [:]) { _ in }
    func put(_ number: Int) throws {
      let writer = try store.takeWriter()
      defer { writer.giveBack() }
      let name = ObjectName(study: "1.2", series: "1.2.3", instance: UID("1.2.3.\(number)"))
      _ = try writer.put(testBytes(900_000, seed: 1), name)
    }
    try put(1)
    try put(2)
    for _ in 0..<4 { store.prepareSegments() }
    #expect(store.readySegments == 3)
    let free = try #require(store.freeSpace())
    let ballast = URL(filePath: disk.path + "/ballast")
    try Data(count: Int(free) - (8 << 20)).write(to: ballast)
    store.prepareSegments()
    #expect(store.readySegments == 0 && ready(disk.path).isEmpty)
  }
}
