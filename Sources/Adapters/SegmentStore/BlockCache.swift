// SPDX-License-Identifier: Apache-2.0

import Archive

/// A bounded cache of file ranges in aligned memory: direct input and output passes the page cache by, and images are
/// forwarded and opened right after they arrive. Memory is taken as it is needed, up to the bound, and then reused;
/// the block to reuse is found by a clock hand that passes over what was used since it came by last.
final class BlockCache: Sendable {
  /// Bytes of a block. Small, so that an object takes little more than its own size; reads from the disk take a run of
  /// blocks.
  static let blockSize = 64 * 1024
  /// Most blocks that one who writes holds at once.
  private static let keptTogether = 8
  /// With fewer, readers would throw out what others are about to use.
  static let minimumBlocks = 4

  /// A block of a file, or a part of it: `low..<high` is valid. Fields are guarded by the cache's lock; the memory
  /// may be read in the valid range, and written outside of it by who has reserved it, while it is pinned.
  final class Block: @unchecked Sendable {  // Guarded as said above.
    let memory: AlignedBuffer
    fileprivate var key: Key?
    fileprivate var low = 0
    fileprivate var high = 0
    fileprivate var pins = 0
    fileprivate var wasUsed = false
    /// Read before anybody asked for it.
    fileprivate var isAhead = false

    fileprivate init() throws { memory = try AlignedBuffer(count: blockSize) }
  }

  fileprivate struct Key: Hashable {
    let file: String
    let index: Int
  }

  fileprivate struct State {
    let maximumBlocks: Int
    var blocks: [Block] = []
    var table: [Key: Block] = [:]
    var hand = 0
    /// Blocks that were read ahead and not used yet.
    var ahead = 0
    /// How often something was forgotten since the cache was made.
    var cuts = 0
  }

  private let monitor = Monitor()
  private nonisolated(unsafe) var guarded: State  // Guarded by `monitor`.

  init(size: Int) {
    guarded = State(maximumBlocks: max(size / Self.blockSize, Self.minimumBlocks))
  }

  /// Not a `Mutex`: that hands itself over to who waits longest, so that with more threads than processors each one
  /// waits for another to be scheduled.
  private func withState<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
    monitor.lock()
    defer { monitor.unlock() }
    return try body(&guarded)
  }

  /// The pinned block that has `range` of block `index` of a file.
  func block(_ file: String, _ index: Int, having range: Range<Int>) -> Block? {
    withState { $0.pinned(Key(file: file, index: index), having: range) }
  }

  /// Pinned blocks, and what of each counts, that together have what stands in a file from `position` on: up to `end`,
  /// or the first that is not here, or `limit` blocks.
  func blocks(
    _ file: String, from position: Int64, to end: Int64, limit: Int
  ) -> [(block: Block, range: Range<Int>)] {
    let size = Int64(Self.blockSize)
    return withState { state in
      var found: [(block: Block, range: Range<Int>)] = []
      var position = position
      while position < end, found.count < limit {
        let index = position / size
        let range = Int(position - index * size)..<Int(min(size, end - index * size))
        guard let block = state.pinned(Key(file: file, index: Int(index)), having: range) else { break }
        found.append((block, range))
        position = index * size + Int64(range.upperBound)
      }
      return found
    }
  }

  /// Which blocks of a file are not here at all, and how many more may be read ahead: what is not used soon must not
  /// throw out what is.
  func missing(_ file: String, _ indices: Range<Int>) -> (indices: [Int], room: Int) {
    withState { state in
      let missing = indices.filter { state.table[Key(file: file, index: $0)] == nil }
      return (missing, state.maximumBlocks / 4 - state.ahead)
    }
  }

  /// Whether something of block `index` of a file is here.
  func has(_ file: String, _ index: Int) -> Bool {
    withState { $0.table[Key(file: file, index: index)] != nil }
  }

  func unpin(_ blocks: some Sequence<Block> & Sendable) {
    withState { _ in for block in blocks { block.pins -= 1 } }
  }

  func unpin(_ block: Block) {
    withState { _ in block.pins -= 1 }
  }

  /// Pinned blocks of nobody, to be read into, at most `count`; fewer where all others are in use.
  /// - Returns: also what `publish` wants to know.
  func reserve(_ count: Int) throws -> (blocks: [Block], cuts: Int) {
    try withState { state in
      var blocks: [Block] = []
      while blocks.count < count, let block = try state.reserve() { blocks.append(block) }
      return (blocks, state.cuts)
    }
  }

  /// Makes reserved blocks known as those of a file from `index` on, with what of each is valid. They stay pinned. What
  /// was cut since they were reserved may be of them: then they stay unknown.
  func publish(
    _ blocks: [Block], _ file: String, from index: Int, valid: [Range<Int>], isAhead: Bool, cuts: Int
  ) {
    withState { state in
      guard state.cuts == cuts else { return }
      for (place, block) in blocks.enumerated() where !valid[place].isEmpty {
        state.publish(block, Key(file: file, index: index + place), valid[place])
        if isAhead {
          block.isAhead = true
          state.ahead += 1
        }
      }
    }
  }

  /// Keeps bytes that were just written. Many write at the same time: the lock is taken for several blocks at once,
  /// since to get it costs them more than what is done there.
  func keep(_ file: String, at offset: Int64, _ bytes: UnsafeRawBufferPointer) throws {
    var position = 0
    while position < bytes.count {
      let index = Int((offset + Int64(position)) / Int64(Self.blockSize))
      let start = Int((offset + Int64(position)) % Int64(Self.blockSize))
      let count = min(Self.keptTogether * Self.blockSize - start, bytes.count - position)
      let part = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
      try keep(Key(file: file, index: index), start, part)
      position += count
    }
  }

  /// Forgets what stands at `offset` and behind it.
  func cut(_ file: String, from offset: Int64) {
    let first = Int(offset / Int64(Self.blockSize))
    let start = Int(offset % Int64(Self.blockSize))
    withState { state in
      state.cuts += 1
      for block in state.blocks {
        guard let key = block.key, key.file == file, key.index >= first else { continue }
        if key.index == first, block.low < start {
          block.high = min(block.high, start)
        } else {
          state.forget(block)
        }
      }
    }
  }

  /// Keeps what stands in a block from `start` on and in those behind it.
  private func keep(_ first: Key, _ start: Int, _ bytes: UnsafeRawBufferPointer) throws {
    let pieces = stride(from: -start, to: bytes.count, by: Self.blockSize).enumerated().map { place, position in
      Piece(
        key: Key(file: first.file, index: first.index + place), start: max(0, -position),
        bytes: UnsafeRawBufferPointer(rebasing: bytes[max(0, position)..<min(position + Self.blockSize, bytes.count)]))
    }
    let taken = try withState { try $0.taken(for: pieces) }
    for (piece, place) in zip(pieces, taken) {
      guard let block = place?.block else { continue }
      UnsafeMutableRawBufferPointer(rebasing: block.memory.bytes[piece.start...]).copyMemory(from: piece.bytes)
    }
    withState { state in
      for (piece, place) in zip(pieces, taken) {
        guard let (block, isNew) = place else { continue }
        let end = piece.start + piece.bytes.count
        if isNew {
          state.publish(block, piece.key, piece.start..<end)
        } else if block.key == piece.key, block.high == piece.start {
          block.high = end
          block.wasUsed = true
        }
        block.pins -= 1
      }
    }
  }

  /// What is kept in one block.
  fileprivate struct Piece {
    let key: Key
    let start: Int
    let bytes: UnsafeRawBufferPointer
  }
}

