// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

extension SQLRadiologyTables: ExamTable {
  func exams(matching query: ExamQuery) throws -> [ExamItem] {
    var select = SQLFragment("SELECT r.id FROM ris_procedure r")
    select.append(Self.joins(query))
    select.append(Self.conditions(query, connection.dialect))
    switch query.order {
    case .urgency: select.append("ORDER BY r.priority, r.status_since, r.id")
    case .newest: select.append("ORDER BY r.status_since DESC, r.id DESC")
    case .start:
      select.append(
        """
        ORDER BY (SELECT min(t.start_date * 100000 + t.start_second) FROM ris_step t WHERE t.ris_procedure = r.id), r.id
        """)
    }
    select.append("LIMIT ? OFFSET ?", [.integer(query.limit), .integer(query.offset)])
    return try connection.all(select) { $0.integer(0) }.compactMap { try item($0) }
  }

  func countExams(matching query: ExamQuery) throws -> Int {
    var select = SQLFragment("SELECT count(*) FROM ris_procedure r")
    select.append(Self.joins(query))
    select.append(Self.conditions(query, connection.dialect))
    return try connection.all(select) { $0.int(0) }.first ?? 0
  }

  func item(_ id: Int64) throws -> ExamItem? {
    guard var order = try order(ofProcedure: id), let exam = order.procedures.first(where: { $0.id == id }),
      let patient = try patient(id: order.patient)
    else { return nil }
    order.procedures = []
    return ExamItem(patient: patient, order: order, exam: exam, studies: try links(ofExam: id))
  }

  private static func joins(_ query: ExamQuery) -> SQLFragment {
    query.text.isEmpty
      ? SQLFragment("")
      : SQLFragment("JOIN ris_order o ON o.id = r.ris_order JOIN ris_patient p ON p.id = o.patient")
  }

  private static func conditions(_ query: ExamQuery, _ dialect: any SQLDialect) -> SQLFragment {
    var conditions: [SQLFragment] = []
    if !query.statuses.isEmpty {
      conditions.append(.isIn("r.status", query.statuses.map(\.rawValue).sorted().map { .text($0) }))
    }
    if !query.modalities.isEmpty {
      conditions.append(
        .joined(
          query.modalities.map { SQLFragment(dialect.contains("r.modality"), [.text("\\\($0)\\")]) }, by: "OR"))
    }
    if let name = query.claimedBy { conditions.append(SQLFragment("r.claimed_by = ?", [.text(name)])) }
    if query.urgentOnly { conditions.append(SQLFragment("r.priority <= 1")) }
    if let before = query.sinceBefore {
      conditions.append(SQLFragment("r.status_since < ?", [.integer(before)]))
    }
    if let patient = SQLRadiologyTables.patientCondition(query.text, dialect) {
      let number = SQLValue.text(query.text)
      conditions.append(
        .joined(
          [
            SQLFragment("o.accession = ? AND o.accession <> ''", [number]), SQLFragment("r.procedure_id = ?", [number]),
            patient,
          ], by: "OR"))
    }
    conditions += steps(query)
    if let lost = query.lost { conditions.append(Self.condition(lost)) }
    if conditions.isEmpty { return SQLFragment("") }
    var all = SQLFragment("WHERE")
    all.append(.joined(conditions, by: "AND"))
    return all
  }

  private static func steps(_ query: ExamQuery) -> [SQLFragment] {
    var inside = SQLFragment("t.ris_procedure = r.id")
    if let from = Int(query.dateFrom) { inside.append("AND t.start_date >= ?", [.integer(from)]) }
    if let to = Int(query.dateTo) { inside.append("AND t.start_date <= ? AND t.start_date > 0", [.integer(to)]) }
    if !query.stations.isEmpty {
      let titles = SQLFragment.isIn("a.ae_title", query.stations.map { .text($0) })
      inside.append(
        "AND EXISTS (SELECT 1 FROM ris_step_station a WHERE a.ris_step = t.id AND \(titles.sql))", titles.parameters)
    }
    if inside.sql == "t.ris_procedure = r.id" { return [] }
    return [SQLFragment("EXISTS (SELECT 1 FROM ris_step t WHERE \(inside.sql))", inside.parameters)]
  }

  private static func condition(_ lost: ExamQuery.Lost) -> SQLFragment {
    switch lost {
    case .withoutImages:
      SQLFragment(
        """
        r.status IN ('performed', 'toRead', 'dictated', 'toSign', 'validated', 'sent') AND NOT EXISTS (
          SELECT 1 FROM ris_study s WHERE s.ris_procedure = r.id AND s.state IN ('matched', 'mismatched'))
        """)
    case .waiting: SQLFragment("r.status = 'arrived'")
    case .unread: SQLFragment("r.status IN ('performed', 'toRead', 'dictated', 'toSign')")
    }
  }
}

extension SQLRadiologyTables: StudyLinkTable {
  func link(ofStudy uid: String) throws -> StudyLink? {
    try connection.first("SELECT document FROM ris_study WHERE study_uid = ?", [.text(uid)], Self.link)
  }

  func links(ofExam id: Int64) throws -> [StudyLink] {
    if id == 0 { return [] }
    return try connection.all(
      "SELECT document FROM ris_study WHERE ris_procedure = ? ORDER BY received_at, study_uid", [.integer(id)],
      Self.link)
  }

  func links(in states: Set<StudyLink.State>, offset: Int, limit: Int) throws -> [StudyLink] {
    var select = SQLFragment("SELECT document FROM ris_study WHERE")
    select.append(.isIn("state", states.map(\.rawValue).sorted().map { .text($0) }))
    select.append("ORDER BY received_at DESC, study_uid LIMIT ? OFFSET ?", [.integer(limit), .integer(offset)])
    return try connection.all(select, Self.link)
  }

  func save(_ link: StudyLink) throws {
    try connection.execute(
      """
      INSERT INTO ris_study (study_uid, ris_procedure, state, received_at, document) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (study_uid) DO UPDATE SET ris_procedure = excluded.ris_procedure, state = excluded.state,
        received_at = excluded.received_at, document = excluded.document
      """,
      [
        .text(link.facts.studyInstanceUID), .integer(link.exam), .text(link.state.rawValue),
        .integer(link.facts.receivedAt), DocumentColumn.encode(link),
      ])
  }

  private static func link(_ row: any SQLRow) throws -> StudyLink {
    try DocumentColumn.decode(StudyLink.self, row, 0)
  }
}
