// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO
import Synchronization

/// Keeps records as members `records/<time>-<n>.json` of tar files of their own, `records/<yyyy-mm-dd>/<n>.tar` below
/// the storage folder, laid out as segments are (`SegmentLayout`). Each file is written by one process, which holds its
/// lock, and is a whole tar file after each record; none is written to again once it was let go.
public final class RecordFiles: RecordStore {
  /// Below the storage folder, and in front of the names in the tar files.
  static let folder = "records"
  /// At which another file is begun.
  private static let fileLimit: Int64 = 64 << 20
  /// No record is larger.
  static let recordLimit: Int64 = 32 << 20

  /// The file that is appended to.
  private struct Current {
    var file: StorageFile
    var side: StoreSide
    var day: String
    var end: Int64
  }

  /// One folder, or those of a store that may keep every file twice.
  private enum Place {
    case folder(String)
    case store(SegmentFiles)
  }

  private let place: Place
  private let now: @Sendable () -> Int64
  private let current = Mutex<Current?>(nil)

  /// - Parameter root: the storage folder; it is made where it is missing.
  public init(root: String, now: @escaping @Sendable () -> Int64 = ArchiveOptions.systemTime) throws {
    place = .folder(root)
    self.now = now
    try StorageFolder.make(root.hasPrefix("/") ? "" : ".", root)
    try StorageFolder.make(root, Self.folder)
  }

  /// Beside the segments of a store, on both of its sides where it has two.
  public init(beside store: SegmentStore, now: @escaping @Sendable () -> Int64 = ArchiveOptions.systemTime) throws {
    place = .store(store.files)
    self.now = now
    try StorageFolder.make(root(lead), Self.folder)
  }

  // MARK: Sides

  private var lead: StoreSide { if case .store(let files) = place { files.sides.lead } else { .primary } }

  private var sides: [StoreSide] { if case .store(let files) = place { files.sides.present } else { [.primary] } }

  private func root(_ side: StoreSide) -> String {
    switch place {
    case .folder(let root): root
    case .store(let files): files.sides.root(side) ?? ""
    }
  }

  private func open(_ path: String, _ flags: Int, on side: StoreSide) throws -> StorageFile {
    guard case .store(let files) = place else { return try StorageFile(root: root(side), path: path, flags: flags) }
    return try StorageFile(
      root: root(side), path: path, flags: flags, faults: files.options.faults, side: side, observer: files.observer)
  }

  /// The first side that has a file.
  private func side(of path: String) -> StoreSide {
    let home = SegmentFiles.home(path)
    let ordered = [home] + sides.filter { $0 != home }
    return ordered.first { sides.contains($0) && StorageFolder.length("\(root($0))/\(path)") != nil } ?? lead
  }

  // MARK: Appending

  public func append(_ record: ArchiveRecord) throws -> RecordPlace {
    guard Self.isFit(record.name), record.content.count <= Self.recordLimit else {
      throw ArchiveError(.misuse, "a record of this name or size cannot be")
    }
    return try translating {
      try current.withLock { current throws in
        let side = lead
        do {
          return try append(record, on: side, &current)
        } catch let error as ArchiveError where error.code != .storageFull {
          guard case .store(let files) = place, files.sides.counterpart(of: side) != nil, side == .primary else {
            throw error
          }
          files.sides.lose(side, "\(error)")
          return try append(record, on: lead, &current)
        }
      }
    }
  }

  private func append(
    _ record: ArchiveRecord, on side: StoreSide, _ current: inout Current?
  ) throws -> RecordPlace {
    var open = try usable(current, on: side)
    // Where writing fails, what may be torn is left to a reader that cuts it.
    current = nil
    try write(record, to: &open)
    current = open
    return RecordPlace(file: open.file.path, end: open.end)
  }

  private func usable(_ current: Current?, on side: StoreSide) throws -> Current {
    let day = SegmentFiles.day(now())
    if let current, current.side == side, current.day == day, current.end < Self.fileLimit { return current }
    let folder = "\(Self.folder)/\(day)"
    let root = root(side)
    if case .store(let files) = place, files.sides.hasCopy, StoreMarker.read(root) == nil {
      throw ArchiveError(.missing, "the folder is not the archive's any more", file: root)
    }
    try StorageFolder.make(root, folder)
    var number = 1
    while true {
      // Names of both sides differ, so that each can go on while the other is away.
      let path = "\(folder)/\(side == .copy ? "c" : "")\(number).tar"
      number += 1
      guard sides.allSatisfy({ StorageFolder.length("\(self.root($0))/\(path)") == nil }) else { continue }
      let file: StorageFile
      do {
        file = try open(path, CDIO_WRITE | CDIO_CREATE, on: side)
      } catch {
        // Another process may have made it at the same time.
        if StorageFolder.length("\(root)/\(path)") != nil { continue }
        throw error
      }
      guard file.lock(waiting: false), try file.length() == 0 else { continue }
      try StorageFolder.sync(root, folder)
      return Current(file: file, side: side, day: day, end: 0)
    }
  }

