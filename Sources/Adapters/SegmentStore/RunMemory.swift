// SPDX-License-Identifier: Apache-2.0

/// What a run of blocks is read to: blocks of the cache, which then need not be filled by a copy, or a buffer where the
/// cache has none to give.
struct RunMemory {
  private let files: SegmentFiles
  private let blocks: [BlockCache.Block]
  private let cuts: Int
  private let buffer: AlignedBuffer?
  /// Bytes that there is space for.
  let count: Int
  /// What is read to it stays.
  var isOfCache: Bool { buffer == nil }

  /// - Parameter wanted: blocks of the run; it may get fewer, but one at least.
  init(_ files: SegmentFiles, blocks wanted: Int) throws {
    self.files = files
    (blocks, cuts) = try files.cache.reserve(wanted)
    buffer = blocks.isEmpty ? try files.staging.take() : nil
    count = (blocks.isEmpty ? wanted : blocks.count) * BlockCache.blockSize
  }

  /// The memory of a range.
  func parts(_ range: Range<Int>) -> [UnsafeMutableRawBufferPointer] {
    if let buffer { return [UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[range])] }
    return blocks.indices.compactMap { place in
      let part = Self.part(of: range, place)
      return part.isEmpty ? nil : UnsafeMutableRawBufferPointer(rebasing: blocks[place].memory.bytes[part])
    }
  }

  /// The bytes of a range.
  func bytes(_ range: Range<Int>) -> [UnsafeRawBufferPointer] { parts(range).map { UnsafeRawBufferPointer($0) } }

  /// Lets the cache know what was read; `first` is the number of the run's first block in the file.
  func publish(_ file: String, from first: Int, valid: Range<Int>, isAhead: Bool) {
    let parts = blocks.indices.map { Self.part(of: valid, $0) }
    files.cache.publish(blocks, file, from: first, valid: parts, isAhead: isAhead, cuts: cuts)
  }

  /// Gives the memory back; what the cache knows stays in it.
  func giveBack() {
    files.cache.unpin(blocks)
    if let buffer { files.staging.giveBack(buffer) }
  }

  /// What of a range stands in block `place`, counted from the block's first byte.
  private static func part(of range: Range<Int>, _ place: Int) -> Range<Int> {
    let size = BlockCache.blockSize
    let block = place * size..<(place + 1) * size
    let part = range.clamped(to: block)
    return part.isEmpty ? 0..<0 : part.lowerBound - block.lowerBound..<part.upperBound - block.lowerBound
  }
}
