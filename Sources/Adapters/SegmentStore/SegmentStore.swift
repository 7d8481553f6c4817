// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO
import Synchronization

/// Keeps objects as members of tar files (`SegmentLayout`), `hot/<yyyy-mm-dd>/<writer>-<n>.tar` below a storage
/// folder. Each segment is written by one writer, out of a bounded pool, and locked by its process: so several
/// processes can store side by side.
public final class SegmentStore: ObjectStore {
  private struct Pool {
    /// Given back last, taken first: its buffer is warm.
    var free: [SegmentWriter] = []
    var made = 0
    /// Microseconds since 1970-01-01 UTC at which one was given or taken back last.
    var lastUse: Int64 = 0
    var isOpen = false
  }

  let files: SegmentFiles
  /// Nil where no second copy is kept.
  let keeper: CopyKeeper?
  private let monitor = Monitor()
  private let available = Monitor.Condition()
  private nonisolated(unsafe) var pool = Pool()  // Guarded by `monitor`.

  /// - Parameter root: the storage folder; it is made where it is missing.
  public init(root: String, options: SegmentStoreOptions = SegmentStoreOptions()) throws {
    files = try SegmentFiles(root: root, options: options)
    keeper = files.sides.hasCopy ? CopyKeeper(files) : nil
    if let keeper { files.observe(keeper) }
  }

  public func recover(
    indexedEnds: [String: Int64], each: (RecoveredObject) throws -> Void
  ) throws -> StoreRecovery {
    files.ready.removeLeftovers(files)
    let recovery = try SegmentRecovery(files).run(indexedEnds: indexedEnds, each: each)
    monitor.lock()
    pool.isOpen = true
    monitor.unlock()
    return recovery
  }

  public func takeWriter() throws -> any ObjectWriter {
    let now = files.options.now()
    let deadline = now + Int64(files.options.writerPatience) * 1_000_000
    monitor.lock()
    defer { monitor.unlock() }
    pool.lastUse = now
    while true {
      guard pool.isOpen else { throw ArchiveError(.misuse, "the store is not open") }
      if let writer = pool.free.popLast() { return writer }
      if pool.made < files.options.maximumWriters { return try makeWriter() }
      guard files.options.now() < deadline else {
        throw ArchiveError(.tooManyWriters, "all \(pool.made) writers are busy")
      }
      monitor.wait(available, seconds: 1)
    }
  }

  public func read(
    _ file: String, offset: Int64, count: Int64, _ piece: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try readTogether(file, offset: offset, count: count) { for bytes in $0 { try piece(bytes) } }
  }

  public func readTogether(
    _ file: String, offset: Int64, count: Int64, _ pieces: ([UnsafeRawBufferPointer]) throws -> Void
  ) throws {
    var reader = SegmentReader(files, file)
    try reader.read(offset: offset, count: count, pieces)
  }

  public func prepare(_ file: String, offset: Int64, count: Int64) {
    files.readAhead.request(files, file, from: offset, to: offset + count)
  }

  public func checksum(_ file: String, offset: Int64, count: Int64) throws -> UInt32 {
    var checksum: UInt32 = 0
    try read(file, offset: offset, count: count) { checksum = cdio_crc32c(checksum, $0.baseAddress, $0.count) }
    return checksum
  }

  /// Only the head is read: the checksum of the whole is that of head and rest together.
  public func checksum(_ extent: ObjectExtent, behind headLength: Int64) throws -> UInt32 {
    let head = try checksum(extent.file, offset: extent.offset, count: headLength)
    return extent.checksum ^ cdio_crc32c_concatenate(head, 0, UInt64(extent.length - headLength))
  }

  public func checksum(of bytes: UnsafeRawBufferPointer, following checksum: UInt32) -> UInt32 {
    cdio_crc32c(checksum, bytes.baseAddress, bytes.count)
  }

  public func close() throws {
    monitor.lock()
    pool.isOpen = false
    let writers = pool.free
    pool.free = []
    monitor.unlock()
    files.ready.removeAll(files)
    for writer in writers { try writer.seal() }
  }

  /// Whether nobody stores, and has not for so many microseconds; nil where the store is not open.
  func quiet(for time: Int64) -> Bool? {
    monitor.lock()
    defer { monitor.unlock() }
    guard pool.isOpen else { return nil }
    return pool.free.count == pool.made && files.options.now() - pool.lastUse >= time
  }

  /// Called with the monitor locked.
  private func makeWriter() throws -> SegmentWriter {
    let writer = try SegmentWriter(number: pool.made + 1, files: files) { [weak self] writer in
      if let self { takeBack(writer) } else { try? writer.seal() }
    }
    pool.made += 1
    return writer
  }

  private func takeBack(_ writer: SegmentWriter) {
    monitor.lock()
    let isOpen = pool.isOpen
    if isOpen { pool.free.append(writer) }
    pool.lastUse = files.options.now()
    monitor.signal(available)
    monitor.unlock()
    // Recovery does it where this fails.
    if !isOpen { try? writer.seal() }
  }
}
