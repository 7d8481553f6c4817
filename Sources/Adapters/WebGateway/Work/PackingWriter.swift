// SPDX-License-Identifier: Apache-2.0

import CZlib
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix

/// Compresses by gzip what is written piece by piece, and passes it on.
final class PackingWriter: ResponseBodyWriter, @unchecked Sendable {  // Written to by one task, piece after piece.
  /// Compressed bytes that are passed on at once, at least.
  private static let pieceSize = 64 * 1024

  private var inner: any ResponseBodyWriter
  private let pool: NIOThreadPool
  private var stream = z_stream()
  private var pending = ByteBuffer()

  init(_ inner: any ResponseBodyWriter, pool: NIOThreadPool) throws {
    self.inner = inner
    self.pool = pool
    // 15 bits of window, 16 for the gzip wrapper.
    guard
      deflateInit2_(
        &stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        == Z_OK
    else { throw Problem(.serviceUnavailable, "There is no memory for compressing.") }
  }

  deinit { deflateEnd(&stream) }

  func write(_ buffer: ByteBuffer) async throws {
    try await pool.runIfActive { self.deflate(buffer, Z_NO_FLUSH) }
    guard pending.readableBytes >= Self.pieceSize else { return }
    try await passOn()
  }

  func finish(_ trailers: HTTPFields?) async throws {
    try await pool.runIfActive { self.deflate(ByteBuffer(), Z_FINISH) }
    try await passOn()
    try await inner.finish(trailers)
  }

  private func passOn() async throws {
    let ready = pending
    pending = ByteBuffer()
    if ready.readableBytes > 0 { try await inner.write(ready) }
  }

  private func deflate(_ plain: ByteBuffer, _ flush: Int32) {
    plain.withUnsafeReadableBytes { input in
      stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
      stream.avail_in = UInt32(input.count)
      var isFull = true
      while isFull {
        pending.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.pieceSize) { output in
          let room = min(output.count, Self.pieceSize)
          stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
          stream.avail_out = UInt32(room)
          _ = CZlib.deflate(&stream, flush)
          isFull = stream.avail_out == 0
          return room - Int(stream.avail_out)
        }
      }
    }
  }
}
