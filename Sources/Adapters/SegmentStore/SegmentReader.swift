// SPDX-License-Identifier: Apache-2.0

import Archive

/// Reads ranges of segments through the cache. What the cache lacks is read in runs of blocks, few and large, as direct
/// input wants it.
struct SegmentReader {
  /// Blocks of a run.
  static let runLength = 8

  let files: SegmentFiles
  let path: String
  private var file: StorageFile?

  init(_ files: SegmentFiles, _ path: String) {
    self.files = files
    self.path = path
  }

  mutating func read(
    offset: Int64, count: Int64, _ piece: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let size = Int64(BlockCache.blockSize)
    let end = offset + count
    var position = offset
    while position < end {
      let index = position / size
      let range = Int(position - index * size)..<Int(min(size, end - index * size))
      if let block = files.cache.block(path, Int(index), having: range) {
        defer { files.cache.unpin(block) }
        try piece(block.memory.slice(range))
        position = index * size + Int64(range.upperBound)
      } else {
        position = try readRun(from: position, to: end, piece)
      }
    }
  }

  /// Reads the blocks from `position` on that the cache lacks, at most a run and not past `end`.
  /// - Returns: the position behind what was read.
  private mutating func readRun(
    from position: Int64, to end: Int64, _ piece: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Int64 {
    let size = BlockCache.blockSize
    let first = Int(position / Int64(size))
    var blocks = 1
    while blocks < Self.runLength, Int64(first + blocks) * Int64(size) < end,
      !files.cache.has(path, first + blocks)
    {
      blocks += 1
    }
    let base = Int64(first) * Int64(size)
    let range = Int(position - base)..<Int(min(end - base, Int64(blocks * size)))
    let memory = try files.staging.take()
    defer { files.staging.giveBack(memory) }
    let valid = try loadFromAnySide(memory, base, range, limit: blocks * size)
    for block in 0..<blocks {
      let part = max(valid.lowerBound, block * size)..<max(valid.lowerBound, min(valid.upperBound, (block + 1) * size))
      if part.isEmpty { continue }
      try files.cache.insert(path, first + block, at: part.lowerBound - block * size, memory.slice(part))
    }
    try piece(memory.slice(range))
    return base + Int64(range.upperBound)
  }

  /// What the leading side cannot give is read from the other.
  private mutating func loadFromAnySide(
    _ memory: AlignedBuffer, _ base: Int64, _ range: Range<Int>, limit: Int
  ) throws -> Range<Int> {
    do {
      return try load(memory, base, range, limit: limit)
    } catch let error as ArchiveError where error.code == .storageFailed || error.code == .damaged {
      guard let side = file?.side, let other = files.sides.counterpart(of: side),
        let second = try? files.open(path, flags: 0, on: other)
      else { throw error }
      file = second
      guard let valid = try? load(memory, base, range, limit: limit) else { throw error }
      files.options.board?.raise(.readElsewhere, .warning, subject: path, "\(error)")
      return valid
    }
  }

  /// Reads `range` counted from `base`, and more up to whole blocks where the file is final there.
  /// - Returns: what of it may be kept.
  private mutating func load(
    _ memory: AlignedBuffer, _ base: Int64, _ range: Range<Int>, limit: Int
  ) throws -> Range<Int> {
    // Asked before reading: what is final now is read as it is for ever.
    let known = Int(clamping: files.finalEnd(path) - base)
    let last = known > range.upperBound ? limit : range.upperBound
    let first = known > range.upperBound ? 0 : range.lowerBound / SegmentLayout.block * SegmentLayout.block
    let aligned = Int(SegmentLayout.roundUp(Int64(last)))
    let target = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[first..<aligned])
    let count = try read(target, base + Int64(first))
    guard first + count >= range.upperBound else {
      throw ArchiveError(.damaged, "the file ends before the object", file: path, offset: base + Int64(first + count))
    }
    return first..<min(first + count, max(known, range.upperBound))
  }

  private mutating func read(_ target: UnsafeMutableRawBufferPointer, _ offset: Int64) throws -> Int {
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
