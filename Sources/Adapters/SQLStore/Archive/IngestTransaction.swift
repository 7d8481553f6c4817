// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import SQLInterface

/// Adds records inside one transaction.
final class IngestTransaction {
  private let connection: any SQLConnection
  private let evenIfIdentical: Bool
  private let parents: ParentTable
  private let columns: InstanceColumns
  private let corrections: CorrectionSet
  private var known: [String: [VersionQuery.Row]] = [:]
  /// Instances and events that are written together: over a network, many statements in one go.
  private var newInstances: [[SQLValue]] = []
  private var newUIDs: Set<String> = []
  private var newEvents: [[SQLValue]] = []

  init(_ connection: any SQLConnection, corrections: CorrectionSet, evenIfIdentical: Bool) {
    self.corrections = corrections
    self.connection = connection
    self.evenIfIdentical = evenIfIdentical
    parents = ParentTable(connection)
    columns = InstanceColumns(connection)
  }

  /// All of them, in order.
  func add(_ records: [InstanceRecord]) throws -> [AddOutcome] {
    known = try VersionQuery(connection).versions(of: records.map(\.identity.instance.rawValue))
    return try records.map { record in
      corrections.isEmpty
        ? try add(record, nil) : try add(corrections.correct(record))
    }
  }

  /// What is corrected arrives as corrections make it.
  private func add(_ corrected: CorrectedInstance) throws -> AddOutcome {
    let record = corrected.record
    let hidden = HiddenTable(connection, columns)
    if !evenIfIdentical, let twin = try hidden.twin(of: record) { return .looksIdentical(to: twin) }
    switch corrected.visibility {
    case .visible: return try add(record, corrected.change)
    case .rejected(let name): try hidden.add(corrected, by: name, isDeleted: false)
    case .deleted(let name): try hidden.add(corrected, by: name, isDeleted: true)
    case .purged:
      try SQLInstanceIndex.retire(record.location.extent, 0, columns.files, connection)
    }
    return .added
  }

  private func add(_ record: InstanceRecord, _ change: HeaderChange?) throws -> AddOutcome {
    let uid = record.identity.instance.rawValue
    if newUIDs.contains(uid) {
      try flush()
      known[uid] = nil
    }
    let known = try known[uid] ?? VersionQuery(connection).versions(of: uid)
    if known.isEmpty {
      try addCurrent(record, change)
      return .added
    }
    if !evenIfIdentical, let twin = known.first(where: { $0.stored.looksLike(record) }) {
      return .looksIdentical(to: twin.stored.location)
    }
    return try addVersion(record, change, known)
  }

  private func addCurrent(_ record: InstanceRecord, _ change: HeaderChange?) throws {
    let attributes = try AttributesByLevel(record.attributes)
    let study = try parents.study(record.identity.study.rawValue, attributes, receivedAt: record.receivedAt)
    let series = try parents.series(record.identity.series.rawValue, study, attributes)
    let own = attributes[.instance]
    let values: [SQLValue] = [
      .integer(series.id), .text(record.identity.instance.rawValue),
      .integer(Columns.number(record.attributes, .instanceNumber)),
    ]
    newInstances.append(
      values + (try columns.body(record)) + [
        .blob(AttributeBlob.encode(own, byteOrder: .littleEndian)), try columns.change(change),
      ])
    newUIDs.insert(record.identity.instance.rawValue)
    series.newInstances += 1
    study.newInstances += 1
    study.patient.newInstances += 1
    study.sopClasses.insert(record.identity.sopClass.rawValue)
    study.firstReceived = min(study.firstReceived, record.receivedAt)
    study.lastReceived = max(study.lastReceived, record.receivedAt)
    try addEvent("instance.stored", record)
  }

  /// The current version stays where it is; of the new one all levels are kept, since it may tell of another study.
  private func addVersion(
    _ record: InstanceRecord, _ change: HeaderChange?, _ known: [VersionQuery.Row]
  ) throws -> AddOutcome {
    let current = known[0]
    let version = known.count + 1
    let attributes = try AttributesByLevel(record.attributes)
    let all = QueryLevel.allCases.flatMap { attributes[$0] }.sorted { $0.tag < $1.tag }
    let values: [SQLValue] = [
      .integer(current.instance), .integer(version), .text(record.identity.study.rawValue),
      .text(record.identity.series.rawValue),
    ]
    try connection.execute(
      """
      INSERT INTO instance_version (instance, version, study_uid, series_uid, sop_class, transfer_syntax, file,
        position, length, checksum, data_set_offset, pixel_data_offset, data_set_checksum, source, received_at,
        attributes, header_change)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      values + (try columns.body(record)) + [
        .blob(AttributeBlob.encode(all, byteOrder: .littleEndian)), try columns.change(change),
      ])
    try connection.execute(
      "UPDATE instance SET versions = ? WHERE id = ?", [.integer(version), .integer(current.instance)])
    if version == 2, let study = try parents.knownStudy(current.stored.identity.study.rawValue) {
      study.newConflicts += 1
    }
    try addEvent("instance.conflict", record)
    self.known[record.identity.instance.rawValue] = nil
    return .addedVersion(version)
  }

  private func addEvent(_ kind: String, _ record: InstanceRecord) throws {
    newEvents.append([
      .integer(try columns.term(kind)), .integer(record.receivedAt), .text(record.identity.instance.rawValue),
    ])
  }

  /// Writes what waits.
  private func flush() throws {
    if !newInstances.isEmpty {
      try connection.statement(
        """
        INSERT INTO instance (series, uid, number, sop_class, transfer_syntax, file, position, length, checksum,
          data_set_offset, pixel_data_offset, data_set_checksum, source, received_at, attributes, header_change)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
      ).runAll(newInstances)
    }
    if !newEvents.isEmpty {
      try connection.statement(
        """
        INSERT INTO event (kind, instance, at)
        SELECT CAST(? AS BIGINT), id, CAST(? AS BIGINT) FROM instance WHERE uid = ?
        """
      ).runAll(newEvents)
    }
    newInstances = []
    for uid in newUIDs { known[uid] = nil }
    newUIDs = []
    newEvents = []
  }

  /// Writes the counts and what else changed in the parents and files.
  func finish() throws {
    let hasEvents = !newEvents.isEmpty
    try flush()
    if hasEvents { try connection.tell(SQLInstanceIndex.eventChannel) }
    try parents.finish()
    try columns.finish()
  }
}
