// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Brings bytes from one side to the other, and reads back what it wrote, from the disk. Used by one thread at a time.
struct SideCopier {
  private static let piece = 1 << 20

  private let sides: StorageSides
  private let options: SegmentStoreOptions
  private let memory: AlignedBuffer

  init(_ sides: StorageSides, _ options: SegmentStoreOptions) throws {
    self.sides = sides
    self.options = options
    memory = try AlignedBuffer(count: Self.piece)
  }

  /// Does to the other side what was done to one.
  func apply(_ path: String, from side: StoreSide, _ kinds: [StorageChange.Kind]) throws {
    guard let target = sides.counterpart(of: side), let root = sides.root(target) else { return }
    var ranges: [Range<Int64>] = []
    var file: StorageFile?
    func open() throws -> StorageFile {
      if let file { return file }
      let opened = try openTarget(path, root)
      file = opened
      return opened
    }
    for kind in kinds {
      switch kind {
      case .written(let range): ranges.append(range)
      // Where the file system has no holes, the bytes stay.
      case .punched(let range):
        guard StorageFolder.length(root + "/" + path) != nil else { continue }
        try? open().punchHole(from: range.lowerBound, count: Int64(range.count))
      case .cut(let length):
        guard let current = StorageFolder.length(root + "/" + path), current > length else { continue }
        try open().truncate(to: length)
      case .made: return try copyWhole(path, from: side)
      case .removed:
        unlink(root + "/" + path)
        return
      }
    }
    guard !ranges.isEmpty || file != nil else { return }
    // What was removed meanwhile is told next.
    guard let sourceRoot = sides.root(side), StorageFolder.length(sourceRoot + "/" + path) != nil else { return }
    let length = StorageFolder.length(root + "/" + path)
    // What is whole by its name is not given in part: a release writes headers only, the first of a file among them.
    if length == nil, path.hasPrefix(StudyFileMaker.folder + "/") { return try copyWhole(path, from: side) }
    // Nothing is written behind a hole.
    if let first = ranges.map(\.lowerBound).min(), first > length ?? 0 {
      _ = try mend(path, from: side, length: ranges.map(\.upperBound).max() ?? 0)
      return
    }
    let source = try openSource(path, sourceRoot)
    let sums = try ranges.map { try copy($0, source, open()) }
    try open().sync()
    try verify(path, root, zip(ranges, sums))
  }

  /// Copies a file under another name first, so that what has the name is whole.
  func copyWhole(_ path: String, from side: StoreSide) throws {
    guard let root = sides.root(side.other), let sourceRoot = sides.root(side) else { return }
    guard StorageFolder.length(sourceRoot + "/" + path) != nil else { return }
    let source = try openSource(path, sourceRoot)
    let length = try source.length()
    let folder = StorageFolder.parent(of: path)
    try makeFolder(folder, root)
    let partial = path + ".part"
    unlink(root + "/" + partial)
    do {
      let target = try StorageFile(root: root, path: partial, flags: CDIO_WRITE | CDIO_CREATE, faults: options.faults)
      let sum = try copy(0..<length, source, target)
      try target.truncate(to: length)
      try target.sync()
      try verify(partial, root, [(0..<length, sum)])
      guard rename(root + "/" + partial, root + "/" + path) == 0 else {
        throw StorageFile.error(Int64(-errno), "cannot rename", partial)
      }
      try StorageFolder.sync(root, folder)
    } catch {
      unlink(root + "/" + partial)
      throw (error as? DirectRefused)?.error ?? error
    }
  }

