// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// Memory of buffers that have been written to a connection, for those that follow on it: a retrieval of any length
/// needs three.
final class SentMemory: Sendable {
  /// Buffers on their way: the one that is being written may still be read by the connection.
  private static let count = 2

  private let buffers = Mutex<[ByteBuffer]>([])

  /// Keeps the memory of what was written.
  func take(_ written: ByteBuffer) { buffers.withLock { $0.append(written) } }

  /// An empty buffer: the oldest that was written, or a new one while the connection still needs that.
  func buffer(of capacity: Int) -> ByteBuffer {
    var buffer = buffers.withLock { $0.count < Self.count ? ByteBuffer() : $0.removeFirst() }
    buffer.clear(minimumCapacity: capacity)
    return buffer
  }
}
