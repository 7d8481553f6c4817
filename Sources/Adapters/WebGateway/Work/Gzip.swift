// SPDX-License-Identifier: Apache-2.0

import CZlib
import NIOCore

/// The gzip coding of HTTP (RFC 9110 §8.4.1.3), by zlib.
enum Gzip {
  /// Bytes that are compressed in one go.
  static let largestInput = 256 << 20

  /// The compressed bytes; nil where compressing failed or saves less than a tenth.
  static func compress(_ plain: ByteBuffer, level: Int32) -> ByteBuffer? {
    guard plain.readableBytes <= largestInput else { return nil }
    var stream = z_stream()
    // 15 bits of window, 16 for the gzip wrapper.
    guard
      deflateInit2_(
        &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    let capacity = plain.readableBytes - plain.readableBytes / 10
    var packed = ByteBufferAllocator().buffer(capacity: capacity)
    let isComplete = plain.withUnsafeReadableBytes { input in
      packed.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { output in
        stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(min(capacity, output.count))
        return deflate(&stream, Z_FINISH) == Z_STREAM_END ? Int(stream.total_out) : 0
      } > 0
    }
    return isComplete ? packed : nil
  }
}
