// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import SQLInterface

/// Takes patients with all that belongs to them out of the index and puts their objects in again, as the corrections
/// make them, in the order of arrival: what comes out is what a rebuild of the whole index would make of them. Rows of
/// current instances keep their keys, which events refer to.
final class Derivation {
  private let connection: any SQLConnection
  private let corrections: CorrectionSet
  private let parents: ParentTable
  private let columns: InstanceColumns
  private let hidden: HiddenTable
  /// Keys of the rows that current instances had.
  private var rows: [String: Int64] = [:]
  /// Versions of what is visible so far, by UID.
  private var versions: [String: Int] = [:]
  /// Data sets of what is visible so far.
  private var dataSets: Set<DataSetMark> = []
  private var studies: Set<UID> = []

  init(_ connection: any SQLConnection, _ corrections: CorrectionSet) {
    self.connection = connection
    self.corrections = corrections
    parents = ParentTable(connection)
    columns = InstanceColumns(connection)
    hidden = HiddenTable(connection, columns)
  }

  /// - Parameters:
  ///   - patients: keys of the rows that go, and the objects of which all belong to them or are hidden.
  ///   - originals: of each object.
  func run(patients: [Int64], objects: [IndexedObject], originals: [InstanceRecord]) throws {
    let limbo = try Limbo(connection)
    try takeOut(patients, to: limbo)
    try connection.statement("DELETE FROM hidden_instance WHERE id = ?").runAll(
      objects.compactMap { $0.hidden.map { [.integer($0)] } })
    var corrected = originals.map { corrections.correct($0) }
    let chosen = corrected.map { isChosen($0.record) }
    let order = corrected.indices.sorted { Self.precedes(corrected[$0].record, corrected[$1].record) }
    // A version that was chosen comes before the others of its UID, at the place of the first of them.
    var firsts: [UID: Int] = [:]
    for index in order where chosen[index] { firsts[corrected[index].record.identity.instance] = index }
    for index in order {
      let uid = corrected[index].record.identity.instance
      if let first = firsts.removeValue(forKey: uid) {
        try add(corrected[first])
        corrected[first].visibility = .purged
        if first == index { continue }
      } else if chosen[index] {
        continue
      }
      try add(corrected[index])
    }
    try limbo.drop()
    try parents.finish()
    try columns.finish()
    for study in studies.sorted(by: { $0.rawValue < $1.rawValue }) { try settle(study) }
  }

  private static func precedes(_ left: InstanceRecord, _ right: InstanceRecord) -> Bool {
    (left.receivedAt, left.location.file, left.location.offset)
      < (right.receivedAt, right.location.file, right.location.offset)
  }

  private func isChosen(_ record: InstanceRecord) -> Bool {
    corrections.chosenVersion(of: record.identity.instance) == record.dataSetChecksum
  }

  private func takeOut(_ patients: [Int64], to limbo: Limbo) throws {
    var removed = 0
    for patient in patients {
      let key = [SQLValue.integer(patient)]
      let known = try connection.all(
        """
        SELECT i.uid, i.id FROM instance i JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study
        WHERE s.patient = ?
        """, key
      ) { ($0.text(0), $0.integer(1)) }
      for (uid, id) in known { rows[uid] = id }
      let ids = known.map { [SQLValue.integer($0.1)] }
      try connection.statement("DELETE FROM instance_version WHERE instance = ?").runAll(ids)
      try connection.statement("UPDATE instance SET series = ? WHERE id = ?").runAll(
        ids.map { [.integer(limbo.series)] + $0 })
      let studies = try connection.all("SELECT id FROM study WHERE patient = ?", key) { $0.integer(0) }
      removed += studies.count
      let keys = studies.map { [SQLValue.integer($0)] }
      for statement in ["DELETE FROM series WHERE study = ?", "DELETE FROM study_search WHERE study = ?"] {
        try connection.statement(statement).runAll(keys)
      }
      for study in studies { try PersonNames(connection).remove(.ofStudy, owner: study) }
      try connection.statement("DELETE FROM study WHERE id = ?").runAll(keys)
      try PersonNames(connection).remove(.ofPatient, owner: patient)
      try connection.execute("DELETE FROM patient WHERE id = ?", key)
    }
    try connection.execute("UPDATE tally SET value = value - ? WHERE name = 'studies'", [.integer(removed)])
  }

  private func add(_ instance: CorrectedInstance) throws {
    switch instance.visibility {
    case .visible:
      // What came again while the first was in the bin steps back when that is restored, and is not a version.
      guard dataSets.insert(DataSetMark(instance.record)).inserted else {
        return try hidden.add(instance, by: HiddenTable.duplicate, isDeleted: false)
      }
      try addVisible(instance)
    case .rejected(let name): try hidden.add(instance, by: name, isDeleted: false)
    case .deleted(let name): try hidden.add(instance, by: name, isDeleted: true)
    case .purged: return
    }
  }

