// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Buffers that runs of blocks are read into where the cache has no block to give, used again: fresh memory costs more
/// than reading.
final class StagingBuffers: Sendable {
  /// What is kept for the next reader; a buffer over it is freed.
  static let maximumKept = 8

  private let kept = Mutex<[AlignedBuffer]>([])

  func take() throws -> AlignedBuffer {
    if let buffer = kept.withLock({ $0.popLast() }) { return buffer }
    return try AlignedBuffer(count: SegmentReader.runLength * BlockCache.blockSize)
  }

  func giveBack(_ buffer: AlignedBuffer) {
    kept.withLock { if $0.count < Self.maximumKept { $0.append(buffer) } }
  }
}
