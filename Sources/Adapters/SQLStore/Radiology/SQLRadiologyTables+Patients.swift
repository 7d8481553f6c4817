// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import Radiology
import SQLInterface

extension SQLRadiologyTables: PatientTable {
  func patient(id: Int64) throws -> PatientRecord? {
    try connection.first("SELECT id, version, document FROM ris_patient WHERE id = ?", [.integer(id)], Self.patient)
  }

  func patient(_ identifier: PatientIdentifier) throws -> PatientRecord? {
    try connection.first(
      """
      SELECT p.id, p.version, p.document FROM ris_patient_identifier i JOIN ris_patient p ON p.id = i.patient
      WHERE i.value = ? AND i.issuer = ?
      """, [.text(identifier.value), .text(identifier.issuer)], Self.patient)
  }

  func patients(numbered value: String) throws -> [PatientRecord] {
    try connection.all(
      """
      SELECT p.id, p.version, p.document FROM ris_patient p
      WHERE p.id IN (SELECT i.patient FROM ris_patient_identifier i WHERE i.value = ?) ORDER BY p.id
      """, [.text(value)], Self.patient)
  }

  func patients(formerly value: String) throws -> [PatientRecord] {
    try connection.all(
      """
      SELECT p.id, p.version, p.document FROM ris_patient p
      WHERE p.merged_into IS NULL AND p.id IN (SELECT i.patient FROM ris_former_identifier i WHERE i.value = ?)
      ORDER BY p.id
      """, [.text(value)], Self.patient)
  }

  func patients(matching query: PatientQuery) throws -> [PatientRecord] {
    // Of names a walk goes along all that come before the wanted one.
    try patients(matching: query, fewest: NamedPatients.fewest * 2)
  }

  /// - Parameter fewest: more than these are met on a walk along the names.
  func patients(matching query: PatientQuery, fewest: Int) throws -> [PatientRecord] {
    let words = TextFolding.words(query.text)
    let page = [SQLValue.integer(query.limit), .integer(query.offset)]
    // The page is found before its records are read.
    var select = SQLFragment("SELECT p.id FROM ris_patient p WHERE p.merged_into IS NULL")
    guard let first = words.first else {
      if !query.birthDate.isEmpty { select.append("AND p.birth_date = ?", [.text(query.birthDate)]) }
      select.append("ORDER BY p.search_text, p.id LIMIT ? OFFSET ?", page)
      return try patients(select)
    }
    // What a name begins with is told before what stands in it.
    let range = [SQLValue.text(first), .text(first + "\u{10FFFF}")]
    let begins = SQLFragment("p.search_text >= ? AND p.search_text < ?", range)
    if !query.birthDate.isEmpty {
      select.append("AND p.birth_date = ?", [.text(query.birthDate)])
      select.append(try named(words, query.text))
    } else {
      switch try NamedPatients(query.text, connection, fewest: fewest) {
      case .any: break
      case .few(let meant): select.append("AND p.id IN (\(meant.sql))", meant.parameters)
      case .many:
        select.append(try named(words, query.text))
        return try walked(select, begins, query)
      }
    }
    select.append(
      "ORDER BY CASE WHEN \(begins.sql) THEN 0 ELSE 1 END, p.search_text, p.id LIMIT ? OFFSET ?", range + page)
    return try patients(select)
  }

  /// The page of so many patients that they are met on a walk along their names: first among those that begin as is
  /// asked, then among the others.
  private func walked(
    _ select: SQLFragment, _ begins: SQLFragment, _ query: PatientQuery
  ) throws -> [PatientRecord] {
    let reach = query.offset + query.limit
    var found: [Int64] = []
    for condition in [begins.sql, "NOT (\(begins.sql))"] where found.count < reach {
      var walk = select
      walk.append("AND \(condition)", begins.parameters)
      walk.append("ORDER BY p.search_text, p.id LIMIT ?", [.integer(reach - found.count)])
      found += try connection.all(walk) { $0.integer(0) }
    }
    return try found.dropFirst(query.offset).compactMap { try patient(id: $0) }
  }

