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
  private let files: FileTable
  private var known: [String: [VersionQuery.Row]] = [:]
  /// Instances and events that are written together: over a network, many statements in one go.
  private var newInstances: [[SQLValue]] = []
  private var newUIDs: Set<String> = []
  private var newEvents: [[SQLValue]] = []
  private var terms: [String: Int64] = [:]
  private var sources: [InstanceSource: Int64] = [:]

  init(_ connection: any SQLConnection, evenIfIdentical: Bool) {
    self.connection = connection
    self.evenIfIdentical = evenIfIdentical
    parents = ParentTable(connection)
    files = FileTable(connection)
  }

  /// All of them, in order.
  func add(_ records: [InstanceRecord]) throws -> [AddOutcome] {
    known = try VersionQuery(connection).versions(of: records.map(\.identity.instance.rawValue))
    return try records.map { try add($0) }
  }

  private func add(_ record: InstanceRecord) throws -> AddOutcome {
    let uid = record.identity.instance.rawValue
    if newUIDs.contains(uid) {
      try flush()
      known[uid] = nil
    }
    let known = try known[uid] ?? VersionQuery(connection).versions(of: uid)
    if known.isEmpty {
      try addCurrent(record)
      return .added
    }
    if !evenIfIdentical, let twin = known.first(where: { Self.looksIdentical($0.stored, record) }) {
      return .looksIdentical(to: twin.stored.location)
    }
    return try addVersion(record, known)
  }

  private static func looksIdentical(_ stored: StoredInstance, _ record: InstanceRecord) -> Bool {
    stored.transferSyntax == record.transferSyntax && stored.dataSetChecksum == record.dataSetChecksum
      && stored.location.length - stored.location.dataSetOffset == record.dataSetLength
  }

  private func addCurrent(_ record: InstanceRecord) throws {
    let attributes = try AttributesByLevel(record.attributes)
    let study = try parents.study(record.identity.study.rawValue, attributes, receivedAt: record.receivedAt)
    let series = try parents.series(record.identity.series.rawValue, study, attributes)
    let own = attributes[.instance]
    let values: [SQLValue] = [
      .integer(series.id), .text(record.identity.instance.rawValue),
      .integer(Columns.number(record.attributes, .instanceNumber)),
    ]
    newInstances.append(values + (try body(record)) + [.blob(AttributeBlob.encode(own, byteOrder: .littleEndian))])
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
  private func addVersion(_ record: InstanceRecord, _ known: [VersionQuery.Row]) throws -> AddOutcome {
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
        attributes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, values + (try body(record)) + [.blob(AttributeBlob.encode(all, byteOrder: .littleEndian))])
    try connection.execute(
      "UPDATE instance SET versions = ? WHERE id = ?", [.integer(version), .integer(current.instance)])
    if version == 2, let study = try parents.knownStudy(current.stored.identity.study.rawValue) {
      study.newConflicts += 1
    }
    try addEvent("instance.conflict", record)
    self.known[record.identity.instance.rawValue] = nil
    return .addedVersion(version)
  }

  /// SOP class to time of receipt.
  private func body(_ record: InstanceRecord) throws -> [SQLValue] {
    let location = record.location
    return [
      .integer(try term(record.identity.sopClass.rawValue)), .integer(try term(record.transferSyntax.rawValue)),
      .integer(try files.key(location.file, end: location.offset + location.length)), .integer(location.offset),
      .integer(location.length), .integer(Int64(location.checksum)), .integer(location.dataSetOffset),
      .integer(location.pixelDataOffset), .integer(Int64(record.dataSetChecksum)),
      .integer(try source(record.source)), .integer(record.receivedAt),
    ]
  }

  private func addEvent(_ kind: String, _ record: InstanceRecord) throws {
    newEvents.append([
      .integer(try term(kind)), .integer(record.receivedAt), .text(record.identity.instance.rawValue),
    ])
  }

  /// Writes what waits.
  private func flush() throws {
    if !newInstances.isEmpty {
      try connection.statement(
        """
        INSERT INTO instance (series, uid, number, sop_class, transfer_syntax, file, position, length, checksum,
          data_set_offset, pixel_data_offset, data_set_checksum, source, received_at, attributes)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
    newUIDs = []
    newEvents = []
  }

  // MARK: Rows that many share

  private func term(_ text: String) throws -> Int64 {
    if let id = terms[text] { return id }
    let known = try connection.first("SELECT id FROM term WHERE text = ?", [.text(text)]) { $0.integer(0) }
    let id =
      try known ?? connection.first("INSERT INTO term (text) VALUES (?) RETURNING id", [.text(text)]) { $0.integer(0) }
    terms[text] = id
    return id ?? 0
  }

  private func source(_ source: InstanceSource) throws -> Int64 {
    if let id = sources[source] { return id }
    let values: [SQLValue] = [
      .text(source.way.rawValue), .text(source.sender), .text(source.receiver), .text(source.address),
    ]
    let known = try connection.first(
      "SELECT id FROM source WHERE way = ? AND sender = ? AND receiver = ? AND address = ?", values
    ) { $0.integer(0) }
    let id =
      try known
      ?? connection.first(
        "INSERT INTO source (way, sender, receiver, address) VALUES (?, ?, ?, ?) RETURNING id", values
      ) { $0.integer(0) }
    sources[source] = id
    return id ?? 0
  }

  /// Writes the counts and what else changed in the parents and files.
  func finish() throws {
    let hasEvents = !newEvents.isEmpty
    try flush()
    if hasEvents { try connection.tell(SQLInstanceIndex.eventChannel) }
    try parents.finish()
    try files.finish()
  }
}
