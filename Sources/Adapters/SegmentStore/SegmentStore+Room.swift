// SPDX-License-Identifier: Apache-2.0

import Archive

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension SegmentStore {
  /// Does on the disk what the next object would need. Throws what a writer would meet.
  public func tryDisk() throws {
    try files.tryDisk(on: files.sides.lead, reserving: files.options.segmentSize)
  }

  /// Bytes that are free for this process where objects are written, on the side that has fewer; nil where it cannot
  /// be told.
  public func freeSpace() -> Int64? { space { UInt64($0.f_bavail) } }

  /// Bytes that there are in all where objects are written, on the side that has fewer; nil where it cannot be told.
  public func totalSpace() -> Int64? { space { UInt64($0.f_blocks) } }

  private func space(_ blocks: (statvfs) -> UInt64) -> Int64? {
    files.sides.present.compactMap { side in
      var status = statvfs()
      guard let root = files.sides.root(side), statvfs(root, &status) == 0 else { return nil }
      return Int64(clamping: blocks(status).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }.min()
  }
}
