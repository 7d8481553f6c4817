// SPDX-License-Identifier: Apache-2.0

/// What stands between the end of a member and the next 4096-byte bound: a pax extended header (POSIX.1-2001) that
/// holds one `comment` record, or nothing where there is room for the header only.
enum Filler {
  /// Fills a gap that is a multiple of 512 bytes.
  static func write(to gap: UnsafeMutableRawBufferPointer) {
    guard gap.count >= SegmentLayout.record else { return }
    let length = gap.count - SegmentLayout.record
    TarHeader(prefix: "", name: "filler", kind: .extended, size: Int64(length), modified: 0, group: "").write(to: gap)
    guard length > 0 else { return }
    let comment = UnsafeMutableRawBufferPointer(rebasing: gap[SegmentLayout.record...])
    comment.initializeMemory(as: UInt8.self, repeating: 0x20)
    for (position, byte) in "\(length) comment=".utf8.enumerated() { comment[position] = byte }
    comment[length - 1] = 0x0A
  }
}
