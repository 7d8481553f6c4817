// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Synchronization

/// What the corrections are told when they are made.
public struct CorrectionOptions: Sendable {
  /// Rejections for these reasons hide what is rejected.
  public var hidingReasons: Set<RejectionReason>
  /// Microseconds that the extents of purged objects are kept for who reads them just now.
  public var releaseDelay: Int64
  /// Microseconds that deleted objects stay in the bin.
  public var binDelay: Int64
  public var retention: [RetentionRule]
  /// Microseconds since 1970-01-01 UTC.
  public var now: @Sendable () -> Int64

  public init(
    hidingReasons: Set<RejectionReason> = Set(RejectionReason.allCases), releaseDelay: Int64 = 1_800_000_000,
    binDelay: Int64 = 30 * 86_400_000_000, retention: [RetentionRule] = [],
    now: @escaping @Sendable () -> Int64 = ArchiveOptions.systemTime
  ) {
    self.hidingReasons = hidingReasons
    self.releaseDelay = releaseDelay
    self.binDelay = binDelay
    self.retention = retention
    self.now = now
  }
}

/// Who corrects, and why.
public struct Corrector: Sendable, Hashable {
  public var actor: String
  public var comment: String

  public init(_ actor: String, _ comment: String = "") {
    self.actor = actor
    self.comment = comment
  }
}

/// Makes corrections: each is a durable record first, then a change of what the index says, derived anew from the
/// originals of all patients that it touches. The originals stay as they are. Functions block.
public final class Corrections: Sendable {
  /// Arrivals may come between reading and deriving so often.
  private static let attempts = 8
  /// Corrections that are asked for at a time.
  private static let page = 500

  public let index: any CorrectionIndex
  let records: any RecordStore
  let archive: ImageArchive
  public let options: CorrectionOptions
  /// One correction at a time.
  private let last = Mutex<Int64>(0)

  public init(
    archive: ImageArchive, index: any CorrectionIndex, records: any RecordStore,
    options: CorrectionOptions = CorrectionOptions()
  ) {
    self.archive = archive
    self.index = index
    self.records = records
    self.options = options
  }

  /// Writes the record and derives the index.
  func perform(_ draft: Correction) throws -> Correction {
    try last.withLock { last throws in
      let correction = try named(draft, after: &last)
      let place = try records.append(ArchiveRecord(name: correction.name, content: correction.json))
      do {
        try derive(correction, place)
      } catch {
        // The record is there, but does not count: another says so.
        revoke(correction, &last)
        throw error
      }
      return correction
    }
  }

  /// Writes the record of a purge and takes what it is about out of the index.
  func purge(_ draft: Correction) throws -> Int {
    try last.withLock { last throws in
      let purge = try named(draft, after: &last)
      let place = try records.append(ArchiveRecord(name: purge.name, content: purge.json))
      return try index.purge((purge, place), releaseAt: options.now() + options.releaseDelay)
    }
  }

  private func named(_ draft: Correction, after last: inout Int64) throws -> Correction {
    last = max(last + 1, options.now(), try index.lastCorrectionTime() + 1)
    var correction = draft
    correction.at = last
    correction.name = "\(last)-\(UInt16.random(in: .min ... .max))"
    return correction
  }

  private func revoke(_ correction: Correction, _ last: inout Int64) {
    let draft = Correction(
      name: "", kind: .undo, at: 0, actor: "martlet", comment: "could not be applied", scope: correction.scope,
      refersTo: correction.name)
    guard let undo = try? named(draft, after: &last) else { return }
    _ = try? records.append(ArchiveRecord(name: undo.name, content: undo.json))
  }

  /// Reads the originals of all that a correction may touch, and has the index derived from them.
  private func derive(_ correction: Correction, _ place: RecordPlace) throws {
    var reach = CorrectionReach()
    reach.add(correction.scope)
    if let other = correction.refersTo {
      reach.corrections.insert(other)
      if let referred = try index.correction(named: other) { reach.add(referred.correction.scope) }
    }
    try derive((correction, place), reach)
  }

