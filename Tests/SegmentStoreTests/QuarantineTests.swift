// SPDX-License-Identifier: Apache-2.0

import Foundation
import SegmentStore
import SystemTestKit
import Testing

@Suite struct QuarantineTests {
  private func keep(_ quarantine: FolderQuarantine, _ bytes: [UInt8]) throws -> String? {
    try quarantine.keep(size: Int64(bytes.count)) { piece in
      try bytes.withUnsafeBytes { all in
        try piece(UnsafeRawBufferPointer(rebasing: all[..<(bytes.count / 2)]))
        try piece(UnsafeRawBufferPointer(rebasing: all[(bytes.count / 2)...]))
      }
    }
  }

  private func names(_ folder: ScratchFolder) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/quarantine")) ?? []).sorted()
  }

  @Test func keepsBytesUpToItsLimits() throws {
    let folder = try ScratchFolder()
    let quarantine = try FolderQuarantine(root: folder.path, maximumSize: 10_000, maximumCount: 4)
    let kept = try (0..<6).map { try #require(try keep(quarantine, testBytes(1000 + $0, seed: UInt64($0)))) }
    #expect(names(folder).map { "quarantine/" + $0 } == Array(kept.suffix(4)))
    #expect(try Data(contentsOf: URL(filePath: folder.path + "/" + kept[5])) == Data(testBytes(1005, seed: 5)))
    let large = try #require(try keep(quarantine, testBytes(9000, seed: 9)))
    #expect(names(folder).map { "quarantine/" + $0 } == [large])
    #expect(try keep(quarantine, testBytes(10_001, seed: 9)) == nil)
    #expect(names(folder).count == 1)
  }

  @Test func remembersWhatItHoldsAcrossStarts() throws {
    let folder = try ScratchFolder()
    let first = try FolderQuarantine(root: folder.path, maximumSize: 10_000, maximumCount: 10)
    for seed in 0..<3 { _ = try keep(first, testBytes(3000, seed: UInt64(seed))) }
    let second = try FolderQuarantine(root: folder.path, maximumSize: 10_000, maximumCount: 10)
    _ = try keep(second, testBytes(3000, seed: 9))
    #expect(names(folder).count == 3)
  }

  @Test func leavesNoPartBehindAFailure() throws {
    struct Failed: Error {}
    let folder = try ScratchFolder()
    let quarantine = try FolderQuarantine(root: folder.path, maximumSize: 10_000)
    #expect(throws: Failed.self) { try quarantine.keep(size: 100) { _ in throw Failed() } }
    #expect(names(folder).isEmpty)
  }
}
