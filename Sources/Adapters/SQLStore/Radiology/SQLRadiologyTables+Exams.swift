// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

extension SQLRadiologyTables: ExamTable {
  func exams(matching query: ExamQuery) throws -> [ExamItem] {
    let select = try ExamSelect(query, connection)
    if select.isEmpty { return [] }
    return try connection.all(select.page) { $0.integer(0) }.compactMap { try item($0) }
  }

  func countExams(matching query: ExamQuery) throws -> Int {
    let select = try ExamSelect(query, connection)
    return select.isEmpty ? 0 : try count(select)
  }

  func examPage(matching query: ExamQuery) throws -> ExamPage {
    let select = try ExamSelect(query, connection)
    if select.isEmpty { return ExamPage() }
    let found = try connection.all(select.page) { (id: $0.integer(0), all: $0.int(1)) }
    let end = query.offset + found.count
    let total: Int
    if let all = found.first?.all, all > 0 {
      total = min(all, select.largestCount)
    } else if found.count < query.limit, !found.isEmpty || query.offset == 0 {
      // The list ends here.
      total = min(end, select.largestCount)
    } else {
      total = end >= select.largestCount ? select.largestCount : try count(select)
    }
    return ExamPage(exams: try found.compactMap { try item($0.id) }, total: total)
  }

  private func count(_ select: ExamSelect) throws -> Int {
    try connection.all(select.count) { $0.int(0) }.first ?? 0
  }

  func item(_ id: Int64) throws -> ExamItem? {
    let found = try connection.first(
      """
      SELECT o.id, o.version, o.patient, o.document, r.id, r.document, p.id, p.version, p.document
      FROM ris_procedure r JOIN ris_order o ON o.id = r.ris_order JOIN ris_patient p ON p.id = o.patient WHERE r.id = ?
      """, [.integer(id)]
    ) { row in
      ExamItem(
        patient: try Self.patient(row, 6), order: try Self.order(row), exam: try Self.procedure(row, 4), studies: [])
    }
    guard var item = found else { return nil }
    item.exam.steps = try steps(ofProcedure: id)
    item.studies = try links(ofExam: id)
    return item
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

  func links(ofPatientID value: String, limit: Int) throws -> [StudyLink] {
    if value.isEmpty { return [] }
    return try connection.all(
      "SELECT document FROM ris_study WHERE patient_id = ? AND patient_id <> '' ORDER BY study_uid LIMIT ?",
      [.text(value), .integer(limit)], Self.link)
  }

  func links(in states: Set<StudyLink.State>, offset: Int, limit: Int) throws -> [StudyLink] {
    var select = SQLFragment("SELECT document FROM ris_study WHERE")
    select.append(.isIn("state", states.map(\.rawValue).sorted().map { .text($0) }))
    select.append("ORDER BY received_at DESC, study_uid LIMIT ? OFFSET ?", [.integer(limit), .integer(offset)])
    return try connection.all(select, Self.link)
  }

  func save(_ link: StudyLink) throws {
    let uid = SQLValue.text(link.facts.studyInstanceUID)
    let before = try connection.first("SELECT ris_procedure FROM ris_study WHERE study_uid = ?", [uid]) {
      $0.integer(0)
    }
    try connection.execute(
      """
      INSERT INTO ris_study (study_uid, ris_procedure, state, received_at, patient_id, document)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (study_uid) DO UPDATE SET ris_procedure = excluded.ris_procedure, state = excluded.state,
        received_at = excluded.received_at, patient_id = excluded.patient_id, document = excluded.document
      """,
      [
        .text(link.facts.studyInstanceUID), .integer(link.exam), .text(link.state.rawValue),
        .integer(link.facts.receivedAt), .text((link.original?.patient ?? link.facts.patient).id),
        DocumentColumn.encode(link),
      ])
    for exam in Set([before ?? 0, link.exam]) where exam != 0 {
      try connection.execute(
        """
        UPDATE ris_procedure SET images = (SELECT count(*) FROM ris_study s
          WHERE s.ris_procedure = ? AND s.state IN ('matched', 'mismatched')) WHERE id = ?
        """, [.integer(exam), .integer(exam)])
    }
  }

  private static func link(_ row: any SQLRow) throws -> StudyLink {
    try DocumentColumn.decode(StudyLink.self, row, 0)
  }
}
