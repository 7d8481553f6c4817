// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO

/// The members of a file as one side has them.
struct SideMembers: Equatable {
  /// By position.
  private(set) var headers: [Int64: TarHeader] = [:]
  /// The end of the block behind the last member.
  private(set) var end: Int64 = 0

  init(_ files: SegmentFiles, _ path: String, _ side: StoreSide) throws {
    let file = try files.open(path, flags: 0, on: side)
    let block = try AlignedBuffer(count: SegmentLayout.block)
    let length = try file.length()
    var position: Int64 = 0
    while position < length, try file.read(into: block.bytes, at: position) >= SegmentLayout.record,
      let header = TarHeader(UnsafeRawBufferPointer(block.bytes)), header.kind == .file
    {
      headers[position] = header
      position = SegmentLayout.end(ofMemberAt: position, length: header.size)
    }
    end = min(position + Int64(SegmentLayout.block), length)
  }

  /// Whether this is what both sides should have of a segment: the longer one, where both go on alike. Where they tell
  /// of different objects, of which only one was acknowledged, it is the side on which the segment is written.
  func isRight(beside other: SideMembers, _ path: String, own side: StoreSide) -> Bool {
    let isAlike = headers.allSatisfy { offset, header in other.headers[offset].map { header.isAlike($0) } ?? true }
    return isAlike ? end >= other.end : side == SegmentFiles.home(path)
  }
}

extension TarHeader {
  /// Its body was given back.
  var isDeleted: Bool { group == Self.deletedGroup }

  /// Whether both tell of one object, which may have been given back meanwhile.
  func isAlike(_ other: TarHeader) -> Bool {
    self == other || (isDeleted || other.isDeleted) && size == other.size && modified == other.modified
  }
}