  private func addVisible(_ instance: CorrectedInstance) throws {
    let record = instance.record
    let uid = record.identity.instance.rawValue
    let attributes = try AttributesByLevel(record.attributes)
    let version = (versions[uid] ?? 0) + 1
    versions[uid] = version
    if version > 1 { return try addVersion(version, instance, attributes) }
    let study = try parents.study(record.identity.study.rawValue, attributes, receivedAt: record.receivedAt)
    let series = try parents.series(record.identity.series.rawValue, study, attributes)
    studies.insert(record.identity.study)
    let values: [SQLValue] =
      [
        .integer(series.id), .text(uid), .integer(Columns.number(record.attributes, .instanceNumber)),
      ] + (try columns.body(record)) + [
        .blob(AttributeBlob.encode(attributes[.instance], byteOrder: .littleEndian)),
        try columns.change(instance.change),
      ]
    if let id = rows[uid] {
      try connection.execute(
        """
        UPDATE instance SET series = ?, uid = ?, number = ?, sop_class = ?, transfer_syntax = ?, file = ?,
          position = ?, length = ?, checksum = ?, data_set_offset = ?, pixel_data_offset = ?, data_set_checksum = ?,
          source = ?, received_at = ?, attributes = ?, header_change = ?, versions = 1 WHERE id = ?
        """, values + [.integer(id)])
    } else {
      rows[uid] = try connection.first(
        """
        INSERT INTO instance (series, uid, number, sop_class, transfer_syntax, file, position, length, checksum,
          data_set_offset, pixel_data_offset, data_set_checksum, source, received_at, attributes, header_change)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
        """, values
      ) { $0.integer(0) }
    }
    count(record, study, series)
  }

  private func count(_ record: InstanceRecord, _ study: StudyRow, _ series: SeriesRow) {
    series.newInstances += 1
    study.newInstances += 1
    study.patient.newInstances += 1
    study.sopClasses.insert(record.identity.sopClass.rawValue)
    study.firstReceived = min(study.firstReceived, record.receivedAt)
    study.lastReceived = max(study.lastReceived, record.receivedAt)
    studyOfInstance[record.identity.instance.rawValue] = study
  }

  private var studyOfInstance: [String: StudyRow] = [:]

  private func addVersion(_ version: Int, _ instance: CorrectedInstance, _ attributes: AttributesByLevel) throws {
    let record = instance.record
    let uid = record.identity.instance.rawValue
    guard let id = rows[uid] else { throw SQLError(.corrupt, reason: "a row that must be there is missing") }
    let all = QueryLevel.allCases.flatMap { attributes[$0] }.sorted { $0.tag < $1.tag }
    try connection.execute(
      """
      INSERT INTO instance_version (instance, version, study_uid, series_uid, sop_class, transfer_syntax, file,
        position, length, checksum, data_set_offset, pixel_data_offset, data_set_checksum, source, received_at,
        attributes, header_change)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(id), .integer(version), .text(record.identity.study.rawValue),
        .text(record.identity.series.rawValue),
      ] + (try columns.body(record)) + [
        .blob(AttributeBlob.encode(all, byteOrder: .littleEndian)), try columns.change(instance.change),
      ])
    try connection.execute("UPDATE instance SET versions = ? WHERE id = ?", [.integer(version), .integer(id)])
    if version == 2 { studyOfInstance[uid]?.newConflicts += 1 }
  }

  /// Says which study file a study has, whether all of it stands in one, and that it changed.
  private func settle(_ study: UID) throws {
    let key = [SQLValue.text(study.rawValue)]
    let generation = try connection.first("SELECT generation FROM study_generation WHERE uid = ?", key) { $0.int(0) }
    if let generation { try SQLInstanceIndex.setGeneration(of: study, to: generation, connection) }
    try connection.execute(
      """
      INSERT INTO event (kind, instance, at)
      SELECT CAST(? AS BIGINT), min(i.id), CAST(? AS BIGINT)
      FROM instance i JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study WHERE s.uid = ?
      """, [.integer(try columns.term("study.corrected")), .integer(ArchiveOptions.systemTime())] + key)
  }
}

/// What tells data sets of one UID from each other.
private struct DataSetMark: Hashable {
  private let instance: UID
  private let transferSyntax: UID
  private let checksum: UInt32
  private let length: Int64

  init(_ record: InstanceRecord) {
    instance = record.identity.instance
    transferSyntax = record.receivedTransferSyntax
    checksum = record.dataSetChecksum
    length = record.dataSetLength
  }
}

/// Where instances are while their patients are taken apart: a patient, a study and a series that go again.
private struct Limbo {
  private let connection: any SQLConnection
  private let patient: Int64
  private let study: Int64
  let series: Int64

  init(_ connection: any SQLConnection) throws {
    self.connection = connection
    func key(_ statement: String, _ values: [SQLValue]) throws -> Int64 {
      guard let id = try connection.first(statement, values, { $0.integer(0) }) else {
        throw SQLError(.corrupt, reason: "a row that must be there is missing")
      }
      return id
    }
    patient = try key(
      """
      INSERT INTO patient (patient_id, issuer, unidentified, name, birth_date, sex, attributes)
      VALUES ('', '', '', '', '', '', ?) RETURNING id
      """, [.blob([])])
    study = try key(
      """
      INSERT INTO study (patient, uid, modalities, sop_classes, first_received, last_received, name_key, patient_id,
        date, time_of_day, time, accession, study_id, description, referrer, description_key, attributes)
      VALUES (?, '', '', '', 0, 0, '', '', '', 0, '', '', '', '', '', '', ?) RETURNING id
      """, [.integer(patient), .blob([])])
    series = try key(
      "INSERT INTO series (study, uid, number, modality, attributes) VALUES (?, '', 0, '', ?) RETURNING id",
      [.integer(study), .blob([])])
  }

  /// Removes it with the instances that nobody fetched, which are hidden now.
  func drop() throws {
    let key = [SQLValue.integer(series)]
    try connection.execute("DELETE FROM event WHERE instance IN (SELECT id FROM instance WHERE series = ?)", key)
    try connection.execute("DELETE FROM instance WHERE series = ?", key)
    try connection.execute("DELETE FROM series WHERE id = ?", key)
    try connection.execute("DELETE FROM study WHERE id = ?", [.integer(study)])
    try connection.execute("DELETE FROM patient WHERE id = ?", [.integer(patient)])
  }
}
