// SPDX-License-Identifier: Apache-2.0

import CZlib
import DICOMCore
import DICOMPixels

/// Deflated Image Frame Compression (PS3.5 §A.4.13): each frame is native pixel data as raw deflate (RFC 1951).
public struct DeflatedFrameDecoder: FrameDecoder {
  public init() {}

  public func decode(_ codestream: ByteSlice, description: PixelDescription) throws(CodecError) -> DecodedFrame {
    let expected = (description.nativeFrameBits + 7) / 8
    let bytes = try Self.inflate(codestream, count: expected)
    do throws(PixelError) {
      return try NativeFrameDecoder(description: description).decode(whole: bytes)
    } catch {
      throw CodecError(error)
    }
  }

  /// Inflates exactly `count` bytes; what the stream holds beyond (a pad byte) is dropped.
  static func inflate(_ codestream: ByteSlice, count: Int) throws(CodecError) -> [UInt8] {
    var stream = z_stream()
    let rawDeflate: Int32 = -15
    guard inflateInit2_(&stream, rawDeflate, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw CodecError(.limit, "no memory to inflate")
    }
    defer { inflateEnd(&stream) }
    guard codestream.count <= Int(UInt32.max), count <= Int(UInt32.max) else {
      throw CodecError(.limit, "a deflated frame above 4 GiB")
    }
    var status = Z_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { output, written in
      codestream.withUnsafeBytes { input in
        stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(count)
        status = CZlib.inflate(&stream, Z_FINISH)
      }
      written = count - Int(stream.avail_out)
    }
    guard bytes.count == count else {
      let code: CodecError.Code = status == Z_DATA_ERROR ? .corrupt : .truncated
      throw CodecError(code, "the deflate stream gives \(bytes.count) of \(count) bytes")
    }
    return bytes
  }
}
