// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO

/// Memory that direct input and output can use, freed with its owner.
final class AlignedBuffer: @unchecked Sendable {  // Its owner says who may touch the memory when.
  let bytes: UnsafeMutableRawBufferPointer

  init(count: Int) throws {
    guard let memory = cdio_allocate(count, SegmentLayout.block) else {
      throw ArchiveError(.storageFailed, "no memory for a buffer of \(count) bytes")
    }
    bytes = UnsafeMutableRawBufferPointer(start: memory, count: count)
  }

  deinit { cdio_free(bytes.baseAddress) }

  /// A part as it goes to the disk.
  func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[range])
  }
}
