// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension SegmentStore {
  private static let trialPath = SegmentFiles.folder + "/.trial"

  /// Does on the disk what the next object would need: makes a file, reserves a segment, writes and flushes a block.
  /// Throws what a writer would meet.
  public func tryDisk() throws {
    let path = files.root + "/" + Self.trialPath
    unlink(path)
    defer { unlink(path) }
    do {
      try StorageFolder.make(files.root, SegmentFiles.folder)
      let file = try files.open(Self.trialPath, flags: CDIO_WRITE | CDIO_CREATE)
      try file.preallocate(from: 0, count: files.options.segmentSize)
      let block = try AlignedBuffer(count: SegmentLayout.block)
      block.bytes.initializeMemory(0)
      try file.write(block.slice(0..<SegmentLayout.block), at: 0)
      try file.sync()
    } catch let refused as DirectRefused {
      throw refused.error
    }
  }

  /// Bytes that are free for this process where objects are written; nil where it cannot be told.
  public func freeSpace() -> Int64? { space { UInt64($0.f_bavail) } }

  /// Bytes that there are in all where objects are written; nil where it cannot be told.
  public func totalSpace() -> Int64? { space { UInt64($0.f_blocks) } }

  private func space(_ blocks: (statvfs) -> UInt64) -> Int64? {
    var status = statvfs()
    guard statvfs(files.root, &status) == 0 else { return nil }
    return Int64(clamping: blocks(status).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
  }
}
