// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Foundation
import SQLInterface
import SQLStore
import SQLiteDriver
import SegmentStore
import SystemTestKit
import Testing

/// A file system in memory that really fills, with the index on it as well.
@Suite struct FullDiskTests {
  /// A small tmpfs, unmounted with its owner.
  final class SmallDisk {
    let path: String

    init?(megabytes: Int) {
      path = NSTemporaryDirectory() + "full-" + UUID().uuidString
      guard (try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)) != nil,
        Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path)
      else { return nil }
    }

    deinit {
      _ = Self.run("/bin/umount", "-l", path)
      try? FileManager.default.removeItem(atPath: path)
    }

    private static func run(_ program: String, _ arguments: String...) -> Bool {
      let process = Process()
      process.executableURL = URL(filePath: program)
      process.arguments = arguments
      process.standardError = FileHandle.nullDevice
      guard (try? process.run()) != nil else { return false }
      process.waitUntilExit()
      return process.terminationStatus == 0
    }

    /// Said once where tests that need one are left out.
    static let isAvailable: Bool = {
      if SmallDisk(megabytes: 1) != nil { return true }
      print("Tests on a disk that fills are left out: a tmpfs cannot be mounted here")
      return false
    }()
  }

  @Test(.enabled(if: SmallDisk.isAvailable))
  func aDiskThatFillsLosesNothingAndGoesOn() throws {
    let disk = try #require(SmallDisk(megabytes: 24))
    let ballast = disk.path + "/ballast"
    try Data(count: 10 << 20).write(to: URL(filePath: ballast))
    let store = try SegmentStore(root: disk.path, options: .testing(segmentSize: 1 << 20))
    let database = try SQLiteDatabase(path: disk.path + "/index.sqlite")
    try Schema.migrate(database)
    let index = SQLInstanceIndex(database)
    let board = AlarmBoard(list: SQLAlarmList(database))
    let archive = ImageArchive(
      index: index, store: store, quarantine: try FolderQuarantine(root: disk.path), incidents: MemoryIncidentList(),
      options: ArchiveOptions(version: "1"), alarms: board)
    _ = try archive.start()
    let sink = try archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
    var stored: [TestInstance] = []
    var refused = 0
    var number = 0
    while refused < 20, number < 500 {
      let instance = try TestInstance(1, 1, number, pixels: 100_000)
      number += 1
      do {
        if try instance.send(to: sink).isStored { stored.append(instance) }
      } catch let error as ArchiveError {
        #expect(error.code == .storageFull)
        sink.abandon()
        refused += 1
      }
    }
    #expect(refused == 20 && stored.count > 50)
    #expect(board.open.map(\.kind) == [.storageFull])
    #expect(throws: ArchiveError.self) { try store.tryDisk() }
    #expect(store.freeSpace() ?? .max < 2 << 20)
    for instance in stored {
      let found = try index.versions(of: instance.identity.instance).map { try archive.dataSetBytes($0) }
      #expect(found == [instance.bytes])
    }
    try FileManager.default.removeItem(atPath: ballast)
    try store.tryDisk()
    for number in 500..<520 {
      let instance = try TestInstance(1, 1, number, pixels: 100_000)
      #expect(try instance.send(to: sink).isStored)
      stored.append(instance)
    }
    #expect(board.open.isEmpty)
    try board.flush()
    #expect(try SQLAlarmList(database).alarms(onlyOpen: false, limit: 5).map(\.kind) == [.storageFull])
    archive.stop()
    var findings: [IntegrityFinding] = []
    let summary = try IntegrityCheck(index: index, store: store).run { findings.append($0) }
    #expect(findings.isEmpty && summary.objects == stored.count)
  }
}
