// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

/// When each exam first came into its states stands in one row of `ris_times`, so that a year is read at once.
extension SQLRadiologyTables: StatisticsTable {
  private static let columns: [(state: ExamStatus, name: String)] = [
    (.arrived, "arrived"), (.inRoom, "in_room"), (.performed, "performed"), (.validated, "validated"),
    (.cancelled, "cancelled"), (.noShow, "no_show"),
  ]

  func examTimes(from: Int64, to: Int64, limit: Int, _ body: (ExamTimes) -> Void) throws {
    let select = try connection.statement(
      """
      SELECT placed_at, modality, room, priority, reader, \(Self.columns.map(\.name).joined(separator: ", "))
      FROM ris_times WHERE placed_at >= ? AND placed_at < ? ORDER BY placed_at LIMIT ?
      """)
    var (texts, modality) = ("", "")
    try select.run([.integer(from), .integer(to), .integer(limit)]) { row in
      let all = row.text(1)
      if all != texts { (texts, modality) = (all, String(all.dropFirst().prefix { $0 != "\\" })) }
      var exam = ExamTimes(modality: modality, room: row.text(2), priority: row.int(3), placedAt: row.integer(0))
      exam.reader = row.text(4)
      for (index, column) in Self.columns.enumerated() {
        let at = row.integer(5 + index)
        if at != 0 { exam.at[column.state] = at }
      }
      body(exam)
      return true
    }
  }

  /// Keeps what statistics are made of beside an exam that is saved.
  func saveTimes(of procedure: RequestedProcedure, placedAt: Int64) throws {
    let room = procedure.steps.flatMap(\.station.aeTitles).filter { !$0.isEmpty }.min() ?? ""
    try connection.execute(
      """
      INSERT INTO ris_times (ris_procedure, placed_at, modality, room, priority, reader, arrived, in_room, performed,
        validated, cancelled, no_show) VALUES (?, ?, ?, ?, ?, '', 0, 0, 0, 0, 0, 0)
      ON CONFLICT (ris_procedure) DO UPDATE SET placed_at = excluded.placed_at, modality = excluded.modality,
        room = excluded.room, priority = excluded.priority
      """,
      [
        .integer(procedure.id), .integer(placedAt), .text("\\" + procedure.modalities.map { $0 + "\\" }.joined()),
        .text(room), .integer(procedure.priority.rank),
      ])
  }

  /// Notes when an exam came into a state for the first time.
  func noteTime(_ event: RadiologyEvent) throws {
    guard event.subject.procedure != 0, let state = ExamStatus(rawValue: event.to),
      let column = Self.columns.first(where: { $0.state == state })?.name
    else { return }
    let reader = state == .validated ? ", reader = ?" : ""
    try connection.execute(
      "UPDATE ris_times SET \(column) = ?\(reader) WHERE ris_procedure = ? AND \(column) = 0",
      [.integer(event.at)] + (state == .validated ? [.text(event.by)] : []) + [.integer(event.subject.procedure)])
  }
}
