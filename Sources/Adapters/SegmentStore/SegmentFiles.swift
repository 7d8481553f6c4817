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

  let sides: StorageSides
  let options: SegmentStoreOptions
  let cache: BlockCache
  let staging = StagingBuffers()
  let readAhead = ReadAhead()
  let ready: ReadySegments
  private let state: Mutex<State>
  private let watcher = Mutex(Watcher())

  private struct Watcher {
    weak var value: (any StorageObserver)?
  }

  init(root: String, options: SegmentStoreOptions) throws {
    sides = try StorageSides(primary: root, copy: options.copy, board: options.board, now: options.now)
    self.options = options
    cache = BlockCache(size: options.cacheSize)
    ready = ReadySegments(options)
    state = Mutex(State(direct: options.directIO))
  }

  var isDirect: Bool { state.withLock { $0.direct } }

  /// Where new files are made.
  var root: String { sides.root(sides.lead) ?? "" }

  /// Says who is told of changes from now on.
  func observe(_ observer: any StorageObserver) { watcher.withLock { $0.value = observer } }

  var observer: (any StorageObserver)? { watcher.withLock { $0.value } }

  /// The side that has all of a file first: for a segment where it is written, else that which leads.
  func first(for path: String) -> StoreSide {
    Self.home(path) == .copy && sides.counterpart(of: .primary) != nil ? .copy : sides.lead
  }

  /// The side on which a segment or a file of records was made, by its name.
  static func home(_ path: String) -> StoreSide {
    path.split(separator: "/").last?.hasPrefix("c") == true ? .copy : .primary
  }

  /// Opens a file on the first side, or on the other where it cannot be had there.
  func open(_ path: String, flags: Int = 0) throws -> StorageFile {
    let first = flags & CDIO_CREATE == 0 ? first(for: path) : sides.lead
    do {
      return try open(path, flags: flags, on: first)
    } catch let error as ArchiveError where error.code == .missing || error.code == .storageFailed {
      guard flags & CDIO_CREATE == 0, let second = sides.counterpart(of: first),
        let file = try? open(path, flags: flags, on: second)
      else { throw error }
      return file
    }
  }

  /// Opens a file of one side, directly where the file system lets us.
  /// - Parameter isObserved: false where what is done to the file is not to be done to the other side.
  func open(_ path: String, flags: Int, on side: StoreSide, isObserved: Bool = true) throws -> StorageFile {
    guard let root = sides.root(side) else { throw ArchiveError(.missing, "there is no such side", file: path) }
    let observer = isObserved && flags & CDIO_WRITE != 0 ? observer : nil
    if isDirect {
      do {
        return try StorageFile(
          root: root, path: path, flags: flags | CDIO_DIRECT, faults: options.faults, side: side, observer: observer)
      } catch is DirectRefused {
        refuseDirect()
      }
    }
    do {
      return try StorageFile(
        root: root, path: path, flags: flags, faults: options.faults, side: side, observer: observer)
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

  /// A segment that was just made, and up to where its blocks are written already.
  typealias MadeSegment = (file: StorageFile, cleared: Int64)

  /// Makes the next segment of a writer, locked and with its space reserved: on the copy's side where the primary
  /// fails.
  func makeSegment(writer: Int) throws -> MadeSegment {
    let side = sides.lead
    do {
      return try makeSegment(writer: writer, on: side)
    } catch let error as ArchiveError where error.code != .storageFull {
      guard side == .primary, sides.counterpart(of: side) != nil else { throw error }
      sides.lose(.primary, "\(error)")
      return try makeSegment(writer: writer, on: sides.lead)
    }
  }

  private func makeSegment(writer: Int, on side: StoreSide) throws -> MadeSegment {
    guard let root = sides.root(side) else { throw ArchiveError(.missing, "there is no such side") }
    // A side that is away must not be filled instead of what it stands for.
    if sides.hasCopy, StoreMarker.read(root) == nil {
      throw ArchiveError(.missing, "the folder is not the archive's any more", file: root)
    }
    let folder = Self.folder + "/" + Self.day(options.now())
    // Names of both sides differ, so that each can go on while the other is away. No name comes a second time, by the
    // time of day in it: a side that is away may still have the segment that was removed here.
    let stem = "\(folder)/\(side == .copy ? "c" : "")\(writer)"
    try StorageFolder.make(root, folder)
    let time = Self.timeOfDay(options.now())
    while true {
      let number = state.withLock { state in
        let next = max((state.lastNumbers[stem] ?? 0) + 1, time)
        state.lastNumbers[stem] = next
        return next
      }
      let path = "\(stem)-\(Self.digits(number, 12)).tar"
      guard length(path) == nil else { continue }
      let file = try open(path, flags: CDIO_WRITE | CDIO_CREATE, on: side)
      do {
        try lock(file)
        let made = try ready.take(self, as: path, on: side)
        if let made { try lock(made.file) } else { try reserve(file) }
        try StorageFolder.sync(root, folder)
        setFinal(path, upTo: 0)
        return made ?? (file, 0)
      } catch {
        unlink(root + "/" + path)
        throw error
      }
    }
  }

  private func lock(_ file: StorageFile) throws {
    guard file.lock(waiting: true) else { throw ArchiveError(.storageFailed, "cannot lock", file: file.path) }
  }

  /// Reserves the space of a segment; where there is none, that of those which were made ahead.
  private func reserve(_ file: StorageFile) throws {
    do {
      try file.preallocate(from: 0, count: options.segmentSize)
    } catch let error as ArchiveError where error.code == .storageFull {
      guard ready.removeAll(self) else { throw error }
      try file.preallocate(from: 0, count: options.segmentSize)
    }
  }

  func remove(_ path: String) {
    // Before it is gone: a side that is away shall not bring it back.
    sides.noteChange(of: path)
    for side in sides.present { unlink((sides.root(side) ?? "") + "/" + path) }
    cache.cut(path, from: 0)
    state.withLock { $0.finals[path] = nil }
    // What is being copied just now is removed behind it.
    observer?.changed(path, sides.lead, [.removed])
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
    let (year, month, day) = (Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday))
    return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
  }

  /// `hhmmssuuuuuu` in UTC as a number.
  static func timeOfDay(_ microseconds: Int64) -> Int {
    let time = Int(microseconds % 86_400_000_000)
    let seconds = time / 1_000_000
    return ((seconds / 3600 * 100 + seconds / 60 % 60) * 100 + seconds % 60) * 1_000_000 + time % 1_000_000
  }

  private static func digits(_ value: Int, _ count: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(count - text.count, 0)) + text
  }

  // MARK: - What is there

  /// Folders in which files of the store stand. In this order a side that was away gets what it missed: what releases
  /// the space of a segment comes before the segments.
  static let folders = [StudyFileMaker.folder, RecordFiles.folder, folder]

  /// Files of a side, those with records included, at most one folder deep in each of `folders`.
  func paths(on side: StoreSide) -> [String] {
    guard let root = sides.root(side) else { return [] }
    return Self.folders.flatMap { folder in
      StorageFolder.entries("\(root)/\(folder)").flatMap { entry in
        entry.hasSuffix(".tar")
          ? ["\(folder)/\(entry)"]
          : StorageFolder.entries("\(root)/\(folder)/\(entry)").filter { $0.hasSuffix(".tar") }
            .map { "\(folder)/\(entry)/\($0)" }
      }
    }
  }

  /// Files with objects of all sides that can be reached, in ascending order.
  func paths() -> [String] {
    Set(sides.present.flatMap { paths(on: $0) }).filter { !$0.hasPrefix(RecordFiles.folder + "/") }.sorted()
  }

  func length(_ path: String, on side: StoreSide) -> Int64? {
    sides.root(side).flatMap { StorageFolder.length($0 + "/" + path) }
  }

  /// Length of a file on the first side that has it.
  func length(_ path: String) -> Int64? {
    let first = first(for: path)
    return length(path, on: first) ?? sides.counterpart(of: first).flatMap { length(path, on: $0) }
  }

  /// A file got its name on the leading side.
  func made(_ path: String) { observer?.changed(path, sides.lead, [.made]) }

  /// Does on the disk of a side what the next object would need: makes a file, reserves space, writes and flushes a
  /// block. Throws what a writer would meet.
  func tryDisk(on side: StoreSide, reserving: Int64) throws {
    guard let root = sides.root(side) else { return }
    let path = Self.folder + "/.trial"
    unlink(root + "/" + path)
    defer { unlink(root + "/" + path) }
    do {
      // Where there are two, a folder that is not there is one that is away.
      if !sides.hasCopy { try StorageFolder.make(root, Self.folder) }
      let file = try StorageFile(
        root: root, path: path, flags: CDIO_WRITE | CDIO_CREATE, faults: options.faults, side: side)
      if reserving > 0 { try file.preallocate(from: 0, count: reserving) }
      let block = try AlignedBuffer(count: SegmentLayout.block)
      block.bytes.initializeMemory(0)
      try file.write(block.slice(0..<SegmentLayout.block), at: 0)
      try file.sync()
    } catch let refused as DirectRefused {
      throw refused.error
    }
  }

  /// Comes across each member of a file that was not given back, in the order of positions.
  func eachMember(of file: StorageFile, _ each: (TarHeader, ObjectExtent) throws -> Void) throws {
    let block = try AlignedBuffer(count: SegmentLayout.block)
    let length = try file.length()
    var position: Int64 = 0
    while position < length, try file.read(into: block.bytes, at: position) >= SegmentLayout.record,
      let header = TarHeader(UnsafeRawBufferPointer(block.bytes)), header.kind == .file
    {
      let body = position + Int64(SegmentLayout.record)
      guard header.size <= length - body else { break }
      if let checksum = header.bodyChecksum {
        try each(header, ObjectExtent(file: file.path, offset: body, length: header.size, checksum: checksum))
      }
      position = SegmentLayout.end(ofMemberAt: position, length: header.size)
    }
  }
}
