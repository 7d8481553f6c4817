// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An open file of the store. Closed with its owner.
final class StorageFile: @unchecked Sendable {  // Read from any thread; changed, and its changes noted, by one.
  /// Path below the storage folder.
  let path: String
  let isDirect: Bool
  private let descriptor: CInt
  private let full: String
  private let faults: (any StorageFaults)?
  let side: StoreSide
  private let observer: (any StorageObserver)?
  /// Not flushed yet.
  private var changes: [StorageChange.Kind] = []

  /// - Parameter flags: of `cdio_open`.
  init(
    root: String, path: String, flags: Int, faults: (any StorageFaults)? = nil, side: StoreSide = .primary,
    observer: (any StorageObserver)? = nil
  ) throws {
    self.side = side
    self.observer = observer
    full = root + "/" + path
    let step = StorageStep.open(writes: flags & CDIO_WRITE != 0, creates: flags & CDIO_CREATE != 0)
    if let stop = try faults?.allow(step, full) { throw Self.error(Int64(-stop.error), "cannot open", path) }
    let descriptor = cdio_open(full, CInt(flags))
    guard descriptor >= 0 else { throw Self.error(Int64(descriptor), "cannot open", path) }
    self.path = path
    self.descriptor = descriptor
    self.faults = faults
    isDirect = flags & CDIO_DIRECT != 0
    faults?.done(step, full)
  }

  deinit { _ = cdio_close(descriptor) }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
    try run(.write(offset: offset, count: bytes.count), "cannot write", offset) { limit in
      cdio_write(descriptor, bytes.baseAddress, min(bytes.count, limit), offset)
    }
    if observer != nil { changes.append(.written(offset..<offset + Int64(bytes.count))) }
  }

  /// - Returns: the bytes read, fewer at the end of the file.
  func read(into target: UnsafeMutableRawBufferPointer, at offset: Int64) throws -> Int {
    if let stop = try faults?.allow(.read(offset: offset, count: target.count), full) {
      throw Self.error(Int64(-stop.error), "cannot read", path, offset)
    }
    let count = cdio_read(descriptor, target.baseAddress, target.count, offset)
    guard count >= 0 else { throw Self.error(count, "cannot read", path, offset) }
    return Int(count)
  }

  /// The same into several pieces of memory, one after the other.
  /// - Parameter parts: at most `CDIO_MAXIMUM_PARTS`.
  func read(into parts: [UnsafeMutableRawBufferPointer], at offset: Int64) throws -> Int {
    if parts.count == 1 { return try read(into: parts[0], at: offset) }
    let total = parts.reduce(0) { $0 + $1.count }
    if let stop = try faults?.allow(.read(offset: offset, count: total), full) {
      throw Self.error(Int64(-stop.error), "cannot read", path, offset)
    }
    let pieces = parts.map { CDIOPart(bytes: $0.baseAddress, count: $0.count) }
    let count = cdio_read_parts(descriptor, pieces, pieces.count, offset)
    guard count >= 0 else { throw Self.error(count, "cannot read", path, offset) }
    return Int(count)
  }

  func sync() throws {
    try run(.sync, "cannot flush") { _ in cdio_sync(descriptor) }
    tell()
  }

  private func tell() {
    guard let observer, !changes.isEmpty else { return }
    let kinds = changes
    changes = []
    observer.changed(path, side, kinds)
  }

  func preallocate(from offset: Int64, count: Int64) throws {
    try run(.preallocate(offset: offset, count: count), "cannot reserve \(count) bytes", offset) { _ in
      cdio_preallocate(descriptor, offset, count)
    }
  }

  /// Writes zeros over the next `CDIO_CLEARED` bytes of what was reserved, which nothing reads.
  func clear(from offset: Int64) throws {
    try run(.preallocate(offset: offset, count: Int64(CDIO_CLEARED)), "cannot clear", offset) { _ in
      cdio_clear(descriptor, offset)
    }
  }

  func punchHole(from offset: Int64, count: Int64) throws {
    try run(.punch(offset: offset, count: count), "cannot give \(count) bytes back", offset) { _ in
      cdio_punch_hole(descriptor, offset, count)
    }
    if observer != nil { changes.append(.punched(offset..<offset + count)) }
  }

  func truncate(to length: Int64) throws {
    try run(.truncate(length), "cannot cut", length) { _ in cdio_truncate(descriptor, length) }
    if observer != nil { changes.append(.cut(length)) }
    tell()
  }

  func length() throws -> Int64 {
    let length = cdio_length(descriptor)
    guard length >= 0 else { throw Self.error(length, "no length", path) }
    return length
  }

  /// Marks the file as written by this process.
  /// - Returns: false where another process has it and `waiting` is false.
  func lock(waiting: Bool) -> Bool {
    while flock(descriptor, waiting ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
      if errno != EINTR { return false }
    }
    return true
  }

  /// - Parameter body: is given how many bytes may be written at most; gives zero or a negated `errno`.
  private func run(_ step: StorageStep, _ what: String, _ offset: Int64? = nil, _ body: (Int) -> CInt) throws {
    if let stop = try faults?.allow(step, full) {
      if let bytes = stop.bytes, bytes > 0 { _ = body(bytes) }
      throw Self.error(Int64(-stop.error), what, path, offset)
    }
    let result = body(.max)
    if result < 0 { throw Self.error(Int64(result), what, path, offset) }
    faults?.done(step, full)
  }

  static func error(_ result: Int64, _ what: String, _ path: String, _ offset: Int64? = nil) -> any Error {
    let number = CInt(-result)
    let code: ArchiveError.Code =
      switch number {
      case ENOSPC, EDQUOT, EFBIG: .storageFull
      case ENOENT: .missing
      default: .storageFailed
      }
    let reason = "\(what): \(String(cString: strerror(number)))"
    guard number != EINVAL else { return DirectRefused(error: ArchiveError(code, reason, file: path, offset: offset)) }
    return ArchiveError(code, reason, file: path, offset: offset)
  }
}

