// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Compares all files of both sides after one was away, and mends what differs. Study files have their names only once
/// they are whole: their lengths and ends are enough, unless something in them was released while a side was away. Of
/// segments the headers are compared, and the body behind the last one. What was deleted on one side is deleted on the
/// other.
struct SideComparison {
  private let keeper: CopyKeeper
  private let files: SegmentFiles
  private let stayed: StoreSide
  private let known: FileKnowledge
  /// Removed, or released in part, by the side that stayed.
  private let changed: Set<String>

  init(_ keeper: CopyKeeper, stayed: StoreSide, _ known: FileKnowledge) {
    self.keeper = keeper
    files = keeper.files
    let notes = files.sides.notedChanges()
    self.stayed = notes.side ?? stayed
    changed = notes.paths
    self.known = known
  }

  /// - Returns: whether all was compared.
  func run(shouldStop: () -> Bool) -> Bool {
    // In this order: what is made meanwhile is missing on the side that returned, if on any.
    let theirs = files.paths(on: stayed.other)
    let own = files.paths(on: stayed)
    let (isTheirs, isOwn) = (Set(theirs), Set(own))
    var isWhole = true
    for path in own + theirs.filter({ !isOwn.contains($0) }) {
      guard !shouldStop(), files.sides.present.count == 2 else { return false }
      do {
        try keeper.withCopier(path) { copier in
          switch (isOwn.contains(path), isTheirs.contains(path)) {
          case (true, true): try compare(path, copier)
          case (true, false): try give(path, from: stayed, copier)
          default: try leftover(path, copier)
          }
          keeper.isInStep(path)
        }
        files.options.board?.clear(.copyFailed, subject: path)
      } catch {
        isWhole = false
        files.options.board?.raise(.copyFailed, .critical, subject: path, "\(error)")
      }
    }
    if isWhole {
      files.options.board?.clear(.copyFailed, subject: nil)
      files.sides.forgetChanges()
    }
    return isWhole
  }

  private static func isStudyFile(_ path: String) -> Bool { path.hasPrefix(StudyFileMaker.folder + "/") }

  private func give(_ path: String, from side: StoreSide, _ copier: SideCopier) throws {
    if Self.isStudyFile(path) { return try copier.copyWhole(path, from: side) }
    // A segment that is being written is longer than what is in it.
    _ = try copier.mend(path, from: side, length: try members(path, side).end)
  }

  private func compare(_ path: String, _ copier: SideCopier) throws {
    if Self.isStudyFile(path) {
      let (own, theirs) = (files.length(path, on: stayed) ?? 0, files.length(path, on: stayed.other) ?? 0)
      if own != theirs {
        // What has its name is whole; only an older program may have left a part of one.
        return try copier.copyWhole(path, from: changed.contains(path) || own > theirs ? stayed : stayed.other)
      }
      // An attempt to make it that was cut off, and its repetition, have one name, and may be as long.
      if !changed.contains(path), !keeper.isDoubtful(path), try haveSameEnd(path, length: own) { return }
    }
    try compareMembers(path, copier)
  }

  /// Whether the ends of a study file are alike, where the manifest is and its signature: it has the time at which the
  /// file was made, and the digest of each member.
  private func haveSameEnd(_ path: String, length: Int64) throws -> Bool {
    let count = SegmentLayout.block * Self.endBlocks
    let start = max(0, SegmentLayout.roundUp(length) - Int64(count))
    let ends = try [stayed, stayed.other].map { side in
      let buffer = try AlignedBuffer(count: count)
      buffer.bytes.initializeMemory(as: UInt8.self, repeating: 0)
      let read = try files.open(path, flags: 0, on: side).read(into: buffer.bytes, at: start)
      return Array(buffer.slice(0..<read))
    }
    return ends[0] == ends[1]
  }

  private static let endBlocks = 4

