// SPDX-License-Identifier: Apache-2.0

import CZlib
import DICOMCore

/// Deflates a data set into a raw deflate stream (PS3.5 §A.5), padded to even length.
enum Deflater {
  static func deflate(_ bytes: [UInt8]) throws(WriteError) -> [UInt8] {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    let size = Int32(MemoryLayout<z_stream>.size)
    guard
      deflateInit2_(
        stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
    else { throw WriteError(.deflateFailed, "zlib refuses to start.") }
    defer { deflateEnd(stream) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: Inflater.chunkLength)
    let status = bytes.withUnsafeBytes { input -> Int32 in
      var offset = 0
      var status = Z_OK
      while status == Z_OK {
        let given = min(input.count - offset, Int(UInt32.max))
        stream.pointee.next_in = UnsafeMutablePointer(
          mutating: input.baseAddress?.advanced(by: offset).assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(given)
        status = chunk.withUnsafeMutableBufferPointer { room in
          stream.pointee.next_out = room.baseAddress
          stream.pointee.avail_out = UInt32(room.count)
          return CZlib.deflate(stream, offset + given == input.count ? Z_FINISH : Z_NO_FLUSH)
        }
        offset += given - Int(stream.pointee.avail_in)
        output.append(contentsOf: chunk[0..<chunk.count - Int(stream.pointee.avail_out)])
      }
      return status
    }
    guard status == Z_STREAM_END else { throw WriteError(.deflateFailed, "zlib failed with \(status).") }
    if output.count % 2 == 1 { output.append(0) }
    return output
  }
}
