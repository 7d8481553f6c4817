// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Keeps refused objects as files, `quarantine/<time>-<n>.dcm`. Over its limits, the oldest go first.
public final class FolderQuarantine: Quarantine {
  public static let folder = "quarantine"

  private struct State {
    /// Oldest first: names begin with the time.
    var entries: [(name: String, size: Int64)]
    var size: Int64
    var lastNumber = 0
  }

  private let root: String
  private let maximumSize: Int64
  private let maximumCount: Int
  private let now: @Sendable () -> Int64
  private let state: Mutex<State>

  /// - Parameter root: the data folder.
  public init(
    root: String, maximumSize: Int64 = 1 << 30, maximumCount: Int = 10_000,
    now: @escaping @Sendable () -> Int64 = ArchiveOptions.systemTime
  ) throws {
    self.root = root
    self.maximumSize = maximumSize
    self.maximumCount = maximumCount
    self.now = now
    try StorageFolder.make(root, Self.folder)
    let entries = StorageFolder.entries("\(root)/\(Self.folder)").map { name in
      (name: name, size: StorageFolder.length("\(root)/\(Self.folder)/\(name)") ?? 0)
    }
    state = Mutex(State(entries: entries, size: entries.reduce(0) { $0 + $1.size }))
  }

  public func keep(
    size: Int64, _ write: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws -> String? {
    guard size <= maximumSize else { return nil }
    let name = makeRoom(size)
    let path = "\(Self.folder)/\(name)"
    do {
      let file = try StorageFile(root: root, path: path, flags: CDIO_WRITE | CDIO_CREATE)
      var position: Int64 = 0
      try write { piece in
        try file.write(piece, at: position)
        position += Int64(piece.count)
      }
      try file.sync()
    } catch {
      unlink("\(root)/\(path)")
      throw (error as? DirectRefused)?.error ?? error
    }
    return path
  }

  private func makeRoom(_ size: Int64) -> String {
    state.withLock { state in
      while state.size + size > maximumSize || state.entries.count >= maximumCount, !state.entries.isEmpty {
        let oldest = state.entries.removeFirst()
        state.size -= oldest.size
        unlink("\(root)/\(Self.folder)/\(oldest.name)")
      }
      state.lastNumber += 1
      let name = "\(now())-\(state.lastNumber).dcm"
      state.entries.append((name, size))
      state.size += size
      return name
    }
  }
}
