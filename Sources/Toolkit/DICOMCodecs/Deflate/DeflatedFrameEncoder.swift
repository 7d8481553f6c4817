// SPDX-License-Identifier: Apache-2.0

import CZlib
import DICOMPixels

/// Deflated Image Frame Compression (PS3.5 §A.4.13): each frame is native pixel data as raw deflate (RFC 1951).
public struct DeflatedFrameEncoder: FrameEncoder {
  private static let usualEffort = 6
  private static let rawDeflate: Int32 = -15
  private static let memoryLevel: Int32 = 8

  public init() {}

  public var isLossy: Bool { false }

  public var constraints: EncodingConstraints {
    EncodingConstraints(
      name: "Deflated image frame", bitsStored: 1...64, samplesPerPixel: [1, 2, 3, 4], allowsSingleBit: true,
      maximumSide: Int(Int32.max))
  }

  public func encode(_ frame: DecodedFrame, options: EncodingOptions) throws(CodecError) -> EncodedFrame {
    try check(frame)
    let input = NativeFrameWriter.bytes(frame)
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, Int32(options.effort ?? Self.usualEffort), Z_DEFLATED, Self.rawDeflate, Self.memoryLevel,
        Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw CodecError(.limit, "no memory to deflate") }
    defer { deflateEnd(&stream) }
    let room = Int(deflateBound(&stream, uLong(input.count)))
    guard input.count <= Int(UInt32.max), room <= Int(UInt32.max) else {
      throw CodecError(.limit, "a frame above 4 GiB")
    }
    var status = Z_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: room) { output, written in
      input.withUnsafeBufferPointer { input in
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(room)
        status = deflate(&stream, Z_FINISH)
      }
      written = room - Int(stream.avail_out)
    }
    guard status == Z_STREAM_END else { throw CodecError(.limit, "zlib failed with \(status)") }
    return EncodedFrame(bytes: bytes, photometric: frame.photometric)
  }
}