  func derive(_ correction: (Correction, RecordPlace)?, _ initial: CorrectionReach) throws {
    var scanned: [StoredLocation: InstanceRecord] = [:]
    for _ in 0..<Self.attempts {
      let known = try index.correctionSet()
      let set = correction.map { known.adding($0.0) } ?? known
      var reach = initial
      var objects: [IndexedObject] = []
      while true {
        objects = try index.objects(in: reach)
        var wider = reach
        for object in objects {
          let original = try scanned[object.stored.location] ?? scan(object.stored)
          scanned[object.stored.location] = original
          let corrected = set.correct(original)
          wider.patients.insert(corrected.patient)
          wider.studies.insert(corrected.record.identity.study)
          if object.hidden != nil { wider.instances.insert(original.identity.instance) }
        }
        if wider == reach { break }
        reach = wider
      }
      let originals = objects.compactMap { scanned[$0.stored.location] }
      if try index.apply(correction, reach: reach, objects: objects, originals: originals) { return }
    }
    throw CorrectionError(.conflict, "instances arrive faster than the correction can be made; try again later")
  }

  private func scan(_ stored: StoredInstance) throws -> InstanceRecord {
    switch try archive.recovered(RecoveredObject(extent: stored.location.extent, storedAt: 0)) {
    case .success(let record): return record
    case .failure(let failed):
      throw ArchiveError(
        .damaged, failed.refusal.reason, file: stored.location.file, offset: stored.location.offset)
    }
  }

  // MARK: At start

  /// Applies records that a crash kept from the index. Called once, when the archive has started.
  /// - Returns: how many, and what could not be read.
  public func recover() throws -> (applied: Int, unusable: [String]) {
    var (found, unusable) = try read(behind: index.recordEnds())
    found = try found.filter { try index.correction(named: $0.0.name) == nil }
    for (correction, place) in found {
      if correction.kind == .purge {
        _ = try index.purge((correction, place), releaseAt: options.now() + options.releaseDelay)
      } else {
        try derive(correction, place)
      }
    }
    return (found.count, unusable)
  }

  /// Gives all records to an index that was emptied and knows no object yet.
  /// - Parameter others: kept elsewhere: those that are missing are appended again.
  func restore(others: [ArchiveRecord]) throws -> [String] {
    var (found, unusable) = try read(behind: [:])
    var names = Set(found.map(\.0.name))
    for record in others where names.insert(record.name).inserted {
      do throws(ArchiveError) {
        found.append((try Correction(json: record.content), try append(record)))
      } catch {
        unusable.append("\(record.name): \(error.reason)")
      }
    }
    found.sort { ($0.0.at, $0.0.name) < ($1.0.at, $1.0.name) }
    try index.restore(found)
    return unusable
  }

  private func append(_ record: ArchiveRecord) throws(ArchiveError) -> RecordPlace {
    do { return try records.append(record) } catch let error as ArchiveError { throw error } catch {
      throw ArchiveError(.storageFailed, "\(error)")
    }
  }

  /// The records that concern a study, the oldest first.
  func records(of study: UID) throws -> [ArchiveRecord] {
    var listed: [ListedCorrection] = []
    while case let page = try index.corrections(ofStudy: study, offset: listed.count, limit: Self.page), !page.isEmpty {
      listed += page
    }
    return listed.reversed().map { ArchiveRecord(name: $0.correction.name, content: $0.correction.json) }
  }

  /// Gives chosen versions their place again, once all versions are there.
  func chooseVersions() throws {
    let choices = try index.correctionSet().chosenInstances
    guard !choices.isEmpty else { return }
    var reach = CorrectionReach()
    reach.instances = choices
    try derive(nil, reach)
  }

  /// In order.
  private func read(behind ends: [String: Int64]) throws -> ([(Correction, RecordPlace)], unusable: [String]) {
    var found: [(Correction, RecordPlace)] = []
    var unusable: [String] = []
    try records.records(behind: ends) { record, place in
      do throws(ArchiveError) {
        found.append((try Correction(json: record.content), place))
      } catch {
        unusable.append("\(record.name) in \(place.file): \(error.reason)")
      }
    }
    found.sort { ($0.0.at, $0.0.name) < ($1.0.at, $1.0.name) }
    return (found, unusable)
  }
}
