// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

extension SQLRadiologyTables: ReconciliationTable {
  func reconciliation(id: Int64) throws -> Reconciliation? {
    try connection.first(
      "SELECT id, document FROM ris_reconciliation WHERE id = ?", [.integer(id)], Self.reconciliation)
  }

  func reconciliations(matching query: ReconciliationQuery) throws -> [Reconciliation] {
    var conditions: [SQLFragment] = []
    if let patient = query.patient {
      conditions.append(SQLFragment("(source = ? OR target = ?)", [.integer(patient), .integer(patient)]))
    }
    if !query.study.isEmpty { conditions.append(SQLFragment("study_uid = ?", [.text(query.study)])) }
    if query.standingOnly { conditions.append(SQLFragment("stands = 1")) }
    var select = SQLFragment("SELECT id, document FROM ris_reconciliation")
    if !conditions.isEmpty {
      select.append("WHERE")
      select.append(.joined(conditions, by: "AND"))
    }
    select.append("ORDER BY id DESC LIMIT ? OFFSET ?", [.integer(query.limit), .integer(query.offset)])
    return try connection.all(select, Self.reconciliation)
  }

  func save(_ reconciliation: Reconciliation) throws -> Int64 {
    let order = reconciliation.kind == .order ? reconciliation.orders.first ?? 0 : 0
    let columns: [SQLValue] = [
      .text(reconciliation.kind.rawValue), .integer(reconciliation.source), .integer(reconciliation.target),
      .integer(order), .text(reconciliation.study?.after.facts.studyInstanceUID ?? ""),
      .integer(reconciliation.stands ? 1 : 0), try DocumentColumn.encode(reconciliation),
    ]
    if reconciliation.id == 0 {
      return try insert(
        """
        INSERT INTO ris_reconciliation (kind, source, target, ris_order, study_uid, stands, document)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """, columns)
    }
    try connection.execute(
      """
      UPDATE ris_reconciliation SET kind = ?, source = ?, target = ?, ris_order = ?, study_uid = ?, stands = ?,
        document = ? WHERE id = ?
      """, columns + [.integer(reconciliation.id)])
    return reconciliation.id
  }

  func isReconciled(patient: Int64, order: Int64, study: String) throws -> Bool {
    try connection.first(
      """
      SELECT 1 WHERE EXISTS (SELECT 1 FROM ris_reconciliation WHERE target = ? AND stands = 1
          AND kind IN ('merge', 'identifiers', 'demographics'))
        OR EXISTS (SELECT 1 FROM ris_reconciliation WHERE ris_order = ? AND ris_order <> 0 AND stands = 1)
        OR EXISTS (SELECT 1 FROM ris_reconciliation WHERE study_uid = ? AND study_uid <> '' AND stands = 1)
      """, [.integer(patient), .integer(order), .text(study)]
    ) { _ in true } ?? false
  }

  func isMoved(study: String) throws -> Bool {
    try connection.first(
      "SELECT 1 FROM ris_reconciliation WHERE study_uid = ? AND study_uid <> '' AND stands = 1 LIMIT 1",
      [.text(study)]
    ) { _ in true } ?? false
  }

  private static func reconciliation(_ row: any SQLRow) throws -> Reconciliation {
    var reconciliation = try DocumentColumn.decode(Reconciliation.self, row, 1)
    reconciliation.id = row.integer(0)
    return reconciliation
  }
}

extension SQLRadiologyTables: OutsideResultTable {
  func save(_ result: OutsideResult) throws -> Int64 {
    var id = result.id
    if id == 0, !result.number.isEmpty {
      id =
        try connection.first(
          "SELECT id FROM ris_outside_result WHERE sender = ? AND number = ? AND number <> '' AND patient = ?",
          [.text(result.sender), .text(result.number), .integer(result.patient)]
        ) { $0.integer(0) } ?? 0
    }
    let columns: [SQLValue] = [
      .integer(result.patient), .text(result.sender), .text(result.number), .integer(result.receivedAt),
      try DocumentColumn.encode(result),
    ]
    if id == 0 {
      return try insert(
        "INSERT INTO ris_outside_result (patient, sender, number, received_at, document) VALUES (?, ?, ?, ?, ?)",
        columns)
    }
    try connection.execute(
      """
      UPDATE ris_outside_result SET patient = ?, sender = ?, number = ?, received_at = ?, document = ? WHERE id = ?
      """, columns + [.integer(id)])
    return id
  }

  func outsideResult(id: Int64) throws -> OutsideResult? {
    try connection.first("SELECT id, document FROM ris_outside_result WHERE id = ?", [.integer(id)], Self.result)
  }

  func outsideResults(ofPatient id: Int64, limit: Int) throws -> [OutsideResult] {
    try connection.all(
      "SELECT id, document FROM ris_outside_result WHERE patient = ? ORDER BY received_at DESC, id DESC LIMIT ?",
      [.integer(id), .integer(limit)], Self.result)
  }

  private static func result(_ row: any SQLRow) throws -> OutsideResult {
    var result = try DocumentColumn.decode(OutsideResult.self, row, 1)
    result.id = row.integer(0)
    return result
  }
}
