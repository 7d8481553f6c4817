// SPDX-License-Identifier: Apache-2.0

import Archive
import Foundation
import SegmentStore
import SystemTestKit
import Testing

/// Damage at every 512-byte bound of a segment's end.
@Suite struct CrashTests {
  private static let sizes = [5000, 0, 512, 3584, 3585, 9000, 700]

  enum Damage: CaseIterable { case truncated, zeroed, garbled }

  @Test(arguments: Damage.allCases)
  func wholeMembersSurviveDamageBehindThem(_ damage: Damage) throws {
    let fixture = try SegmentFixture(sizes: Self.sizes, .testing(segmentSize: 128 << 10))
    let segment = try #require(fixture.folder.segments.first)
    let original = try Data(contentsOf: URL(filePath: fixture.folder.path + "/" + segment))
    let last = try #require(fixture.objects.last).extent
    let end = Int(last.offset + last.length) + 12 * 512
    for position in stride(from: 0, through: end, by: 512) {
      let target = try ScratchFolder()
      try place(damaged(original, at: position, damage), at: target.path + "/" + segment)
      let expected = fixture.objects.map(\.extent).filter { $0.offset + $0.length <= Int64(position) }
      try check(target, expected, fixture, "\(damage) at \(position)")
    }
  }

  /// An object that was torn while it was written: any of its blocks may have come to the disk, and any not.
  @Test func acknowledgedMembersSurviveATornOne() throws {
    var fixture = try SegmentFixture(sizes: [5000, 700], .testing(segmentSize: 4 << 20))
    let segment = try #require(fixture.folder.segments.first)
    let url = URL(filePath: fixture.folder.path + "/" + segment)
    let before = try Data(contentsOf: url)
    let acknowledged = fixture.objects.map(\.extent)
    let writer = try fixture.store.takeWriter()
    try fixture.add(size: 50_000, by: writer)
    writer.giveBack()
    let after = try Data(contentsOf: url)
    let torn = try #require(fixture.objects.last).extent
    let start = Int(torn.offset) - 512
    let end = (Int(torn.offset + torn.length) / 4096 + 2) * 4096
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<60 {
      var mixed = before
      var isWhole = true
      for block in stride(from: start, to: end, by: 512) where Bool.random(using: &generator) || block == start {
        mixed.replaceSubrange(block..<block + 512, with: after[block..<block + 512])
      }
      isWhole = mixed[start..<Int(torn.offset + torn.length)] == after[start..<Int(torn.offset + torn.length)]
      let target = try ScratchFolder()
      try place(mixed, at: target.path + "/" + segment)
      try check(target, acknowledged + (isWhole ? [torn] : []), fixture, "torn")
    }
  }

  /// Nothing is cut in front of a whole member: damage in the middle costs what it hit.
  @Test func damageInTheMiddleCostsOneMember() throws {
    let fixture = try SegmentFixture(sizes: Self.sizes, .testing(segmentSize: 128 << 10))
    let segment = try #require(fixture.folder.segments.first)
    for (number, object) in fixture.objects.enumerated().dropLast() where object.extent.length > 0 {
      // The body, then the header.
      for position in [Int(object.extent.offset), Int(object.extent.offset) - 500] {
        let target = try ScratchFolder()
        var bytes = try Data(contentsOf: URL(filePath: fixture.folder.path + "/" + segment))
        bytes[position] ^= 0x55
        try place(bytes, at: target.path + "/" + segment)
        var expected = fixture.objects.map(\.extent)
        expected.remove(at: number)
        try check(target, expected, fixture, "damage in member \(number)")
      }
    }
  }

  private func damaged(_ original: Data, at position: Int, _ damage: Damage) -> Data {
    var bytes = original
    switch damage {
    case .truncated: bytes.removeSubrange(position...)
    case .zeroed: bytes.resetBytes(in: position..<bytes.count)
    case .garbled:
      let end = min(position + 8192, bytes.count)
      bytes.replaceSubrange(position..<end, with: testBytes(end - position, seed: UInt64(position)))
      bytes.resetBytes(in: end..<bytes.count)
    }
    return bytes
  }

  private func place(_ bytes: Data, at path: String) throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try bytes.write(to: URL(filePath: path))
  }

  private func check(
    _ folder: ScratchFolder, _ expected: [ObjectExtent], _ fixture: SegmentFixture, _ what: Comment
  ) throws {
    let store = try SegmentStore(root: folder.path, options: .testing())
    var found: [ObjectExtent] = []
    _ = try store.recover(indexedEnds: [:]) { found.append($0.extent) }
    #expect(found == expected, what)
    for extent in found {
      let object = try #require(fixture.objects.first { $0.extent == extent })
      #expect(try store.bytes(extent) == object.bytes, what)
    }
    try store.close()
    // What was sealed needs no second look.
    let again = try SegmentStore(root: folder.path, options: .testing())
    let ends = Dictionary(
      found.map { ($0.file, $0.offset + $0.length) }, uniquingKeysWith: { first, second in max(first, second) })
    #expect(try again.recover(indexedEnds: ends) { _ in Issue.record("found again") }.filesRead == 0, what)
  }
}
