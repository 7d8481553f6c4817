// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO

/// Appends objects to a segment, and begins another where that is full or broken.
///
/// An object that fits into the buffer is written by one write, with header, filler and end block. A larger one goes
/// piece by piece, its first block, with the header, at the end. Then the file is flushed.
final class SegmentWriter: ObjectWriter {
  private enum Phase { case idle, pending, committed }

  /// What the last commit put at the end of the segment, to be taken back.
  private struct Tail {
    var folder: String?
    var modified: Int64 = 0
  }

  /// Larger objects get their space in steps.
  private static let growth: Int64 = 64 << 20

  /// Objects up to this size have their blocks written with zeros ahead, many at once: where each flush turns reserved
  /// blocks into written ones, it costs half as much again. Larger ones are not worth writing twice.
  private static let small = 64 << 10

  let number: Int
  private let files: SegmentFiles
  private let buffer: MemberBuffer
  private let returned: (SegmentWriter) -> Void

  private var segment: StorageFile?
  /// Where the next member starts; where one is committed that can be revoked, where it starts.
  private var start: Int64 = 0
  private var reserved: Int64 = 0
  /// Up to here the segment was cleared.
  private var cleared: Int64 = 0
  private var phase = Phase.idle
  private var tail = Tail()
  private var tailBefore = Tail()
  private var header: TarHeader?

  init(number: Int, files: SegmentFiles, returned: @escaping (SegmentWriter) -> Void) throws {
    self.number = number
    self.files = files
    self.returned = returned
    buffer = try MemberBuffer(size: files.options.bufferSize)
  }

  var count: Int64 { buffer.length }
  var bodyChecksum: UInt32 { buffer.bodyChecksum }

  func begin(head: UnsafeRawBufferPointer) throws {
    guard phase != .pending else { throw ArchiveError(.misuse, "an object is being written") }
    settle()
    try buffer.begin(head: head)
    phase = .pending
  }

  func withSpace(_ minimum: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Int) throws {
    guard phase == .pending else { throw ArchiveError(.misuse, "no object was begun") }
    guard minimum <= ObjectWriterLimits.space else {
      throw ArchiveError(.misuse, "asked for \(minimum) bytes of space")
    }
    if buffer.space < minimum {
      try guarding { try buffer.move { try write($0, at: $1) } }
    }
    try buffer.fill(fill)
  }

  func commit(_ name: ObjectName) throws -> ObjectExtent {
    guard phase == .pending else { throw ArchiveError(.misuse, "no object was begun") }
    let member = MemberName(name)
    let modified = files.options.now() / 1_000_000
    let checksum = buffer.checksum
    let header = TarHeader(
      prefix: member.prefix, name: member.name, kind: .file, size: buffer.length, modified: modified,
      group: TarHeader.groupName(bodyChecksum: checksum))
    return try guarding {
      buffer.end(header)
      buffer.appendEndBlock(folder: member.folder, modified: modified)
      try write(buffer.contents, at: buffer.windowStart, isLast: true)
      let segment = try openSegment()
      if buffer.hasMoved { try segment.write(buffer.firstBlock, at: start) }
      try segment.sync()
      self.header = header
      tailBefore = tail
      tail = Tail(folder: member.folder, modified: modified)
      phase = .committed
      return ObjectExtent(
        file: segment.path, offset: start + Int64(SegmentLayout.record), length: buffer.length, checksum: checksum)
    }
  }

  func rename(_ name: ObjectName) throws {
    guard phase == .committed, var header, let segment else { throw ArchiveError(.misuse, "no object was committed") }
    let member = MemberName(name)
    header.prefix = member.prefix
    header.name = member.name
    buffer.putHeader(header)
    try segment.write(buffer.firstBlock, at: start)
    try segment.sync()
    self.header = header
  }

  func revoke() throws {
    switch phase {
    case .idle: return
    case .pending: phase = .idle
    case .committed:
      tail = tailBefore
      phase = .idle
      guard let segment else { return }
      try guarding { try writeEndBlock(to: segment) }
    }
    if let segment { files.cache.cut(segment.path, from: start) }
  }

  func giveBack() {
    // Where the end block cannot be put back, the segment is left to recovery.
    if phase == .pending { try? revoke() }
    settle()
    returned(self)
  }

  /// Seals the segment; the next object begins another. Where that fails, recovery does it.
  func seal() throws {
    settle()
    try closeSegment()
  }

  private func closeSegment() throws {
    guard let segment else { return }
    self.segment = nil
    let end = start
    start = 0
    tail = Tail()
    if end == 0 {
      files.remove(segment.path)
    } else {
      try segment.truncate(to: end + Int64(SegmentLayout.block))
      files.setFinal(segment.path)
    }
  }

  // MARK: - The segment

