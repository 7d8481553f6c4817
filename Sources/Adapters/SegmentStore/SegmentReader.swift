// SPDX-License-Identifier: Apache-2.0

import Archive

/// Reads ranges of segments through the cache. What the cache lacks is read in runs of blocks, few and large, as direct
/// input wants it; what follows is read meanwhile.
struct SegmentReader {
  /// Blocks of a run.
  static let runLength = 8
  /// Blocks that are handed over at once, and pinned as long: a CT image.
  static let handedOver = 10

  let files: SegmentFiles
  let path: String
  private var file: StorageFile?

  init(_ files: SegmentFiles, _ path: String) {
    self.files = files
    self.path = path
  }

  /// Gives a range in pieces that lie side by side in the file, several at once.
  mutating func read(
    offset: Int64, count: Int64, _ pieces: ([UnsafeRawBufferPointer]) throws -> Void
  ) throws {
    let end = offset + count
    var position = offset
    while position < end {
      let found = files.cache.blocks(path, from: position, to: end, limit: Self.handedOver)
      if found.isEmpty {
        if files.readAhead.isComing(path, Int(position / Int64(BlockCache.blockSize))) { continue }
        position = try readRun(from: position, to: end, pieces)
      } else {
        defer { files.cache.unpin(found.map(\.block)) }
        let next = found.reduce(position) { $0 + Int64($1.range.count) }
        readAhead(next, end)
        try pieces(found.map { $0.block.memory.slice($0.range) })
        position = next
      }
    }
  }

  /// Has what follows in a range read, where something does.
  private func readAhead(_ position: Int64, _ end: Int64) {
    if position < end { files.readAhead.request(files, path, from: position, to: end) }
  }

  /// Reads the blocks from `position` on that the cache lacks, at most a run and not past `end`.
  /// - Returns: the position behind what was read.
  private mutating func readRun(
    from position: Int64, to end: Int64, _ pieces: ([UnsafeRawBufferPointer]) throws -> Void
  ) throws -> Int64 {
    let size = BlockCache.blockSize
    let first = Int(position / Int64(size))
    var blocks = 1
    while blocks < Self.runLength, Int64(first + blocks) * Int64(size) < end,
      !files.cache.has(path, first + blocks), !files.readAhead.isClaimed(path, first + blocks)
    {
      blocks += 1
    }
    let base = Int64(first) * Int64(size)
    let memory = try RunMemory(files, blocks: blocks)
    defer { memory.giveBack() }
    let range = Int(position - base)..<Int(min(end - base, Int64(memory.count)))
    readAhead(base + Int64(range.upperBound), end)
    let valid = try loadFromAnySide(memory, base, range)
    memory.publish(path, from: first, valid: valid, isAhead: false)
    try pieces(memory.bytes(range))
    return base + Int64(range.upperBound)
  }

  /// Brings blocks of a file that is final there into the cache before somebody asks for them.
  mutating func fill(_ blocks: Range<Int>) throws {
    let base = Int64(blocks.lowerBound) * Int64(BlockCache.blockSize)
    let memory = try RunMemory(files, blocks: blocks.count)
    defer { memory.giveBack() }
    guard memory.isOfCache, files.finalEnd(path) > base + 1 else { return }
    let valid = try loadFromAnySide(memory, base, 0..<1)
    memory.publish(path, from: blocks.lowerBound, valid: valid, isAhead: true)
  }

  /// What the leading side cannot give is read from the other.
  private mutating func loadFromAnySide(
    _ memory: RunMemory, _ base: Int64, _ range: Range<Int>
  ) throws -> Range<Int> {
    do {
      return try load(memory, base, range)
    } catch let error as ArchiveError where error.code == .storageFailed || error.code == .damaged {
      guard let side = file?.side, let other = files.sides.counterpart(of: side),
        let second = try? files.open(path, flags: 0, on: other)
      else { throw error }
      file = second
      guard let valid = try? load(memory, base, range) else { throw error }
      files.options.board?.raise(.readElsewhere, .warning, subject: path, "\(error)")
      return valid
    }
  }

  /// Reads `range` counted from `base`, and more up to whole blocks where the file is final there.
  /// - Returns: what of it may be kept.
  private mutating func load(
    _ memory: RunMemory, _ base: Int64, _ range: Range<Int>
  ) throws -> Range<Int> {
    // Asked before reading: what is final now is read as it is for ever.
    let known = Int(clamping: files.finalEnd(path) - base)
    let last = known > range.upperBound ? memory.count : range.upperBound
    let first = known > range.upperBound ? 0 : range.lowerBound / SegmentLayout.block * SegmentLayout.block
    let aligned = Int(SegmentLayout.roundUp(Int64(last)))
    let count = try read(memory.parts(first..<aligned), base + Int64(first))
    guard first + count >= range.upperBound else {
      throw ArchiveError(.damaged, "the file ends before the object", file: path, offset: base + Int64(first + count))
    }
    return first..<min(first + count, max(known, range.upperBound))
  }

  private mutating func read(_ target: [UnsafeMutableRawBufferPointer], _ offset: Int64) throws -> Int {
    do {
      let file = try self.file ?? files.open(path)
      self.file = file
      return try file.read(into: target, at: offset)
    } catch let refused as DirectRefused {
      guard file?.isDirect == true else { throw refused.error }
      files.refuseDirect()
      let file = try files.open(path)
      self.file = file
      return try file.read(into: target, at: offset)
    }
  }
}
