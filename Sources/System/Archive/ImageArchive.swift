// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Synchronization

/// The archive of images: one way in, and the bytes out. Queries go to `index`.
///
/// An instance comes in through an `IngestSink`: its bytes go to the object store as they arrive and are flushed before
/// the sender is told. Its record goes to the index together with others: by the backlog, where there is one, a moment
/// later, else before the sender is told.
public final class ImageArchive: Sendable {
  public let index: any InstanceIndex
  let store: any ObjectStore
  let quarantine: any Quarantine
  let incidents: any IncidentList
  let options: ArchiveOptions
  /// Is told of what keeps instances from being stored, and when that is over.
  public let alarms: AlarmBoard
  let committer: Committer
  let backlog: IndexBacklog?
  /// The index without what waits: for those who store, and those who follow its events, since what one tells of is
  /// indexed. Each question to `index` has what waits committed at once, before it is a group.
  public var indexed: any InstanceIndex { backlog?.index ?? index }
  let noteReader = Mutex(RejectionNoteReader())
  private let isRunning = Atomic(false)

  /// - Parameters:
  ///   - index: one that drains the backlog before it answers.
  ///   - backlog: what takes the records of new instances; nil has each sender wait for the index.
  public init(
    index: any InstanceIndex, store: any ObjectStore, quarantine: any Quarantine, incidents: any IncidentList,
    options: ArchiveOptions, alarms: AlarmBoard = AlarmBoard(), backlog: IndexBacklog? = nil
  ) {
    self.index = index
    self.store = store
    self.quarantine = quarantine
    self.incidents = incidents
    self.options = options
    self.alarms = alarms
    self.backlog = backlog
    committer = Committer(index: backlog?.index ?? index)
  }

  /// Brings index and store together again after a crash, and makes the archive ready. Called once, first.
  public func start() throws -> RecoverySummary {
    let summary = try recover()
    try startBacklog()
    isRunning.store(true, ordering: .releasing)
    return summary
  }

  /// Takes no more instances, and seals what is open. Where sealing fails, the next start does it.
  public func stop() {
    isRunning.store(false, ordering: .releasing)
    backlog?.stop()
    try? store.close()
  }

  /// Instances are taken.
  var isStarted: Bool { isRunning.load(ordering: .acquiring) }

  /// A way in for one association or request; used by one thread at a time.
  public func makeSink(source: InstanceSource) throws -> IngestSink {
    guard isStarted else { throw ArchiveError(.misuse, "the archive is not running") }
    return IngestSink(archive: self, source: source)
  }

  /// Gives a range of a stored Part 10 file in pieces; `from` counts from its first byte.
  public func read(
    _ location: StoredLocation, from: Int64, count: Int64, _ piece: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try Self.check(location, from: from, count: count)
    try store.read(location.file, offset: location.offset + from, count: count, piece)
  }

  /// The same, several pieces at once where they are there.
  public func readTogether(
    _ location: StoredLocation, from: Int64, count: Int64, _ pieces: ([UnsafeRawBufferPointer]) throws -> Void
  ) throws {
    try Self.check(location, from: from, count: count)
    try store.readTogether(location.file, offset: location.offset + from, count: count, pieces)
  }

  /// Says that a stored file will be read soon, so that it is there when it is sent.
  public func prepare(_ location: StoredLocation, from: Int64 = 0) {
    store.prepare(location.file, offset: location.offset + from, count: location.length - from)
  }

  private static func check(_ location: StoredLocation, from: Int64, count: Int64) throws {
    guard from >= 0, count >= 0, from <= location.length, count <= location.length - from else {
      throw ArchiveError(.misuse, "range outside of the instance", file: location.file, offset: location.offset)
    }
  }

  /// A range of a stored Part 10 file as one piece of memory.
  public func readAll(_ location: StoredLocation, from: Int64 = 0, count: Int64? = nil) throws -> ByteSlice {
    let count = count ?? location.length - from
    guard let size = Int(exactly: max(count, 0)) else {
      throw ArchiveError(.misuse, "larger than memory", file: location.file, offset: location.offset)
    }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(size, 1), alignment: 16)
    var filled = 0
    do {
      try read(location, from: from, count: count) { piece in
        UnsafeMutableRawBufferPointer(rebasing: memory[filled...]).copyMemory(from: piece)
        filled += piece.count
      }
    } catch {
      memory.deallocate()
      throw error
    }
    guard let base = memory.baseAddress else { return .empty }
    return ByteSlice(ByteStorage(base: UnsafeRawPointer(base), count: filled) { base, _ in base.deallocate() })
  }
}
