// SPDX-License-Identifier: Apache-2.0

import CZlib

/// The content of one member on its way out of a ZIP file, held to the length and the checksum that were said of it.
final class ZipContent {
  /// Bytes that are read, and that come out, at a time.
  static let pieceLength = 1 << 18

  private let member: ZipFile.Member
  // zlib keeps the address of its stream, so it must not move.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceLength, alignment: 16)
  private var length: Int64 = 0
  private var checksum: UInt = 0
  private var isAtEnd: Bool

  init(_ member: ZipFile.Member) throws(MediaError) {
    self.member = member
    isAtEnd = !member.isDeflated
    stream.initialize(to: z_stream())
    // Raw deflate (RFC 1951). What is allocated here is given back by `deinit`.
    guard inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw MediaError(.damagedZip, "zlib refuses to start.")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    output.deallocate()
  }

  /// Takes packed bytes and gives out what they say.
  func feed(_ packed: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard member.isDeflated else { return try give(packed, body) }
    stream.pointee.next_in = UnsafeMutablePointer(mutating: packed.bindMemory(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(packed.count)
    defer { stream.pointee.avail_in = 0 }
    repeat {
      guard !isAtEnd else { throw damaged("goes on behind its end") }
      stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
      stream.pointee.avail_out = UInt32(output.count)
      let status = inflate(stream, Z_NO_FLUSH)
      let count = output.count - Int(stream.pointee.avail_out)
      if count > 0 { try give(UnsafeRawBufferPointer(rebasing: output[..<count]), body) }
      switch status {
      case Z_STREAM_END: isAtEnd = true
      case Z_OK: break
      // No more comes out of what there is.
      case Z_BUF_ERROR where stream.pointee.avail_in == 0: return
      default: throw damaged("cannot be unpacked")
      }
    } while stream.pointee.avail_in > 0 || (!isAtEnd && stream.pointee.avail_out == 0)
  }

  /// Nothing follows.
  func finish() throws(MediaError) {
    guard isAtEnd, length == member.length else { throw damaged("breaks off") }
    guard UInt32(truncatingIfNeeded: checksum) == member.checksum else { throw damaged("has another checksum") }
  }

  private func give(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    length += Int64(bytes.count)
    guard length <= member.length else { throw damaged("is longer than it says") }
    checksum = crc32(checksum, bytes.bindMemory(to: UInt8.self).baseAddress, UInt32(bytes.count))
    try body(bytes)
  }

  private func damaged(_ what: String) -> MediaError { MediaError(.damagedZip, "\(member.name) \(what).") }
}
