// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Segments that are made before they are needed, while nothing arrives, with zeros written over all their blocks. A
/// flush of what is written there later changes nothing but content; in space that is only reserved, each flush also
/// has to note which blocks hold something now.
///
/// They are of this process alone: what an earlier one left is removed, so that none can have another name too.
final class ReadySegments: Sendable {
  /// Not listed with segments, by the point.
  static let folder = SegmentFiles.folder + "/.ready"
  /// Bytes that are cleared between two looks at whether somebody stores.
  private static let piece: Int64 = 4 << 20
  /// Microseconds between two pieces: those who read meanwhile keep most of the disk.
  private static let pause: UInt32 = 16_000
  /// The part of the free space that may be taken.
  private static let share: Int64 = 16

  private struct Ready {
    let file: StorageFile
    /// Up to here its blocks are written.
    let cleared: Int64
  }

  private struct State {
    var ready: [Ready] = []
    /// Segments that were begun: only who stores gets some ahead.
    var begun = 0
    var lastNumber = 0
  }

  private let limit: Int
  private let size: Int64
  private let state = Mutex(State())

  init(_ options: SegmentStoreOptions) {
    limit = options.readySegments
    size = options.segmentSize
  }

  var count: Int { state.withLock { $0.ready.count } }

  /// Lets one take the place of a segment that was just made and is empty.
  /// - Returns: the segment, and up to where its blocks are written; nil where none is ready.
  func take(
    _ files: SegmentFiles, as path: String, on side: StoreSide
  ) throws -> (file: StorageFile, cleared: Int64)? {
    let taken = state.withLock { state in
      state.begun += 1
      return state.ready.firstIndex { $0.file.side == side }.map { state.ready.remove(at: $0) }
    }
    guard let taken, let root = files.sides.root(side) else { return nil }
    guard rename(root + "/" + taken.file.path, root + "/" + path) == 0 else { return nil }
    // Before anything is acknowledged that stands in it.
    try StorageFolder.sync(root, Self.folder)
    return (try files.open(path, flags: CDIO_WRITE, on: side), taken.cleared)
  }

  /// Makes one, where one is missing.
  /// - Parameter mayGoOn: returns at once, or when nobody stores; false at the end.
  func prepare(_ files: SegmentFiles, freeSpace: Int64, mayGoOn: () -> Bool) throws {
    let wanted = state.withLock { $0.begun == 0 ? 0 : min(limit, $0.begun + 1) }
    guard freeSpace / Self.share > Int64(wanted) * size else {
      removeAll(files)
      return
    }
    guard count < wanted, mayGoOn() else { return }
    let side = files.sides.lead
    // A side that is away must not be filled instead of what it stands for.
    guard let root = files.sides.root(side), !files.sides.hasCopy || StoreMarker.read(root) != nil else { return }
    let number = state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
    try StorageFolder.make(root, Self.folder)
    let path = "\(Self.folder)/\(getpid())-\(number).tar"
    let file = try files.open(path, flags: CDIO_WRITE | CDIO_CREATE, on: side, isObserved: false)
    do {
      guard file.lock(waiting: false), let cleared = try clear(file, mayGoOn) else { return files.unlinkReady(file) }
      try file.sync()
      state.withLock { $0.ready.append(Ready(file: file, cleared: cleared)) }
    } catch {
      files.unlinkReady(file)
      throw error
    }
  }

  /// - Returns: nil where it was not brought to an end.
  private func clear(_ file: StorageFile, _ mayGoOn: () -> Bool) throws -> Int64? {
    try file.preallocate(from: 0, count: size)
    var cleared: Int64 = 0
    while cleared + Int64(CDIO_CLEARED) <= size {
      if cleared % Self.piece == 0, cleared > 0 {
        usleep(Self.pause)
        guard mayGoOn() else { return nil }
      }
      try file.clear(from: cleared)
      cleared += Int64(CDIO_CLEARED)
    }
    return cleared
  }

  /// Gives their space back.
  /// - Returns: whether there were any.
  @discardableResult
  func removeAll(_ files: SegmentFiles) -> Bool {
    let all = state.withLock { state in
      defer { state.ready = [] }
      return state.ready
    }
    for each in all { files.unlinkReady(each.file) }
    return !all.isEmpty
  }

  /// Removes what processes left that are no more.
  func removeLeftovers(_ files: SegmentFiles) {
    for side in files.sides.present {
      for name in StorageFolder.entries("\(files.sides.root(side) ?? "")/\(Self.folder)") {
        let path = "\(Self.folder)/\(name)"
        guard let file = try? files.open(path, flags: CDIO_WRITE, on: side, isObserved: false),
          file.lock(waiting: false)
        else { continue }
        files.unlinkReady(file)
      }
    }
  }
}

extension SegmentFiles {
  fileprivate func unlinkReady(_ file: StorageFile) { unlink("\(sides.root(file.side) ?? "")/\(file.path)") }
}

extension SegmentStore {
  /// Microseconds after which nothing more is expected.
  private static let quietTime: Int64 = 200_000

  /// Makes a segment ahead, where one is missing and nobody stores. Called again and again, by one thread.
  public func prepareSegments(shouldStop: () -> Bool = { false }) {
    guard files.options.readySegments > 0, let freeSpace = freeSpace() else { return }
    do {
      try files.ready.prepare(files, freeSpace: freeSpace) {
        while !shouldStop() {
          switch quiet(for: Self.quietTime) {
          case nil: return false
          case true?: return true
          case false?: usleep(20_000)
          }
        }
        return false
      }
    } catch {
      // Segments are then made when they are needed, and who needs them tells what keeps them from being made.
      files.ready.removeAll(files)
    }
  }

  /// How many segments are ready.
  public var readySegments: Int { files.ready.count }
}
