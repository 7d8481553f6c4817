// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import Synchronization

/// An index in memory, for tests of ingest, recovery and retrieval. It can crash: the last transactions may be lost, as
/// those of a database that commits unflushed. Each query goes through all records.
public final class MemoryInstanceIndex: InstanceIndex {
  struct State {
    var records: [InstanceRecord] = []
    /// Number of records after each transaction.
    var transactions: [Int] = []
    var events: [ArchiveEvent] = []
  }

  let state: Mutex<State>
  private let faults: FaultPlan

  public init(faults: FaultPlan = FaultPlan()) {
    self.faults = faults
    state = Mutex(State())
  }

  /// What another process finds after this one was killed.
  /// - Parameter losing: so many of the last transactions never reached the disk.
  public func crashed(losing: Int = 0, faults: FaultPlan = FaultPlan()) -> MemoryInstanceIndex {
    let old = state.withLock { $0 }
    let index = MemoryInstanceIndex(faults: faults)
    let kept = old.transactions.dropLast(losing)
    index.state.withLock { state in
      state.records = Array(old.records.prefix(kept.last ?? 0))
      state.transactions = Array(kept)
      state.events = Array(old.events.prefix(state.records.count))
    }
    return index
  }

  /// How many transactions were committed.
  public var transactionCount: Int { state.withLock { $0.transactions.count } }

  public func add(_ records: [InstanceRecord], evenIfIdentical: Bool) throws -> [AddOutcome] {
    try faults.step()
    let outcomes = state.withLock { state in
      let outcomes = records.map { state.add($0, evenIfIdentical) }
      state.transactions.append(state.records.count)
      return outcomes
    }
    // A crash may come after the transaction as well.
    try faults.step()
    return outcomes
  }

  public func versions(of instance: UID) throws -> [StoredInstance] {
    try faults.step()
    return state.withLock { state in
      state.records.filter { $0.identity.instance == instance }.sorted { $0.version < $1.version }.map(\.stored)
    }
  }

  public func instances(_ selection: InstanceSelection) throws -> [StoredInstance] {
    try current(selection).map(\.stored)
  }

  public func attributes(ofStudy study: UID) throws -> [(instance: StoredInstance, attributes: DataSet)] {
    try faults.step()
    return model.studies.first { $0.uid == study }.map { study in
      study.orderedSeries.flatMap { series in
        series.orderedInstances.map { instance in
          let levels = [study.patient.attributes, study.attributes, series.attributes, instance.attributes]
          return (instance.record.stored, Self.merged(levels))
        }
      }
    } ?? []
  }

  public func indexedEnds() throws -> [String: Int64] {
    state.withLock { state in
      state.records.reduce(into: [:]) { ends, record in
        let location = record.location
        ends[location.file] = max(ends[location.file] ?? 0, location.offset + location.length)
      }
    }
  }

  public func events(after sequence: Int64, limit: Int) throws -> [ArchiveEvent] {
    state.withLock { Array($0.events.filter { $0.sequence > sequence }.prefix(limit)) }
  }

  var model: MemoryModel { MemoryModel(state.withLock { $0.records }) }

  /// The current versions of what is selected, in the order of the port.
  func current(_ selection: InstanceSelection) throws -> [InstanceRecord] {
    try faults.step()
    func passes(_ list: [UID], _ uid: UID) -> Bool { list.isEmpty || list.contains(uid) }
    return model.studies.filter { study in
      passes(selection.studies, study.uid)
        && (selection.patientID == nil || study.patient.identity[0] == selection.patientID)
    }.flatMap(\.orderedSeries).filter { passes(selection.series, $0.uid) }.flatMap(\.orderedInstances)
      .map(\.record).filter { passes(selection.instances, $0.identity.instance) }
  }
}

extension MemoryInstanceIndex.State {
  fileprivate mutating func add(_ record: InstanceRecord, _ evenIfIdentical: Bool) -> AddOutcome {
    let known = records.filter { $0.identity.instance == record.identity.instance }
    if !evenIfIdentical,
      let same = known.first(where: { $0.stored.looksLike(record) })
    {
      return .looksIdentical(to: same.location)
    }
    var record = record
    record.version = (known.map(\.version).max() ?? 0) + 1
    records.append(record)
    events.append(
      ArchiveEvent(
        sequence: Int64(events.count + 1), kind: record.version == 1 ? "instance.stored" : "instance.conflict",
        studyUID: record.identity.study.rawValue, seriesUID: record.identity.series.rawValue,
        instanceUID: record.identity.instance.rawValue, at: record.receivedAt))
    return record.version == 1 ? .added : .addedVersion(record.version)
  }
}

extension InstanceRecord {
  var stored: StoredInstance {
    StoredInstance(
      identity: identity, transferSyntax: transferSyntax, location: location, dataSetChecksum: dataSetChecksum,
      version: version)
  }
}
