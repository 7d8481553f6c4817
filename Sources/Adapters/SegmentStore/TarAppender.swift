// SPDX-License-Identifier: Apache-2.0

import Archive

/// Writes a tar file from front to back in large aligned writes, members on 4096-byte bounds.
struct TarAppender {
  private static let windowSize = 1 << 20

  private let file: StorageFile
  private let window: AlignedBuffer
  private var filled = 0
  /// Position of the window's first byte.
  private var start: Int64 = 0

  init(_ file: StorageFile) throws {
    self.file = file
    window = try AlignedBuffer(count: Self.windowSize)
  }

  /// Where the next byte goes.
  var position: Int64 { start + Int64(filled) }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = min(rest.count, window.bytes.count - filled)
      UnsafeMutableRawBufferPointer(rebasing: window.bytes[filled...])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
      filled += count
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      if filled == window.bytes.count { try flush() }
    }
  }

  /// A header; the body follows.
  mutating func append(_ header: TarHeader) throws {
    var bytes = [UInt8](repeating: 0, count: SegmentLayout.record)
    bytes.withUnsafeMutableBytes { header.write(to: $0) }
    try bytes.withUnsafeBytes { try append($0) }
  }

  /// Ends a member: zeros up to 512 bytes, a filler up to 4096.
  mutating func endMember() throws {
    let padded = SegmentLayout.roundUp(position, to: SegmentLayout.record)
    let bound = SegmentLayout.roundUp(padded)
    var gap = [UInt8](repeating: 0, count: Int(bound - position))
    let padding = Int(padded - position)
    gap.withUnsafeMutableBytes { Filler.write(to: UnsafeMutableRawBufferPointer(rebasing: $0[padding...])) }
    try gap.withUnsafeBytes { try append($0) }
  }

  /// Puts the end of the archive behind the last member and makes the file durable.
  mutating func end(folder: String, modified: Int64) throws {
    var block = [UInt8](repeating: 0, count: SegmentLayout.block)
    block.withUnsafeMutableBytes { EndBlock.write(to: $0, folder: folder, modified: modified) }
    try block.withUnsafeBytes { try append($0) }
    try flush()
    try file.truncate(to: start)
    try file.sync()
  }

  private mutating func flush() throws {
    guard filled > 0 else { return }
    try file.write(window.slice(0..<filled), at: start)
    start += Int64(filled)
    filled = 0
  }
}