  /// Compares two files piece by piece up to a length, and writes what differs to the one of the other side.
  /// - Returns: bytes written.
  func mend(_ path: String, from side: StoreSide, length: Int64) throws -> Int64 {
    guard let root = sides.root(side.other), let sourceRoot = sides.root(side) else { return 0 }
    let source = try openSource(path, sourceRoot)
    let target = try openTarget(path, root)
    let theirs = try AlignedBuffer(count: Self.piece)
    var written: Int64 = 0
    var changed: [(Range<Int64>, UInt32)] = []
    var position: Int64 = 0
    while position < length {
      let own = memory.bytes[..<Int(min(Int64(Self.piece), length - position))]
      let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: own), at: position)
      guard count > 0 else { break }
      let other = try target.read(into: UnsafeMutableRawBufferPointer(rebasing: theirs.bytes[..<count]), at: position)
      if other != count || !Self.isEqual(memory.slice(0..<count), theirs.slice(0..<count)) {
        try target.write(memory.slice(0..<count), at: position)
        changed.append((position..<position + Int64(count), cdio_crc32c(0, memory.bytes.baseAddress, count)))
        written += Int64(count)
      }
      position += Int64(count)
    }
    guard written > 0 else { return 0 }
    try target.sync()
    try verify(path, root, changed)
    return written
  }

  private static func isEqual(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
    guard let left = one.baseAddress, let right = other.baseAddress else { return one.isEmpty && other.isEmpty }
    return one.count == other.count && memcmp(left, right, one.count) == 0
  }

  // MARK: - Steps

  /// - Returns: the checksum of what was written.
  private func copy(_ range: Range<Int64>, _ source: StorageFile, _ target: StorageFile) throws -> UInt32 {
    var checksum: UInt32 = 0
    var position = range.lowerBound
    while position < range.upperBound {
      let count = Int(min(Int64(Self.piece), range.upperBound - position))
      let read = try source.read(
        into: UnsafeMutableRawBufferPointer(rebasing: memory.bytes[..<count]), at: position)
      // Cut meanwhile: the cut is told next.
      guard read > 0 else { break }
      checksum = cdio_crc32c(checksum, memory.bytes.baseAddress, read)
      try target.write(memory.slice(0..<read), at: position)
      position += Int64(read)
    }
    return checksum
  }

  private func verify(
    _ path: String, _ root: String, _ written: some Sequence<(Range<Int64>, UInt32)>
  ) throws {
    let file = try openDirect(path, root)
    for (range, expected) in written {
      var checksum: UInt32 = 0
      var position = range.lowerBound
      while position < range.upperBound {
        let aligned = position / Int64(SegmentLayout.block) * Int64(SegmentLayout.block)
        let last = min(aligned + Int64(try file.read(into: memory.bytes, at: aligned)), range.upperBound)
        guard last > position else { break }
        let piece = memory.slice(Int(position - aligned)..<Int(last - aligned))
        checksum = cdio_crc32c(checksum, piece.baseAddress, piece.count)
        position = last
      }
      guard checksum == expected else {
        throw ArchiveError(
          .storageFailed, "what was copied is read back differently", file: root + "/" + path,
          offset: range.lowerBound)
      }
    }
  }

  /// Through the page cache, where what was just written to the source still is.
  private func openSource(_ path: String, _ root: String) throws -> StorageFile {
    try StorageFile(root: root, path: path, flags: 0, faults: options.faults)
  }

  /// Past the page cache, so that what is read comes from the disk.
  private func openDirect(_ path: String, _ root: String) throws -> StorageFile {
    if options.directIO {
      do {
        return try StorageFile(root: root, path: path, flags: CDIO_DIRECT, faults: options.faults)
      } catch is DirectRefused {}
    }
    return try openSource(path, root)
  }

  private func makeFolder(_ folder: String, _ root: String) throws {
    // The empty folder of a mount that went away is not filled.
    guard StoreMarker.read(root) != nil else {
      throw ArchiveError(.missing, "the folder is not the archive's any more", file: root)
    }
    try StorageFolder.make(root, folder)
  }

  private func openTarget(_ path: String, _ root: String) throws -> StorageFile {
    do {
      return try StorageFile(root: root, path: path, flags: CDIO_WRITE, faults: options.faults)
    } catch let error as ArchiveError where error.code == .missing {
      let folder = StorageFolder.parent(of: path)
      try makeFolder(folder, root)
      let file = try StorageFile(root: root, path: path, flags: CDIO_WRITE | CDIO_CREATE, faults: options.faults)
      try StorageFolder.sync(root, folder)
      return file
    }
  }
}