extension BlockCache.State {
  fileprivate mutating func pinned(_ key: BlockCache.Key, having range: Range<Int>) -> BlockCache.Block? {
    guard let block = table[key], block.low <= range.lowerBound, range.upperBound <= block.high else { return nil }
    block.pins += 1
    block.wasUsed = true
    noteUse(block)
    return block
  }

  /// It does not count as read ahead any more.
  private mutating func noteUse(_ block: BlockCache.Block) {
    guard block.isAhead else { return }
    block.isAhead = false
    ahead -= 1
  }

  fileprivate mutating func reserve() throws -> BlockCache.Block? {
    if blocks.count < maximumBlocks {
      let block = try BlockCache.Block()
      blocks.append(block)
      block.pins = 1
      return block
    }
    for _ in 0..<2 * blocks.count {
      hand = (hand + 1) % blocks.count
      let block = blocks[hand]
      guard block.pins == 0 else { continue }
      if block.wasUsed, block.key != nil {
        block.wasUsed = false
        continue
      }
      forget(block)
      block.pins = 1
      return block
    }
    return nil
  }

  /// A pinned block for each piece: the one that it continues, or one of nobody; nil where all others are in use.
  fileprivate mutating func taken(
    for pieces: [BlockCache.Piece]
  ) throws -> [(block: BlockCache.Block, isNew: Bool)?] {
    var taken: [(block: BlockCache.Block, isNew: Bool)?] = []
    do {
      for piece in pieces {
        if let block = table[piece.key], block.low <= piece.start, piece.start <= block.high {
          // What stood behind is older than these bytes.
          block.high = piece.start
          block.pins += 1
          taken.append((block, false))
        } else {
          taken.append(try reserve().map { ($0, true) })
        }
      }
    } catch {
      for case let (block, _)? in taken { block.pins -= 1 }
      throw error
    }
    return taken
  }

  fileprivate mutating func publish(_ block: BlockCache.Block, _ key: BlockCache.Key, _ valid: Range<Int>) {
    if let older = table[key], older !== block { forget(older) }
    block.key = key
    block.low = valid.lowerBound
    block.high = valid.upperBound
    block.wasUsed = true
    table[key] = block
  }

  fileprivate mutating func forget(_ block: BlockCache.Block) {
    if let key = block.key, table[key] === block { table[key] = nil }
    noteUse(block)
    block.key = nil
    block.low = 0
    block.high = 0
    block.wasUsed = false
  }
}
