// SPDX-License-Identifier: Apache-2.0

import Archive

/// Reads ranges of segments, block by block, through the cache.
struct SegmentReader {
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
    var position = offset
    while position < offset + count {
      let index = position / size
      let start = Int(position - index * size)
      let end = Int(min(size, offset + count - index * size))
      try readBlock(Int(index), start..<end, piece)
      position = index * size + Int64(end)
    }
  }

  private mutating func readBlock(
    _ index: Int, _ range: Range<Int>, _ piece: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    if let block = files.cache.block(path, index, having: range) {
      defer { files.cache.unpin(block) }
      return try piece(block.memory.slice(range))
    }
    guard let block = try files.cache.reserve() else {
      let memory = try AlignedBuffer(count: BlockCache.blockSize)
      _ = try load(memory, index, range)
      return try piece(memory.slice(range))
    }
    defer { files.cache.unpin(block) }
    let valid = try load(block.memory, index, range)
    files.cache.publish(block, path, index, valid: valid)
    try piece(block.memory.slice(range))
  }

  /// Reads a block.
  /// - Returns: what of it may be kept.
  private mutating func load(_ memory: AlignedBuffer, _ index: Int, _ range: Range<Int>) throws -> Range<Int> {
    let base = Int64(index) * Int64(BlockCache.blockSize)
    // Asked before reading: what is final now is read as it is for ever.
    let known = Int(clamping: files.finalEnd(path) - base)
    let last = known > range.upperBound ? BlockCache.blockSize : range.upperBound
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
