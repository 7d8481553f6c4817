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

  func patients(matching query: PatientQuery) throws -> [PatientRecord] {
    var select = SQLFragment("SELECT p.id, p.version, p.document FROM ris_patient p WHERE p.merged_into IS NULL")
    if !query.birthDate.isEmpty { select.append("AND p.birth_date = ?", [.text(query.birthDate)]) }
    if let condition = Self.patientCondition(query.text, connection.dialect) {
      select.append("AND")
      select.append(condition)
    }
    select.append(
      "ORDER BY p.search_text, p.id LIMIT ? OFFSET ?", [.integer(query.limit), .integer(query.offset)])
    return try connection.all(select, Self.patient)
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

  static func patient(_ row: any SQLRow) throws -> PatientRecord {
    var patient = try DocumentColumn.decode(PatientRecord.self, row, 2)
    patient.id = row.integer(0)
    patient.version = row.integer(1)
    return patient
  }

  /// Words of the name, or a whole identifier, of a patient `p`; nil where nothing is asked.
  static func patientCondition(_ text: String, _ dialect: any SQLDialect) -> SQLFragment? {
    let words = TextFolding.words(text)
    guard !words.isEmpty else { return nil }
    var names: [SQLFragment] = words.map { SQLFragment(dialect.contains("p.search_text"), [.text($0)]) }
    if let found = dialect.infix(table: "ris_patient", key: "id", column: "search_text", words: words) {
      names.append(SQLFragment("p.id IN (\(found.sql))", found.parameters))
    }
    let identifier = SQLFragment(
      "p.id IN (SELECT i.patient FROM ris_patient_identifier i WHERE i.value = ?)", [.text(text)])
    let either = SQLFragment.joined([.joined(names, by: "AND"), identifier], by: "OR")
    return SQLFragment("(\(either.sql))", either.parameters)
  }
}
