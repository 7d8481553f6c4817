// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO

/// The member that a writer is putting together: a window of aligned memory that moves over it, and its first block,
/// which is kept until the end because its header is written last.
///
/// Positions count from the start of the member, its header included.
final class MemberBuffer {
  private let window: AlignedBuffer
  private let first: AlignedBuffer
  /// Position of the window's first byte.
  private(set) var windowStart: Int64 = 0
  /// Bytes in the window.
  private(set) var filled = 0

  /// Bytes of the body so far.
  private(set) var length: Int64 = 0
  private(set) var headLength: Int64 = 0
  private(set) var headChecksum: UInt32 = 0
  private(set) var bodyChecksum: UInt32 = 0

  /// Room for what follows the last byte: padding, filler, end block.
  static let tail = 3 * SegmentLayout.block

  /// - Parameter size: of the window, tail not counted.
  init(size: Int) throws {
    let size = max(size, 2 * ObjectWriterLimits.space)
    window = try AlignedBuffer(count: Int(SegmentLayout.roundUp(Int64(size))) + Self.tail)
    first = try AlignedBuffer(count: SegmentLayout.block)
  }

  /// Free bytes in front of the room for the tail.
  var space: Int { window.bytes.count - Self.tail - filled }

  /// Whether the first block has left the window.
  var hasMoved: Bool { windowStart > 0 }

  var checksum: UInt32 {
    cdio_crc32c_concatenate(headChecksum, bodyChecksum, UInt64(length - headLength))
  }

  func begin(head: UnsafeRawBufferPointer) throws {
    windowStart = 0
    filled = SegmentLayout.record
    guard head.count <= space else { throw ArchiveError(.misuse, "a head of \(head.count) bytes") }
    window.bytes[..<filled].initializeMemory(0)
    UnsafeMutableRawBufferPointer(rebasing: window.bytes[filled...]).copyMemory(from: head)
    filled += head.count
    length = Int64(head.count)
    headLength = length
    headChecksum = cdio_crc32c(0, head.baseAddress, head.count)
    bodyChecksum = 0
  }

  func fill(_ fill: (UnsafeMutableRawBufferPointer) throws -> Int) throws {
    let free = UnsafeMutableRawBufferPointer(rebasing: window.bytes[filled..<filled + space])
    let count = try fill(free)
    guard count >= 0, count <= free.count else { throw ArchiveError(.misuse, "\(count) bytes in a smaller space") }
    bodyChecksum = cdio_crc32c(bodyChecksum, free.baseAddress, count)
    filled += count
    length += Int64(count)
  }

  /// Gives the whole blocks of the window to `write`, without the first block of the member, and moves the window
  /// behind them.
  func move(_ write: (UnsafeRawBufferPointer, Int64) throws -> Void) throws {
    let whole = filled / SegmentLayout.block * SegmentLayout.block
    let from = hasMoved ? 0 : min(SegmentLayout.block, whole)
    guard whole > 0 else { return }
    try write(window.slice(from..<whole), windowStart + Int64(from))
    if !hasMoved { first.bytes.copyMemory(from: window.slice(0..<SegmentLayout.block)) }
    let rest = window.slice(whole..<filled)
    window.bytes.copyMemory(from: rest)
    windowStart += Int64(whole)
    filled = rest.count
  }

  /// Pads the member to the next bound, and puts the header in its place.
  func end(_ header: TarHeader) {
    let padded = Int(SegmentLayout.roundUp(Int64(filled), to: SegmentLayout.record))
    let bound = Int(SegmentLayout.roundUp(Int64(padded)))
    window.bytes[filled..<padded].initializeMemory(0)
    Filler.write(to: UnsafeMutableRawBufferPointer(rebasing: window.bytes[padded..<bound]))
    putHeader(header)
    filled = bound
  }

  /// Appends the end block, so that it goes to the disk together with the member.
  func appendEndBlock(folder: String, modified: Int64) {
    EndBlock.write(
      to: UnsafeMutableRawBufferPointer(rebasing: window.bytes[filled..<filled + SegmentLayout.block]), folder: folder,
      modified: modified)
    filled += SegmentLayout.block
  }

  func putHeader(_ header: TarHeader) {
    header.write(to: (hasMoved ? first : window).bytes)
  }

  /// The first block of the member.
  var firstBlock: UnsafeRawBufferPointer { (hasMoved ? first : window).slice(0..<SegmentLayout.block) }

  /// All that is in the window.
  var contents: UnsafeRawBufferPointer { window.slice(0..<filled) }

  /// What stands at `position`, as far as it is in memory; nil where it is not.
  func bytes(at position: Int64, atMost count: Int64) -> UnsafeRawBufferPointer? {
    if position >= windowStart, position < windowStart + Int64(filled) {
      let from = Int(position - windowStart)
      return window.slice(from..<from + Int(min(count, Int64(filled - from))))
    }
    if position < Int64(SegmentLayout.block), hasMoved {
      return first.slice(Int(position)..<Int(min(position + count, Int64(SegmentLayout.block))))
    }
    return nil
  }
}

/// The block behind the last member (`SegmentLayout`).
enum EndBlock {
  /// - Parameter folder: nil where there is no member; zeros only are written then.
  static func write(to block: UnsafeMutableRawBufferPointer, folder: String?, modified: Int64) {
    block.initializeMemory(0)
    guard let folder else { return }
    TarHeader(prefix: "", name: folder + "/", kind: .folder, size: 0, modified: modified, group: "").write(to: block)
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Sets all bytes.
  func initializeMemory(_ byte: UInt8) { initializeMemory(as: UInt8.self, repeating: byte) }
}

extension Slice<UnsafeMutableRawBufferPointer> {
  /// Sets all bytes.
  func initializeMemory(_ byte: UInt8) { UnsafeMutableRawBufferPointer(rebasing: self).initializeMemory(byte) }
}