  private func patients(_ ids: SQLFragment) throws -> [PatientRecord] {
    try connection.all(ids) { $0.integer(0) }.compactMap { try patient(id: $0) }
  }

  /// `AND`, and that all words stand in the name or that the text is a number of the patient.
  private func named(_ words: [String], _ text: String) throws -> SQLFragment {
    var meant = NamedPatients.condition(words, connection.dialect)
    // Looked up before, since it would be asked of each on the walk.
    let numbered = try connection.all("SELECT patient FROM ris_patient_identifier WHERE value = ?", [.text(text)]) {
      SQLValue.integer($0.integer(0))
    }
    if !numbered.isEmpty { meant = .joined([meant, .isIn("p.id", numbered)], by: "OR") }
    return SQLFragment("AND (\(meant.sql))", meant.parameters)
  }

  func save(_ patient: PatientRecord) throws -> Int64 {
    var patient = patient
    let names = [patient.name] + patient.otherNames
    let searchText = names.flatMap { TextFolding.words($0) }.joined(separator: " ")
    patient.version += 1
    let columns: [SQLValue] = [
      .integer(patient.version), .integer(patient.mergedInto), .text(patient.name), .text(patient.birthDate),
      .text(searchText),
    ]
    if patient.id == 0 {
      patient.id = try insert(
        """
        INSERT INTO ris_patient (version, merged_into, name, birth_date, search_text, document)
        VALUES (?, ?, ?, ?, ?, '')
        """, columns)
      try connection.execute(
        "UPDATE ris_patient SET document = ? WHERE id = ?",
        [DocumentColumn.encode(patient), .integer(patient.id)])
    } else {
      let changed = try connection.execute(
        """
        UPDATE ris_patient SET version = ?, merged_into = ?, name = ?, birth_date = ?, search_text = ?, document = ?
        WHERE id = ?
        """, columns + [DocumentColumn.encode(patient), .integer(patient.id)])
      guard changed == 1 else { throw RadiologyError(.notFound, "There is no patient \(patient.id).") }
      try connection.execute("DELETE FROM ris_patient_identifier WHERE patient = ?", [.integer(patient.id)])
      try connection.execute("DELETE FROM ris_former_identifier WHERE patient = ?", [.integer(patient.id)])
    }
    if patient.mergedInto == nil {
      for identifier in patient.identifiers {
        try refusing("The identifier \(identifier.value) is another patient's.") {
          _ = try connection.execute(
            "INSERT INTO ris_patient_identifier (value, issuer, patient) VALUES (?, ?, ?)",
            [.text(identifier.value), .text(identifier.issuer), .integer(patient.id)])
        }
      }
    }
    for identifier in patient.former.identifiers {
      try connection.execute(
        "INSERT INTO ris_former_identifier (value, issuer, patient) VALUES (?, ?, ?)",
        [.text(identifier.value), .text(identifier.issuer), .integer(patient.id)])
    }
    return patient.id
  }

  func moveOrders(of patient: Int64, to other: Int64) throws {
    let ids = try connection.all(
      "SELECT id FROM ris_order WHERE patient = ? ORDER BY id", [.integer(patient)]
    ) { $0.integer(0) }
    for id in ids {
      guard var order = try order(.id(id)) else { continue }
      order.patient = other
      try save(&order)
    }
  }

  static func patient(_ row: any SQLRow) throws -> PatientRecord { try patient(row, 0) }

  /// Id, version and document from a column on.
  static func patient(_ row: any SQLRow, _ column: Int) throws -> PatientRecord {
    var patient = try DocumentColumn.decode(PatientRecord.self, row, column + 2)
    patient.id = row.integer(column)
    patient.version = row.integer(column + 1)
    return patient
  }
}
