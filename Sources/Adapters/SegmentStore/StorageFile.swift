// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An open file of the store. Closed with its owner.
final class StorageFile: @unchecked Sendable {  // Positions are given with every call; the descriptor never changes.
  /// Path below the storage folder.
  let path: String
  let isDirect: Bool
  private let descriptor: CInt
  private let full: String
  private let faults: (any StorageFaults)?

  /// - Parameter flags: of `cdio_open`.
  init(root: String, path: String, flags: Int, faults: (any StorageFaults)? = nil) throws {
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

  func sync() throws { try run(.sync, "cannot flush") { _ in cdio_sync(descriptor) } }

  func preallocate(from offset: Int64, count: Int64) throws {
    try run(.preallocate(offset: offset, count: count), "cannot reserve \(count) bytes", offset) { _ in
      cdio_preallocate(descriptor, offset, count)
    }
  }

  func punchHole(from offset: Int64, count: Int64) throws {
    try run(.punch(offset: offset, count: count), "cannot give \(count) bytes back", offset) { _ in
      cdio_punch_hole(descriptor, offset, count)
    }
  }

  func truncate(to length: Int64) throws {
    try run(.truncate(length), "cannot cut", length) { _ in cdio_truncate(descriptor, length) }
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

  static func length(_ path: String) -> Int64? {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : nil
  }
}