/// EINVAL: what a file system answers that cannot do direct input and output, or not at this alignment.
struct DirectRefused: Error {
  let error: ArchiveError
}

/// Folders and their entries.
enum StorageFolder {
  /// Makes a folder below `root`, and its parents, durable.
  static func make(_ root: String, _ path: String) throws {
    var current = root
    for part in path.split(separator: "/") {
      let parent = current
      current += "/" + part
      if mkdir(current, 0o750) == 0 {
        _ = cdio_sync_folder(parent)
      } else if errno != EEXIST {
        throw StorageFile.error(Int64(-errno), "cannot make the folder", path)
      }
    }
  }

  static func sync(_ root: String, _ path: String) throws {
    let result = cdio_sync_folder(root + "/" + path)
    if result < 0 { throw StorageFile.error(Int64(result), "cannot flush the folder", path) }
  }

  /// Names in ascending order, without those that start with a point; empty where there is no such folder.
  static func entries(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// The folder of a path; empty where it has none.
  static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// A short text file; nil where there is none.
  static func text(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  /// Writes a short text file; what it says is of use only, so failing is no matter.
  static func write(_ text: String, _ path: String) {
    guard let file = fopen(path, "w") else { return }
    fputs(text, file)
    fclose(file)
  }

  /// Adds to a text file, durably where it can.
  static func append(_ text: String, _ path: String) {
    guard let file = fopen(path, "a") else { return }
    fputs(text, file)
    fflush(file)
    fsync(fileno(file))
    fclose(file)
  }

  /// The lines of a text file; nil where there is none.
  static func lines(_ path: String) -> [String]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var text: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&piece, 1, piece.count, file), count > 0 { text += piece.prefix(count) }
    return text.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }

  static func remove(_ path: String) { unlink(path) }

  static func length(_ path: String) -> Int64? {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : nil
  }
}
