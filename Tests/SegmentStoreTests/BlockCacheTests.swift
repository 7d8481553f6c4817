// SPDX-License-Identifier: Apache-2.0

import SystemTestKit
import Testing

@testable import SegmentStore

@Suite struct BlockCacheTests {
  private let size = BlockCache.blockSize

  private func keep(_ cache: BlockCache, at offset: Int64, _ bytes: [UInt8], file: String = "a") throws {
    try bytes.withUnsafeBytes { try cache.keep(file, at: offset, $0) }
  }

  /// The bytes of a range, where all of it is there.
  private func bytes(_ cache: BlockCache, _ offset: Int, _ count: Int, file: String = "a") -> [UInt8]? {
    let range = offset % size..<offset % size + count
    guard let block = cache.block(file, offset / size, having: range) else { return nil }
    defer { cache.unpin(block) }
    return Array(block.memory.slice(range))
  }

  @Test func givesBackWhatItKeeps() throws {
    let cache = BlockCache(size: 4 * size)
    let all = testBytes(size + 10_000, seed: 1)
    try keep(cache, at: 4096, Array(all[..<5000]))
    try keep(cache, at: 9096, Array(all[5000...]))
    #expect(bytes(cache, 4096, 6000) == Array(all[..<6000]))
    #expect(bytes(cache, size, 5000) == Array(all[(size - 4096)..<(size + 904)]))
    #expect(bytes(cache, 4095, 2) == nil)
    #expect(bytes(cache, 4096, 10, file: "b") == nil)
  }

  /// More blocks than are kept in one go, from within a block on, and then from where these end.
  @Test func manyBlocksAreKeptTogether() throws {
    let cache = BlockCache(size: 64 * size)
    let all = testBytes(20 * size + 777, seed: 2)
    let start = 3 * size + 4096
    try keep(cache, at: Int64(start), Array(all[..<(17 * size + 5)]))
    try keep(cache, at: Int64(start + 17 * size + 5), Array(all[(17 * size + 5)...]))
    var position = start
    while position < start + all.count {
      let end = min((position / size + 1) * size, start + all.count)
      #expect(bytes(cache, position, end - position) == Array(all[(position - start)..<(end - start)]), "\(position)")
      position = end
    }
    #expect(bytes(cache, start - 1, 2) == nil)
    #expect(try cache.reserve(64).blocks.count == 64)
  }

  /// What finds no room is not kept, and nothing stays taken.
  @Test func aLongWriteInASmallCacheLeavesNothingPinned() throws {
    let cache = BlockCache(size: 4 * size)
    let all = testBytes(8 * size, seed: 3)
    try keep(cache, at: 0, all)
    for index in 0..<8 {
      guard let found = bytes(cache, index * size, size) else { continue }
      #expect(found == Array(all[(index * size)..<((index + 1) * size)]))
    }
    #expect((0..<8).contains { bytes(cache, $0 * size, size) != nil })
    #expect(try cache.reserve(5).blocks.count == 4)
  }

  @Test func manyWriteAtTheSameTime() async throws {
    let cache = BlockCache(size: 40 * size)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          let all = testBytes(30 * size, seed: UInt64(writer))
          for part in 0..<60 {
            let range = part * size / 2..<(part + 1) * size / 2
            try keep(cache, at: Int64(range.lowerBound), Array(all[range]), file: "\(writer)")
            guard let found = bytes(cache, range.lowerBound, range.count, file: "\(writer)") else { continue }
            #expect(found == Array(all[range]))
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try cache.reserve(41).blocks.count == 40)
  }

  @Test func laterBytesReplaceEarlierOnes() throws {
    let cache = BlockCache(size: 4 * size)
    try keep(cache, at: 0, [UInt8](repeating: 1, count: 10_000))
    try keep(cache, at: 4096, [UInt8](repeating: 2, count: 100))
    #expect(bytes(cache, 4096, 100) == [UInt8](repeating: 2, count: 100))
    #expect(bytes(cache, 4096, 101) == nil)
    cache.cut("a", from: 4100)
    #expect(bytes(cache, 4096, 4) == [2, 2, 2, 2])
    #expect(bytes(cache, 4096, 5) == nil)
    cache.cut("a", from: 0)
    #expect(bytes(cache, 0, 1) == nil)
  }

  @Test func keepsToItsBound() throws {
    let cache = BlockCache(size: 4 * size)
    for number in 0..<20 {
      try keep(cache, at: Int64(number * size), [UInt8](repeating: UInt8(number), count: size))
    }
    #expect((0..<20).filter { bytes(cache, $0 * size, size) != nil }.count == 4)
    #expect(bytes(cache, 19 * size, 1) == [19])
  }

  @Test func pinnedBlocksStay() throws {
    let cache = BlockCache(size: 4 * size)
    try keep(cache, at: 0, [UInt8](repeating: 7, count: size))
    let pinned = try #require(cache.block("a", 0, having: 0..<size))
    for number in 1..<20 { try keep(cache, at: Int64(number * size), [UInt8](repeating: 1, count: size)) }
    #expect(pinned.memory.slice(0..<size).allSatisfy { $0 == 7 })
    cache.unpin(pinned)
    let others = try cache.reserve(5).blocks
    #expect(others.count == 4)
    #expect(try cache.reserve(1).blocks.isEmpty)
    cache.unpin(others)
    #expect(try cache.reserve(1).blocks.count == 1)
  }

  @Test func whatWasCutMeanwhileStaysUnknown() throws {
    let cache = BlockCache(size: 4 * size)
    let (blocks, cuts) = try cache.reserve(2)
    cache.cut("a", from: 0)
    cache.publish(blocks, "a", from: 0, valid: [0..<size, 0..<10], isAhead: false, cuts: cuts)
    cache.unpin(blocks)
    #expect(!cache.has("a", 0) && !cache.has("a", 1))
  }

  @Test func whatIsReadAheadIsBoundedUntilItIsUsed() throws {
    let cache = BlockCache(size: 16 * size)
    #expect(cache.missing("a", 0..<3).indices == [0, 1, 2])
    #expect(cache.missing("a", 0..<3).room == 4)
    let (blocks, cuts) = try cache.reserve(3)
    cache.publish(blocks, "a", from: 0, valid: [0..<size, 0..<size, 0..<0], isAhead: true, cuts: cuts)
    cache.unpin(blocks)
    #expect(cache.missing("a", 0..<3).indices == [2])
    #expect(cache.missing("a", 0..<3).room == 2)
    let found = cache.blocks("a", from: 100, to: 3 * Int64(size), limit: 8)
    #expect(found.map(\.range) == [100..<size, 0..<size])
    cache.unpin(found.map(\.block))
    #expect(cache.missing("a", 0..<3).room == 4)
    #expect(cache.blocks("a", from: 0, to: 3 * Int64(size), limit: 1).count == 1)
  }
}
