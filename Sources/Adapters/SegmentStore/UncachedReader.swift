// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO

/// Reads ranges from the disk, past the cache: what is read once only would sweep it, and what is verified must not
/// come out of it.
struct UncachedReader {
  private static let pieceSize = 1 << 20

  private let memory: AlignedBuffer

  init() throws { memory = try AlignedBuffer(count: Self.pieceSize) }

  /// Gives the range in pieces.
  func read(_ extent: ObjectExtent, _ file: StorageFile, _ piece: (UnsafeRawBufferPointer) throws -> Void) throws {
    let block = Int64(SegmentLayout.block)
    var position = extent.offset
    let end = extent.offset + extent.length
    while position < end {
      let aligned = position / block * block
      let count = Int(min(Int64(memory.bytes.count), SegmentLayout.roundUp(end - aligned)))
      let target = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[..<count])
      let last = min(aligned + Int64(try file.read(into: target, at: aligned)), end)
      guard last > position else {
        throw ArchiveError(.damaged, "the file ends early", file: extent.file, offset: position)
      }
      try piece(memory.slice(Int(position - aligned)..<Int(last - aligned)))
      position = last
    }
  }

  /// Whether the bytes have the checksum.
  func isWhole(_ extent: ObjectExtent, _ file: StorageFile) throws -> Bool {
    var checksum: UInt32 = 0
    try read(extent, file) { checksum = cdio_crc32c(checksum, $0.baseAddress, $0.count) }
    return checksum == extent.checksum
  }
}
