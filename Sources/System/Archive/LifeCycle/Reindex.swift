// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile

/// What a rebuild of the index did.
public struct ReindexSummary: Sendable, Equatable {
  public var files = 0
  public var indexed = 0
  /// Objects that stand in two files, since a crash or the release delay kept the old place.
  public var duplicates = 0
  /// Whole objects that could not be indexed, with the reason.
  public var unusable: [String] = []

  public init() {}
}

/// Builds the image index from the files alone. Objects are indexed in the order of their arrival, so that patients,
/// studies and versions come out as they were.
public struct Reindex: Sendable {
  private struct Entry {
    let receivedAt: Int64
    /// Number in the list of files, of which later ones are preferred: study files, later generations.
    let file: Int
    let extent: ObjectExtent
  }

  /// Enough for preamble and file meta information.
  private static let headSize: Int64 = 4096
  private static let batchSize = 200

  private let archive: ImageArchive
  private let index: any LifeCycleIndex
  private let store: any LifeCycleStore
  private let corrections: Corrections?

  /// - Parameter corrections: whose records are read first, so that objects are indexed as they make them.
  public init(
    archive: ImageArchive, index: any LifeCycleIndex, store: any LifeCycleStore, corrections: Corrections? = nil
  ) {
    self.archive = archive
    self.index = index
    self.store = store
    self.corrections = corrections
  }

  /// - Parameter progress: is told how many objects of how many are indexed.
  public func run(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) throws -> ReindexSummary {
    var summary = ReindexSummary()
    let files = Self.preferredLast(store.filePaths())
    summary.files = files.count
    let entries = try entries(files)
    try index.beginRebuild()
    if let corrections {
      summary.unusable += try corrections.restore(others: files.flatMap { try store.records(in: $0) })
    }
    var done = 0
    while done < entries.count {
      let batch = entries[done..<min(done + Self.batchSize, entries.count)]
      try add(batch, &summary)
      done += batch.count
      progress(done, entries.count)
    }
    for file in files {
      guard let generation = Self.generation(file), let study = try study(of: file) else { continue }
      try index.setGeneration(of: study, to: generation)
    }
    try corrections?.chooseVersions()
    try index.endRebuild()
    return summary
  }

  /// All objects, the earliest first; of those that arrived at the same time, which are copies of one object, that in
  /// the preferred file first.
  private func entries(_ files: [String]) throws -> [Entry] {
    var entries: [Entry] = []
    for (number, file) in files.enumerated() {
      try store.walk(file) { object in
        let time = try receivedAt(object.extent)
        entries.append(Entry(receivedAt: time, file: number, extent: object.extent))
      }
    }
    entries.sort {
      ($0.receivedAt, -$0.file, $0.extent.offset) < ($1.receivedAt, -$1.file, $1.extent.offset)
    }
    return entries
  }

  private func receivedAt(_ extent: ObjectExtent) throws -> Int64 {
    var bytes: [UInt8] = []
    try archive.store.read(extent.file, offset: extent.offset, count: min(extent.length, Self.headSize)) {
      bytes.append(contentsOf: $0)
    }
    guard let header = try? Part10Header.parse(ByteSlice(bytes)), let arrival = Arrival(header.meta) else { return 0 }
    return arrival.receivedAt
  }

  private func add(_ batch: ArraySlice<Entry>, _ summary: inout ReindexSummary) throws {
    var records: [InstanceRecord] = []
    for entry in batch {
      switch try archive.recovered(RecoveredObject(extent: entry.extent, storedAt: entry.receivedAt)) {
      case .success(let record): records.append(record)
      case .failure(let failed):
        summary.unusable.append("\(entry.extent.file) at \(entry.extent.offset): \(failed.refusal.reason)")
      }
    }
    let outcomes = try archive.index.add(records, evenIfIdentical: false)
    for (record, outcome) in zip(records, outcomes) {
      guard case .looksIdentical(let other) = outcome else {
        summary.indexed += 1
        continue
      }
      if try archive.isIdentical(record.location, other) {
        summary.duplicates += 1
        try index.retire([record.location.extent], releaseAt: 0)
      } else {
        _ = try archive.index.add([record], evenIfIdentical: true)
        summary.indexed += 1
      }
    }
  }

  // MARK: - Names of files

  /// The study whose file it is: its name says it, where it can.
  private func study(of file: String) throws -> UID? {
    let name = file.split(separator: "/").last ?? ""
    let stem = UID(String(name.dropLast(4).prefix { $0 != "~" }))
    if stem.isValid { return stem }
    return try index.locations(in: file).first?.identity.study
  }

  /// Segments, then study files by generation.
  private static func preferredLast(_ files: [String]) -> [String] {
    files.enumerated().sorted { left, right in
      (generation(left.element) ?? 0, left.offset) < (generation(right.element) ?? 0, right.offset)
    }.map(\.element)
  }

  /// The number behind `~` in the name of a study file, 1 where there is none; nil for a segment.
  static func generation(_ file: String) -> Int? {
    guard file.hasPrefix("studies/"), file.hasSuffix(".tar") else { return nil }
    let stem = file.dropLast(4)
    guard let mark = stem.lastIndex(of: "~") else { return 1 }
    return Int(stem[stem.index(after: mark)...])
  }
}