  private func write(_ record: ArchiveRecord, to current: inout Current) throws {
    let modified = now() / 1_000_000
    let length = Int64(record.content.count)
    let end = SegmentLayout.end(ofMemberAt: 0, length: length)
    let buffer = try AlignedBuffer(count: Int(end) + SegmentLayout.block)
    let bytes = buffer.bytes
    bytes.initializeMemory(0)
    let checksum = record.content.withUnsafeBytes { cdio_crc32c(0, $0.baseAddress, $0.count) }
    TarHeader(
      prefix: Self.folder, name: "\(record.name).json", kind: .file, size: length, modified: modified,
      group: TarHeader.groupName(bodyChecksum: checksum)
    ).write(to: bytes)
    record.content.withUnsafeBytes { content in
      UnsafeMutableRawBufferPointer(rebasing: bytes[SegmentLayout.record...]).copyMemory(from: content)
    }
    let padded = Int(SegmentLayout.roundUp(Int64(SegmentLayout.record) + length, to: SegmentLayout.record))
    Filler.write(to: UnsafeMutableRawBufferPointer(rebasing: bytes[padded..<Int(end)]))
    EndBlock.write(
      to: UnsafeMutableRawBufferPointer(rebasing: bytes[Int(end)...]), folder: Self.folder, modified: modified)
    try current.file.write(buffer.slice(0..<bytes.count), at: current.end)
    try current.file.sync()
    current.end += end
  }

  // MARK: Reading

  public func recordFiles() throws -> [String] {
    let paths = sides.flatMap { side in
      StorageFolder.entries("\(root(side))/\(Self.folder)").flatMap { day in
        StorageFolder.entries("\(root(side))/\(Self.folder)/\(day)").filter { $0.hasSuffix(".tar") }
          .map { "\(Self.folder)/\(day)/\($0)" }
      }
    }
    return Set(paths).sorted()
  }

  public func records(
    behind ends: [String: Int64], each: (ArchiveRecord, RecordPlace) throws -> Void
  ) throws {
    for path in try recordFiles() {
      let start = ends[path] ?? 0
      let length = StorageFolder.length("\(root(side(of: path)))/\(path)") ?? 0
      // What is whole ends with its end block.
      if start > 0, length == start + Int64(SegmentLayout.block) { continue }
      try translating { try read(path, from: start, length: length, each) }
    }
  }

  private func read(
    _ path: String, from start: Int64, length: Int64, _ each: (ArchiveRecord, RecordPlace) throws -> Void
  ) throws {
    let file = try open(path, CDIO_WRITE, on: side(of: path))
    let block = try AlignedBuffer(count: SegmentLayout.block)
    var position = start
    while position < length {
      guard try file.read(into: block.bytes, at: position) >= SegmentLayout.record else { break }
      let header = TarHeader(UnsafeRawBufferPointer(block.bytes))
      if let header, header.kind == .folder { return }
      guard let header, let record = try record(header, in: file, at: position, length: length) else { break }
      position = SegmentLayout.end(ofMemberAt: position, length: header.size)
      try each(record, RecordPlace(file: path, end: position))
    }
    try cut(file, at: position, length: length)
  }

  /// Nil where it is torn.
  private func record(
    _ header: TarHeader, in file: StorageFile, at position: Int64, length: Int64
  ) throws -> ArchiveRecord? {
    let body = position + Int64(SegmentLayout.record)
    guard header.kind == .file, header.size <= Self.recordLimit, header.size <= length - body,
      let checksum = header.bodyChecksum, header.name.hasSuffix(".json")
    else { return nil }
    let buffer = try AlignedBuffer(count: Int(SegmentLayout.end(ofMemberAt: 0, length: header.size)))
    let count = try file.read(into: buffer.bytes, at: position)
    guard count >= SegmentLayout.record + Int(header.size) else { return nil }
    let content = Array(buffer.slice(SegmentLayout.record..<SegmentLayout.record + Int(header.size)))
    guard content.withUnsafeBytes({ cdio_crc32c(0, $0.baseAddress, $0.count) }) == checksum else { return nil }
    return ArchiveRecord(name: String(header.name.dropLast(5)), content: content)
  }

  /// Puts the end of the archive behind the last whole record, unless somebody appends just now.
  private func cut(_ file: StorageFile, at position: Int64, length: Int64) throws {
    guard file.lock(waiting: false), try file.length() == length else { return }
    let block = try AlignedBuffer(count: SegmentLayout.block)
    EndBlock.write(to: block.bytes, folder: Self.folder, modified: now() / 1_000_000)
    try file.write(block.slice(0..<SegmentLayout.block), at: position)
    try file.truncate(to: position + Int64(SegmentLayout.block))
    try file.sync()
  }

  /// Digits and hyphens.
  private static func isFit(_ name: String) -> Bool {
    (1...60).contains(name.utf8.count) && name.utf8.allSatisfy { $0 == 0x2D || (0x30...0x39).contains($0) }
  }

  private func translating<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let refused as DirectRefused { throw refused.error }
  }
}
