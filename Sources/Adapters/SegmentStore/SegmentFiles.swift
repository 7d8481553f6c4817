// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What writers and readers of a store share: how files are opened, how far each may be read ahead, and the cache.
final class SegmentFiles: Sendable {
  /// Below `root`.
  static let folder = "hot"

  /// How much of a segment never changes any more. Files not listed belong to another process.
  private enum Final {
    case upTo(Int64)
    case all
  }

  private struct State {
    var finals: [String: Final] = [:]
    var lastNumbers: [String: Int] = [:]
    var direct: Bool
  }

  let root: String
  let options: SegmentStoreOptions
  let cache: BlockCache
  let staging = StagingBuffers()
  private let state: Mutex<State>

  init(root: String, options: SegmentStoreOptions) {
    self.root = root
    self.options = options
    cache = BlockCache(size: options.cacheSize)
    state = Mutex(State(direct: options.directIO))
  }

  var isDirect: Bool { state.withLock { $0.direct } }

  /// Opens a file directly where the file system lets us.
  func open(_ path: String, flags: Int = 0) throws -> StorageFile {
    if isDirect {
      do {
        return try StorageFile(root: root, path: path, flags: flags | CDIO_DIRECT, faults: options.faults)
      } catch is DirectRefused {
        refuseDirect()
      }
    }
    do {
      return try StorageFile(root: root, path: path, flags: flags, faults: options.faults)
    } catch let refused as DirectRefused {
      throw refused.error
    }
  }

  /// The file system does not do direct input and output: from now on without.
  func refuseDirect() {
    let wasDirect = state.withLock { state in
      defer { state.direct = false }
      return state.direct
    }
    guard wasDirect else { return }
    options.warn("the file system of \(root) refuses direct input and output; files are written through the page cache")
  }

  /// Makes the next segment of a writer, locked and with its space reserved.
  func makeSegment(writer: Int) throws -> StorageFile {
    let folder = Self.folder + "/" + Self.day(options.now())
    try StorageFolder.make(root, folder)
    while true {
      let number = state.withLock { state in
        let next = (state.lastNumbers["\(folder)/\(writer)"] ?? 0) + 1
        state.lastNumbers["\(folder)/\(writer)"] = next
        return next
      }
      let path = "\(folder)/\(writer)-\(number).tar"
      guard StorageFolder.length(root + "/" + path) == nil else { continue }
      let file = try open(path, flags: CDIO_WRITE | CDIO_CREATE)
      guard file.lock(waiting: true) else {
        throw ArchiveError(.storageFailed, "cannot lock", file: path)
      }
      do {
        try file.preallocate(from: 0, count: options.segmentSize)
        try StorageFolder.sync(root, folder)
      } catch {
        unlink(root + "/" + path)
        throw error
      }
      setFinal(path, upTo: 0)
      return file
    }
  }

  func remove(_ path: String) {
    unlink(root + "/" + path)
    cache.cut(path, from: 0)
    state.withLock { $0.finals[path] = nil }
  }

  /// Bytes before `end` are never changed any more.
  func setFinal(_ path: String, upTo end: Int64) { state.withLock { $0.finals[path] = .upTo(end) } }

  func setFinal(_ path: String) { state.withLock { $0.finals[path] = .all } }

  /// Up to where a file may be kept in the cache beyond what was asked for.
  func finalEnd(_ path: String) -> Int64 {
    switch state.withLock({ $0.finals[path] }) {
    case .all: .max
    case .upTo(let end): end
    case nil: 0
    }
  }

  /// `yyyy-mm-dd` in UTC.
  static func day(_ microseconds: Int64) -> String {
    var seconds = time_t(microseconds / 1_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func digits(_ value: CInt, _ count: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(count - text.count, 0)) + text
    }
    return "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
  }
}
