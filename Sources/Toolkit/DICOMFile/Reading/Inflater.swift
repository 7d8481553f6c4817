// SPDX-License-Identifier: Apache-2.0

import CZlib
import DICOMCore

/// Inflates a raw deflate stream piece by piece (PS3.5 §A.5, RFC 1951). A zlib header, written by some, is recognised.
final class Inflater {
  /// Bytes that come out at a time.
  static let chunkLength = 65_536

  // zlib keeps the address of its stream, so it must not move.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var isOpen = false
  private var start: [UInt8] = []
  private var input: ByteSlice = .empty
  private var inputOffset = 0
  private var produced = 0
  // The last chunk was filled: more may come out without more input.
  private var mayHoldOutput = false
  private let limit: Int
  /// The end marker of the stream has been read.
  private(set) var isAtEnd = false
  /// The stream broke off; what came out before is good.
  private(set) var isDamaged = false

  /// Without more input nothing more will come out.
  var isExhausted: Bool { needsInput && !mayHoldOutput }

  init(limit: Int) {
    self.limit = limit
    stream.initialize(to: z_stream())
  }

  deinit {
    if isOpen { inflateEnd(stream) }
    stream.deallocate()
  }

  /// All that was fed has been taken in.
  var needsInput: Bool { inputOffset == input.count }

  func feed(_ slice: ByteSlice) {
    if needsInput {
      input = slice
    } else {
      input = ByteSlice(input[inputOffset..<input.count].array + slice.array)
    }
    inputOffset = 0
  }

  /// Copies the input that is not taken in yet, which a caller only lent.
  func detach() {
    input = needsInput ? .empty : ByteSlice(input[inputOffset..<input.count].array)
    inputOffset = 0
  }

  /// The next inflated bytes; nil where more input is needed or the stream is at its end.
  func next(finished: Bool) throws(ReadError) -> ByteSlice? {
    if isAtEnd { return nil }
    if !isOpen { try open(finished: finished) }
    guard isOpen, !needsInput || mayHoldOutput else { return nil }
    let chunk = UnsafeMutableRawPointer.allocate(byteCount: Self.chunkLength, alignment: 16)
    let status = input.withUnsafeBytes { bytes -> Int32 in
      let left = bytes.count - inputOffset
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: bytes.baseAddress?.advanced(by: inputOffset).assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = UInt32(clamping: left)
      let given = Int(stream.pointee.avail_in)
      stream.pointee.next_out = chunk.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(Self.chunkLength)
      let status = inflate(stream, Z_NO_FLUSH)
      inputOffset += given - Int(stream.pointee.avail_in)
      stream.pointee.avail_in = 0
      return status
    }
    let count = Self.chunkLength - Int(stream.pointee.avail_out)
    let result = ByteSlice(
      ByteStorage(base: UnsafeRawPointer(chunk), count: count) { base, _ in base.deallocate() })
    produced += count
    mayHoldOutput = stream.pointee.avail_out == 0
    if produced > limit {
      throw ReadError(.limitExceeded, "The data set inflates to more than \(limit) bytes.", offset: produced)
    }
    switch status {
    case Z_STREAM_END: isAtEnd = true
    case Z_OK, Z_BUF_ERROR: break
    default:
      if produced == 0 { throw ReadError(.inflateFailed, "The deflated data set is damaged.") }
      isAtEnd = true
      isDamaged = true
    }
    return count > 0 ? result : nil
  }

  /// Waits for five bytes: a zlib header is a stored block without its length check only by accident.
  private func open(finished: Bool) throws(ReadError) {
    let left = input.count - inputOffset
    guard left >= 5 || finished else { return }
    var bits: Int32 = -MAX_WBITS
    if left >= 5 {
      let head = input[inputOffset..<inputOffset + 5].array
      let isHeader = head[0] & 0x0F == 8 && (Int(head[0]) << 8 | Int(head[1])) % 31 == 0
      let isStored = head[0] & 0x07 == 0 && head[1] == ~head[3] && head[2] == ~head[4]
      if isHeader && !isStored { bits = MAX_WBITS }
    }
    guard inflateInit2_(stream, bits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw ReadError(.inflateFailed, "zlib refuses to start.")
    }
    isOpen = true
  }
}
