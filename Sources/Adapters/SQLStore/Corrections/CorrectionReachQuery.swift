// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SQLInterface

/// Which patients, and which objects of them, are in the reach of a correction.
struct CorrectionReachQuery {
  private let connection: any SQLConnection
  private let reach: CorrectionReach

  init(_ reach: CorrectionReach, _ connection: any SQLConnection) {
    self.reach = reach
    self.connection = connection
  }

  /// Keys of the patients' rows, ascending.
  func patients() throws -> [Int64] {
    var found: Set<Int64> = []
    func add(_ statement: String, _ sets: [[SQLValue]]) throws {
      guard !sets.isEmpty else { return }
      try connection.statement(statement).runEach(sets) { found.insert($1.integer(0)) }
    }
    try add(
      "SELECT id FROM patient WHERE patient_id = ? AND issuer = ? AND unidentified = ?", reach.patients.map(\.values))
    try add("SELECT patient FROM study WHERE uid = ?", reach.studies.map(\.values))
    try add(
      "SELECT s.patient FROM series e JOIN study s ON s.id = e.study WHERE e.uid = ?", reach.series.map(\.values))
    let ofInstance = "JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study"
    try add("SELECT s.patient FROM instance i \(ofInstance) WHERE i.uid = ?", reach.instances.map(\.values))
    let changed = "JOIN header_change_correction h ON h.header_change = i.header_change"
    let corrections = reach.corrections.map { [SQLValue.text($0)] }
    try add("SELECT DISTINCT s.patient FROM instance i \(changed) \(ofInstance) WHERE h.correction = ?", corrections)
    try add(
      """
      SELECT DISTINCT s.patient FROM instance_version v
      JOIN header_change_correction h ON h.header_change = v.header_change JOIN instance i ON i.id = v.instance
      \(ofInstance) WHERE h.correction = ?
      """, corrections)
    return found.sorted()
  }

  /// In a fixed order.
  func objects(of patients: [Int64]) throws -> [IndexedObject] {
    var objects: [IndexedObject] = []
    let keys = patients.map { [SQLValue.integer($0)] }
    let current = try connection.statement(
      "SELECT \(VersionQuery.columns) FROM \(VersionQuery.tables) WHERE s.patient = ? ORDER BY i.id")
    try current.runEach(keys) { objects.append(IndexedObject(stored: VersionQuery.stored($1), hidden: nil)) }
    let versions = try connection.statement(
      """
      SELECT \(VersionQuery.versionColumns), i.version FROM \(VersionQuery.versionTables)
        JOIN series e ON e.id = n.series JOIN study s ON s.id = e.study
      WHERE s.patient = ? ORDER BY i.id
      """)
    try versions.runEach(keys) { _, row in
      objects.append(
        IndexedObject(stored: VersionQuery.stored(row, version: row.int(VersionQuery.width)), hidden: nil))
    }
    return objects + (try hidden())
  }

  private func hidden() throws -> [IndexedObject] {
    var found: [Int64: IndexedObject] = [:]
    func add(_ condition: String, _ sets: [[SQLValue]]) throws {
      guard !sets.isEmpty else { return }
      try connection.statement(
        "SELECT \(HiddenTable.storedColumns), i.id FROM \(HiddenTable.storedTables) WHERE \(condition)"
      ).runEach(sets) { _, row in
        let id = row.integer(VersionQuery.width)
        found[id] = IndexedObject(stored: VersionQuery.stored(row), hidden: id)
      }
    }
    try add("i.patient_id = ? AND i.issuer = ? AND i.unidentified = ?", reach.patients.map(\.values))
    try add("i.study_uid = ?", reach.studies.map(\.values))
    try add("i.series_uid = ?", reach.series.map(\.values))
    try add("i.uid = ?", reach.instances.map(\.values))
    let corrections = reach.corrections.map { [SQLValue.text($0)] }
    try add("i.correction = ?", corrections)
    try add(
      "i.header_change IN (SELECT header_change FROM header_change_correction WHERE correction = ?)", corrections)
    return found.keys.sorted().compactMap { found[$0] }
  }
}

extension PatientKey {
  fileprivate var values: [SQLValue] { [.text(id), .text(issuer), .text(unidentified)] }
}

extension UID {
  fileprivate var values: [SQLValue] { [.text(rawValue)] }
}
