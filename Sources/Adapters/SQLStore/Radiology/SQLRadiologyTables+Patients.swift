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
    // The page is found before its records are read.
    var ids = SQLFragment("SELECT p.id FROM ris_patient p WHERE p.merged_into IS NULL")
    if !query.birthDate.isEmpty { ids.append("AND p.birth_date = ?", [.text(query.birthDate)]) }
    // Of names the walk goes along all that come before the wanted one.
    let names =
      try query.birthDate.isEmpty
      ? NamedPatients(query.text, connection, fewest: NamedPatients.fewest * 2)
      : .many(TextFolding.words(query.text))
    switch names {
    case .any: break
    case .few(let meant): ids.append("AND p.id IN (\(meant.sql))", meant.parameters)
    case .many(let words):
      // Walked along the order, or among those who were born on a day.
      guard !words.isEmpty else { break }
      var meant = NamedPatients.condition(words, connection.dialect)
      let numbered = try connection.all(
        "SELECT patient FROM ris_patient_identifier WHERE value = ?", [.text(query.text)]
      ) { SQLValue.integer($0.integer(0)) }
      // Looked up before, since it would be asked of each on the walk.
      if !numbered.isEmpty { meant = .joined([meant, .isIn("p.id", numbered)], by: "OR") }
      ids.append("AND (\(meant.sql))", meant.parameters)
    }
    ids.append("ORDER BY p.search_text, p.id LIMIT ? OFFSET ?", [.integer(query.limit), .integer(query.offset)])
    return try connection.all(ids) { $0.integer(0) }.compactMap { try patient(id: $0) }
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
