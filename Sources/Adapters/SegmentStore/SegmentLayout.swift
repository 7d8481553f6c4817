// SPDX-License-Identifier: Apache-2.0

/// How a segment is laid out. It is a POSIX ustar file at all times, also while it is written and after a crash:
///
/// - Each object is a member: a header of 512 bytes, the body, zeros up to 512 bytes. Members start on 4096-byte
///   bounds.
/// - What is left up to the next bound is a pax extended header with nothing but a comment (`Filler`).
/// - Behind the last member stands the **end block**: a folder entry of a folder that is there anyway, then zeros.
///   Readers that want a member behind every pax header find one, and the zeros are the end of the archive. The next
///   member overwrites it, so nothing that was acknowledged is ever written again. To seal a segment is to cut it
///   behind its end block.
///
/// The header of a member is written last, with the CRC-32C of its body: a torn member has none, or one that does not
/// fit.
enum SegmentLayout {
  /// What direct input and output is aligned to, and where members start.
  static let block = 4096
  /// The unit of tar: headers and padding.
  static let record = 512

  static func roundUp(_ position: Int64, to unit: Int = block) -> Int64 {
    (position + Int64(unit) - 1) / Int64(unit) * Int64(unit)
  }

  /// Where the next member starts, behind one that starts at `start` and has a body of `length` bytes.
  static func end(ofMemberAt start: Int64, length: Int64) -> Int64 {
    roundUp(start + Int64(record) + length)
  }
}
