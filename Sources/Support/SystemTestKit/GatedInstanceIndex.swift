// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Foundation

/// An index in memory that lets new records wait, or refuses them, as a test says.
public final class GatedInstanceIndex: InstanceIndex {
  public let base: MemoryInstanceIndex
  private let condition = NSCondition()
  private nonisolated(unsafe) var lookupCount = 0  // Guarded by `condition`.
  private nonisolated(unsafe) var isClosed = false  // Guarded by `condition`.
  private nonisolated(unsafe) var refusal: (@Sendable (InstanceRecord) -> (any Error)?)?  // Guarded by `condition`.

  public init(base: MemoryInstanceIndex = MemoryInstanceIndex()) { self.base = base }

  /// Records wait.
  public func close() { condition.withLock { isClosed = true } }

  /// Records that wait, and all others, go on.
  public func open() {
    condition.withLock {
      isClosed = false
      condition.broadcast()
    }
  }

  /// Transactions with a record for which there is an error fail with it.
  public func refuse(_ refusal: (@Sendable (InstanceRecord) -> (any Error)?)?) {
    condition.withLock { self.refusal = refusal }
  }

  public func add(_ records: [InstanceRecord], evenIfIdentical: Bool) throws -> [AddOutcome] {
    let refusal = condition.withLock {
      while isClosed { condition.wait() }
      return self.refusal
    }
    for record in records { if let error = refusal?(record) { throw error } }
    return try base.add(records, evenIfIdentical: evenIfIdentical)
  }

  /// How often an instance was looked for.
  public var lookups: Int { condition.withLock { lookupCount } }

  public func versions(of instance: UID) throws -> [StoredInstance] {
    condition.withLock { lookupCount += 1 }
    return try base.versions(of: instance)
  }
  public func instances(_ selection: InstanceSelection) throws -> [StoredInstance] { try base.instances(selection) }
  public func find(_ query: IndexQuery, each: (DataSet) throws -> Bool) throws { try base.find(query, each: each) }
  public func count(_ query: IndexQuery) throws -> Int { try base.count(query) }
  public func studyList(_ query: StudyListQuery) throws -> StudyListPage { try base.studyList(query) }
  public func attributes(ofStudy study: UID) throws -> [(instance: StoredInstance, attributes: DataSet)] {
    try base.attributes(ofStudy: study)
  }
  public func indexedEnds() throws -> [String: Int64] { try base.indexedEnds() }
  public func events(after sequence: Int64, limit: Int) throws -> [ArchiveEvent] {
    try base.events(after: sequence, limit: limit)
  }
}
