// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import Foundation
import SQLStore
import SQLiteDriver
import SegmentStore
import Synchronization
import SystemTestKit
import Testing

/// Counts what is read from files below a folder.
final class ReadCounter: StorageFaults {
  private let counted = Mutex<(reads: Int, bytes: Int)>((0, 0))
  private let part: String

  /// - Parameter part: of the paths that count.
  init(_ part: String) { self.part = part }

  var reads: Int { counted.withLock { $0.reads } }
  var bytes: Int { counted.withLock { $0.bytes } }

  func reset() { counted.withLock { $0 = (0, 0) } }

  func fault(_ step: StorageStep, _ path: String) throws -> StorageFault? {
    if case .read(_, let count) = step, path.contains(part) {
      counted.withLock { $0 = ($0.reads + 1, $0.bytes + count) }
    }
    return nil
  }
}

/// Beside the objects of a series, a study file keeps what their metadata needs.
@Suite struct SeriesHeadsTests {
  private let folder: ScratchFolder
  private let index: SQLInstanceIndex
  private let sent: [TestInstance]

  /// Two series of 40 in a study file each object of which has 100 KB, and an old version of one of them.
  init() throws {
    folder = try ScratchFolder()
    let database = try SQLiteDatabase(path: folder.path + "/index.sqlite")
    try Schema.migrate(database)
    index = SQLInstanceIndex(database)
    var instances: [TestInstance] = []
    for series in 1...2 {
      for number in 1...40 {
        instances.append(try TestInstance(1, series, number, pixels: 100_000, seed: UInt64(number)))
      }
    }
    instances.append(try TestInstance(1, 2, 40, pixels: 100_000, seed: 99))
    sent = instances
    let (archive, store) = try Self.open(folder, index)
    let sink = try archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
    for instance in instances { try instance.send(to: sink) }
    sink.close()
    let lifeCycle = LifeCycle(
      index: index, store: store, options: LifeCycleOptions(quietTime: -1_000_000, releaseDelay: -1_000_000))
    #expect(try lifeCycle.run().settled == 1)
    archive.stop()
  }

  private static func open(
    _ folder: ScratchFolder, _ index: SQLInstanceIndex, _ faults: (any StorageFaults)? = nil
  ) throws -> (ImageArchive, SegmentStore) {
    var options = SegmentStoreOptions.testing()
    options.faults = faults
    let store = try SegmentStore(root: folder.path, options: options)
    let archive = ImageArchive(
      index: index, store: store, quarantine: try FolderQuarantine(root: folder.path),
      incidents: MemoryIncidentList(), options: ArchiveOptions(version: "1"))
    _ = try archive.start()
    return (archive, store)
  }

  private func series(_ number: Int) throws -> [StoredInstance] {
    try index.instances(InstanceSelection(series: [UID("1.2.1.\(number)")]))
  }

  /// Whether heads are what stands in the objects.
  private func check(_ heads: SeriesHeads, _ instances: [StoredInstance], _ archive: ImageArchive) throws {
    for instance in instances {
      let head = try #require(heads[instance.location])
      let pixels = try #require(instance.location.pixelDataOffset)
      let front = pixels + 12 - instance.location.dataSetOffset
      #expect(try head.front == archive.readAll(instance.location, from: instance.location.dataSetOffset, count: front))
      #expect(head.back.isEmpty)
    }
  }

  @Test func oneReadGivesTheHeadsOfASeries() throws {
    let counter = ReadCounter("/studies/")
    let (archive, _) = try Self.open(folder, index, counter)
    let instances = try series(1)
    #expect(instances.count == 40)
    counter.reset()
    let heads = archive.heads(of: instances)
    #expect(counter.reads == 1)
    #expect(counter.bytes < 40 * 4096)
    try check(heads, instances, archive)
    // Object by object it takes a read for each.
    #expect(counter.reads >= instances.count)
  }

  @Test func whatStandsBehindTheLastObjectIsPassedOver() throws {
    let (archive, _) = try Self.open(folder, index)
    let instances = try series(2)
    try check(archive.heads(of: instances), instances, archive)
    // Of some objects, too: those behind them are passed over.
    let few = Array(instances.dropLast(3))
    try check(archive.heads(of: few), few, archive)
    // Far in front of the end, objects are read by themselves.
    #expect(archive.heads(of: Array(instances.prefix(2)))[instances[0].location] == nil)
  }

  @Test func damagedOrReleasedHeadsAreNotUsed() throws {
    let (archive, store) = try Self.open(folder, index)
    let instances = try series(1)
    let last = try #require(instances.map(\.location).max { $0.offset < $1.offset })
    let file = try FileHandle(forUpdating: URL(filePath: folder.path + "/" + last.file))
    try file.seek(toOffset: UInt64((last.offset + last.length + 4095) / 4096 * 4096 + 700))
    try file.write(contentsOf: Data([0xFF, 0xFE, 0xFD]))
    try file.synchronize()
    #expect(archive.heads(of: instances)[last] == nil)
    #expect(try store.seal(of: last.file, readsBodies: true)?.contradiction != nil)
    // What is released is nowhere in the file any more.
    let gone = try series(2)[0].location
    let others = try series(2)
    #expect(archive.heads(of: others)[others[1].location] != nil)
    try store.release([gone.extent])
    #expect(archive.heads(of: others)[others[1].location] == nil)
    let bytes = try Data(contentsOf: URL(filePath: folder.path + "/" + last.file))
    #expect(bytes.range(of: Data("1.2.1.2.1 ".utf8)) == nil && bytes.range(of: Data("1.2.1.2.1\0".utf8)) == nil)
  }

  @Test func theFileIsWholeWithThem() throws {
    let (archive, store) = try Self.open(folder, index)
    let path = try series(1)[0].location.file
    #expect(try store.seal(of: path, readsBodies: true)?.contradiction == nil)
    var objects = 0
    try store.walk(path) { _ in objects += 1 }
    #expect(objects == sent.count)
    var findings: [IntegrityFinding] = []
    _ = try IntegrityCheck(index: index, store: store).run { findings.append($0) }
    #expect(findings.isEmpty, "\(findings)")
    archive.stop()
  }
}
