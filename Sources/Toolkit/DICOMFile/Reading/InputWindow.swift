// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Consecutive pieces of a stream, read once from front to back. Values are handed out as parts of the pieces; only
/// a header that lies across two pieces is copied.
struct InputWindow {
  /// Offset of the next byte from the start of the stream.
  private(set) var position: Int
  /// No more pieces will come.
  var isFinished = false

  private var queue: [ByteSlice] = []
  private var first = 0
  private var taken = 0
  private var carry: [UInt8] = []

  init(position: Int) { self.position = position }

  mutating func feed(_ slice: ByteSlice) {
    guard !slice.isEmpty else { return }
    if first == queue.count {
      queue.removeAll(keepingCapacity: true)
      first = 0
    }
    queue.append(slice)
  }

  /// No byte is left at the moment.
  var isEmpty: Bool { carry.isEmpty && first == queue.count }

  /// Forgets pieces that a caller only lent: copies what is left of them, at most a header.
  mutating func detach() {
    while first < queue.count {
      let rest = queue[first][taken..<queue[first].count]
      carry.append(contentsOf: rest.array)
      first += 1
      taken = 0
    }
    queue.removeAll(keepingCapacity: true)
    first = 0
  }

  /// Forgets all that is not read yet.
  mutating func clear() {
    carry = []
    queue.removeAll(keepingCapacity: true)
    first = 0
    taken = 0
  }

  /// Calls `body` with the next `count` bytes, or with as many as there are, without consuming them.
  mutating func peek<Result>(_ count: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    if carry.isEmpty, first < queue.count, queue[first].count - taken >= count {
      return queue[first].withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[taken..<taken + count])) }
    }
    while carry.count < count, first < queue.count {
      let piece = queue[first]
      let part = min(count - carry.count, piece.count - taken)
      carry.append(contentsOf: piece[taken..<taken + part].array)
      advance(part)
    }
    return carry.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
  }

  /// Passes over bytes that were peeked at.
  mutating func consume(_ count: Int) {
    position += count
    if carry.isEmpty {
      advance(count)
    } else {
      carry.removeFirst(min(count, carry.count))
    }
  }

  /// The next bytes in one piece, at most `limit`; nil where there are none.
  mutating func take(_ limit: Int) -> ByteSlice? {
    if !carry.isEmpty {
      let part = Array(carry.prefix(limit))
      carry.removeFirst(part.count)
      position += part.count
      return ByteSlice(part)
    }
    guard first < queue.count else { return nil }
    let piece = queue[first]
    let part = min(limit, piece.count - taken)
    let result = piece[taken..<taken + part]
    advance(part)
    position += part
    return result
  }

  /// Bytes that were fed and are not read yet.
  var buffered: Int {
    var count = carry.count - taken
    for index in first..<queue.count { count += queue[index].count }
    return first < queue.count ? count : carry.count
  }

  /// Passes over bytes, those that are not fed yet too: the next piece then begins at `position`.
  mutating func skip(_ count: Int) {
    position += count
    var left = count - min(count, carry.count)
    carry.removeFirst(min(count, carry.count))
    while left > 0, first < queue.count {
      let part = min(left, queue[first].count - taken)
      advance(part)
      left -= part
    }
  }

  private mutating func advance(_ count: Int) {
    guard count > 0 else { return }
    taken += count
    if taken == queue[first].count {
      first += 1
      taken = 0
    }
  }
}
