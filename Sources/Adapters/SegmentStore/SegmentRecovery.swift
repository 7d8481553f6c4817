// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO

/// Brings the segments that a crash left open to an end: what is whole behind the indexed end is handed over, what is
/// torn is cut, and the segment is sealed. Sealed segments are only asked for their length.
struct SegmentRecovery {
  private let files: SegmentFiles
  private var summary = StoreRecovery()

  init(_ files: SegmentFiles) { self.files = files }

  /// A member that a walk came across.
  private enum Member {
    case whole(RecoveredObject?, end: Int64)
    case end
    case torn
  }

  consuming func run(
    indexedEnds: [String: Int64], each: (RecoveredObject) throws -> Void
  ) throws -> StoreRecovery {
    for path in files.paths() where path.hasPrefix(SegmentFiles.folder + "/") {
      let indexed = SegmentLayout.roundUp(indexedEnds[path] ?? 0)
      let lengths = files.sides.present.compactMap { files.length(path, on: $0) }
      if indexed > 0, lengths.allSatisfy({ $0 == indexed + Int64(SegmentLayout.block) }) {
        files.setFinal(path)
      } else {
        let side = right(path)
        let length = files.length(path, on: side) ?? 0
        if length > 0 { try recover(path, on: side, from: indexed, length: length, each) }
      }
    }
    return summary
  }

  /// The side whose file is brought to an end: cutting the other one would cut what stands in this one alone.
  private func right(_ path: String) -> StoreSide {
    let those = files.sides.present.filter { files.length(path, on: $0) != nil }
    guard those.count == 2 else { return those.first ?? files.first(for: path) }
    guard let own = try? SideMembers(files, path, those[0]) else { return those[1] }
    guard let other = try? SideMembers(files, path, those[1]) else { return those[0] }
    if own == other { return files.first(for: path) }
    return own.isRight(beside: other, path, own: those[0]) ? those[0] : those[1]
  }

  private mutating func recover(
    _ path: String, on side: StoreSide, from indexed: Int64, length: Int64,
    _ each: (RecoveredObject) throws -> Void
  ) throws {
    let file = try files.open(path, flags: CDIO_WRITE, on: side)
    // Another process writes it.
    guard file.lock(waiting: false) else { return }
    let home = SegmentFiles.home(path)
    let isElsewhere = home != side && files.sides.present.contains(home)
    let written = isElsewhere ? try? files.open(path, flags: CDIO_WRITE, on: home, isObserved: false) : nil
    guard written?.lock(waiting: false) ?? true else { return }
    defer { withExtendedLifetime(written) {} }
    summary.filesRead += 1
    let memory = try AlignedBuffer(count: 1 << 20)
    var position = min(indexed, length)
    var folder: String?
    walk: while true {
      switch try member(file, at: position, length: length, memory, &folder) {
      case .whole(let object, let end):
        if let object {
          summary.objects += 1
          try each(object)
        }
        position = end
      case .end:
        break walk
      case .torn:
        if let next = try nextWhole(file, behind: position, length: length, memory) {
          summary.damaged += 1
          position = next
        } else {
          summary.torn += 1
          break walk
        }
      }
    }
    try seal(file, at: position, folder, memory)
  }

  /// Looks at what stands at a bound.
  private func member(
    _ file: StorageFile, at position: Int64, length: Int64, _ memory: AlignedBuffer, _ folder: inout String?
  ) throws -> Member {
    let block = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[..<SegmentLayout.block])
    guard position < length, try file.read(into: block, at: position) >= SegmentLayout.record else { return .end }
    guard let header = TarHeader(UnsafeRawBufferPointer(block)) else {
      return block[..<SegmentLayout.record].allSatisfy { $0 == 0 } ? .end : .torn
    }
    guard header.kind == .file else { return header.kind == .folder ? .end : .torn }
    let body = position + Int64(SegmentLayout.record)
    guard header.size <= length - body else { return .torn }
    let end = SegmentLayout.end(ofMemberAt: position, length: header.size)
    // A deleted member has a hole for a body, and no checksum.
    guard let expected = header.bodyChecksum else {
      return header.group == TarHeader.deletedGroup ? .whole(nil, end: end) : .torn
    }
    guard try checksum(file, from: body, count: header.size, memory) == expected else { return .torn }
    folder = header.prefix.split(separator: "/").first.map(String.init)
    let extent = ObjectExtent(file: file.path, offset: body, length: header.size, checksum: expected)
    return .whole(RecoveredObject(extent: extent, storedAt: header.modified * 1_000_000), end: end)
  }

  /// Where the next whole member starts: nothing is cut in front of one.
  private func nextWhole(
    _ file: StorageFile, behind position: Int64, length: Int64, _ memory: AlignedBuffer
  ) throws -> Int64? {
    let window = try AlignedBuffer(count: 1 << 20)
    var base = position + Int64(SegmentLayout.block)
    while base < length {
      let count = try file.read(into: window.bytes, at: base)
      for offset in stride(from: 0, to: count, by: SegmentLayout.block) {
        let header = window.slice(offset..<min(offset + SegmentLayout.record, count))
        guard TarHeader(header)?.kind == .file else { continue }
        var folder: String?
        let candidate = base + Int64(offset)
        if case .whole = try member(file, at: candidate, length: length, memory, &folder) { return candidate }
      }
      guard count > 0 else { break }
      base += Int64(count)
    }
    return nil
  }

  private func checksum(_ file: StorageFile, from: Int64, count: Int64, _ memory: AlignedBuffer) throws -> UInt32 {
    let block = Int64(SegmentLayout.block)
    var checksum: UInt32 = 0
    var position = from
    while position < from + count {
      let aligned = position / block * block
      // No more than the object: behind a small one stand others, which are read for themselves.
      let wanted = min(memory.bytes.count, Int(SegmentLayout.roundUp(from + count - aligned)))
      let target = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[..<wanted])
      let read = Int64(try file.read(into: target, at: aligned))
      let end = min(aligned + read, from + count)
      guard end > position else {
        throw ArchiveError(.damaged, "the file ends early", file: file.path, offset: position)
      }
      let piece = memory.slice(Int(position - aligned)..<Int(end - aligned))
      checksum = cdio_crc32c(checksum, piece.baseAddress, piece.count)
      position = end
    }
    return checksum
  }

  /// Cuts the file behind its last whole member.
  private func seal(_ file: StorageFile, at position: Int64, _ folder: String?, _ memory: AlignedBuffer) throws {
    guard position > 0 else { return files.remove(file.path) }
    let block = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[..<SegmentLayout.block])
    let isThere =
      try file.read(into: block, at: position) == block.count
      && (TarHeader(UnsafeRawBufferPointer(block))?.kind == .folder)
    if !isThere {
      EndBlock.write(to: block, folder: folder ?? "odd", modified: files.options.now() / 1_000_000)
      try file.write(UnsafeRawBufferPointer(block), at: position)
    }
    try file.truncate(to: position + Int64(SegmentLayout.block))
    try file.sync()
    files.setFinal(file.path)
  }
}