  /// What was committed last stays.
  private func settle() {
    if phase == .committed, let segment {
      // Not before: the one who sent it has its answer by now. Until then, and where there is no room, it is read from
      // the disk; so the end block, in whose place the next member is then, is not kept.
      let member = UnsafeRawBufferPointer(rebasing: buffer.contents.dropLast(SegmentLayout.block))
      try? keep(member, at: buffer.windowStart, segment)
      start = SegmentLayout.end(ofMemberAt: start, length: buffer.length)
      files.setFinal(segment.path, upTo: start)
    }
    phase = .idle
  }

  private func openSegment() throws -> StorageFile {
    if let segment { return segment }
    let (segment, cleared) = try files.makeSegment(writer: number)
    self.segment = segment
    start = 0
    reserved = files.options.segmentSize
    self.cleared = cleared
    tail = Tail()
    return segment
  }

  /// Writes bytes of the member at a position in it.
  private func write(_ bytes: UnsafeRawBufferPointer, at position: Int64, isLast: Bool = false) throws {
    guard !bytes.isEmpty else { return }
    var segment = try openSegment()
    let isFull = start > 0 && start + position + Int64(bytes.count) > files.options.segmentSize
    if isFull, !buffer.hasMoved {
      try closeSegment()
      segment = try openSegment()
    }
    let end = start + position + Int64(bytes.count)
    if end > reserved {
      let step = max(Self.growth, end - reserved)
      try segment.preallocate(from: reserved, count: step)
      reserved += step
    }
    do {
      if !buffer.hasMoved, bytes.count <= Self.small, end > cleared { try clear(segment) }
      try segment.write(bytes, at: start + position)
    } catch let refused as DirectRefused {
      guard segment.isDirect, start == 0, position <= Int64(SegmentLayout.block) else { throw refused.error }
      segment = try reopenThroughCache(segment)
      try segment.write(bytes, at: start + position)
    }
    // The rest is kept once it stays.
    if !isLast { try keep(bytes, at: position, segment) }
  }

  /// Clears what comes behind the last object, where that much is reserved.
  private func clear(_ segment: StorageFile) throws {
    let from = max(cleared, start)
    guard from + Int64(CDIO_CLEARED) <= reserved else { return }
    try segment.clear(from: from)
    cleared = from + Int64(CDIO_CLEARED)
  }

  private func keep(_ bytes: UnsafeRawBufferPointer, at position: Int64, _ segment: StorageFile) throws {
    // One object may not sweep the cache.
    guard position <= Int64(files.options.cacheSize / 4) else { return }
    // The first block goes to the disk last, but takes the place of the end block here already.
    if position > 0, !buffer.hasMoved { try files.cache.keep(segment.path, at: start, buffer.firstBlock) }
    try files.cache.keep(segment.path, at: start + position, bytes)
  }

  /// The file system took the flag, but refuses the first write.
  private func reopenThroughCache(_ segment: StorageFile) throws -> StorageFile {
    files.refuseDirect()
    self.segment = nil
    files.remove(segment.path)
    return try openSegment()
  }

  private func writeEndBlock(to segment: StorageFile) throws {
    let block = try AlignedBuffer(count: SegmentLayout.block)
    EndBlock.write(to: block.bytes, folder: tail.folder, modified: tail.modified)
    try segment.write(block.slice(0..<SegmentLayout.block), at: start)
  }

  /// Runs a step that touches the disk. Where it fails, the object is lost, and the segment is cut behind its last
  /// whole member, so that the next object begins a new one.
  private func guarding<Result>(_ step: () throws -> Result) throws -> Result {
    do {
      return try step()
    } catch {
      phase = .idle
      abandonSegment()
      throw (error as? DirectRefused)?.error ?? error
    }
  }

  private func abandonSegment() {
    guard let segment else { return }
    files.cache.cut(segment.path, from: start)
    // Where even this fails, recovery does it at the next start.
    do {
      if start > 0 { try writeEndBlock(to: segment) }
      try closeSegment()
    } catch {
      self.segment = nil
      start = 0
      tail = Tail()
      files.options.warn("segment \(segment.path) is left for recovery: \(error)")
    }
  }

  // MARK: - Reading back

  func readBack(from: Int64, count: Int64, _ piece: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard from >= 0, count >= 0, count <= buffer.length - from else {
      throw ArchiveError(.misuse, "range outside of the object")
    }
    let end = from + count + Int64(SegmentLayout.record)
    var position = from + Int64(SegmentLayout.record)
    var memory: AlignedBuffer?
    while position < end {
      if let bytes = buffer.bytes(at: position, atMost: end - position) {
        try piece(bytes)
        position += Int64(bytes.count)
        continue
      }
      guard let segment else { throw ArchiveError(.misuse, "nothing was written") }
      let target = try memory ?? AlignedBuffer(count: BlockCache.blockSize)
      memory = target
      let aligned = position / Int64(SegmentLayout.block) * Int64(SegmentLayout.block)
      let read = Int64(try segment.read(into: target.bytes, at: start + aligned))
      let last = min(aligned + read, buffer.windowStart, end)
      guard last > position else { throw ArchiveError(.damaged, "cannot read back", file: segment.path, offset: start) }
      try piece(target.slice(Int(position - aligned)..<Int(last - aligned)))
      position = last
    }
  }
}