  /// Compares all headers of a file, releases on both sides what is released on one, and mends what differs.
  func compareMembers(_ path: String, _ copier: SideCopier) throws {
    if !Self.isStudyFile(path), isInUse(path) {
      // Only towards the other side: what is written just now must not be written over.
      _ = try copier.mend(path, from: SegmentFiles.home(path), length: try members(path, SegmentFiles.home(path)).end)
      return
    }
    var own = try members(path, stayed)
    var theirs = try members(path, stayed.other)
    for (offset, header) in own.headers {
      guard let other = theirs.headers[offset], header.isDeleted != other.isDeleted, header.isAlike(other)
      else { continue }
      let live = header.isDeleted ? other : header
      let extent = ObjectExtent(
        file: path, offset: offset + Int64(SegmentLayout.record), length: live.size,
        checksum: live.bodyChecksum ?? 0)
      try SegmentRelease(files, on: header.isDeleted ? stayed.other : stayed).run([extent])
    }
    own = try members(path, stayed)
    theirs = try members(path, stayed.other)
    if own.headers == theirs.headers, own.end == theirs.end, !keeper.isDoubtful(path) {
      return Self.isStudyFile(path) ? () : try mendLast(path, own, copier)
    }
    if Self.isStudyFile(path) { return try copier.copyWhole(path, from: stayed) }
    let source = own.isRight(beside: theirs, path, own: stayed) ? stayed : stayed.other
    _ = try copier.mend(path, from: source, length: max(own.end, theirs.end))
  }

  /// Mends the body of the last member, of which one side may have the header alone: a copy that the end of power cut
  /// off need not have reached the disk in its order. Each member is flushed before the next one is written.
  private func mendLast(_ path: String, _ members: SideMembers, _ copier: SideCopier) throws {
    guard let (offset, header) = members.headers.max(by: { $0.key < $1.key }), let checksum = header.bodyChecksum
    else { return }
    let extent = ObjectExtent(
      file: path, offset: offset + Int64(SegmentLayout.record), length: header.size, checksum: checksum)
    let reader = try UncachedReader()
    let whole = try [stayed, stayed.other].filter { side in
      do {
        return try reader.isWhole(extent, files.open(path, flags: 0, on: side))
      } catch let error as ArchiveError where error.code == .damaged {
        return false
      }
    }
    guard whole.count == 1 else { return }
    _ = try copier.mend(path, from: whole[0], length: members.end)
  }

  /// A file that only the side that was away has: made there and not copied in time, or removed meanwhile. What
  /// nothing tells of is kept.
  private func leftover(_ path: String, _ copier: SideCopier) throws {
    if try known.isKnown(path) || !(changed.contains(path) || isCovered(path)) {
      return try give(path, from: stayed.other, copier)
    }
    guard let root = files.sides.root(stayed.other), !isInUse(path) else { return }
    unlink(root + "/" + path)
  }

  /// Whether a writer may still append to a segment, or a study file was just made and may not be known yet.
  private func isInUse(_ path: String) -> Bool {
    if Self.isStudyFile(path) { return files.finalEnd(path) == .max }
    guard let file = try? files.open(path, flags: CDIO_WRITE, on: SegmentFiles.home(path), isObserved: false) else {
      return false
    }
    return !file.lock(waiting: false)
  }

  /// Whether the index knows all of a file elsewhere.
  private func isCovered(_ path: String) throws -> Bool {
    guard !path.hasPrefix(RecordFiles.folder + "/") else { return false }
    var isCovered = true
    try files.eachMember(of: try files.open(path, flags: 0, on: stayed.other)) { header, extent in
      guard !StudyManifest.isPart(header) else { return }
      if !known.isCovered(StoredObject(path: "\(header.prefix)/\(header.name)", extent: extent)) { isCovered = false }
    }
    return isCovered
  }

  private func members(_ path: String, _ side: StoreSide) throws -> SideMembers {
    try SideMembers(files, path, side)
  }
}
