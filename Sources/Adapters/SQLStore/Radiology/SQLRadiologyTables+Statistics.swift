// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

extension SQLRadiologyTables: StatisticsTable {
  func examTimes(from: Int64, to: Int64, limit: Int) throws -> [ExamTimes] {
    var exams: [Int64: ExamTimes] = [:]
    let placed = try connection.statement(
      """
      SELECT r.id, r.modality, r.priority, o.placed_at,
        (SELECT min(a.ae_title) FROM ris_step t JOIN ris_step_station a ON a.ris_step = t.id
          WHERE t.ris_procedure = r.id)
      FROM ris_order o JOIN ris_procedure r ON r.ris_order = o.id WHERE o.placed_at >= ? AND o.placed_at < ? LIMIT ?
      """)
    try placed.run([.integer(from), .integer(to), .integer(limit)]) { row in
      let modality = row.text(1).split(separator: "\\").first.map(String.init) ?? ""
      exams[row.integer(0)] = ExamTimes(
        modality: modality, room: row.text(4), priority: row.int(2), placedAt: row.integer(3))
      return true
    }
    let events = try connection.statement(
      """
      SELECT e.ris_procedure, e.to_state, e.at, e.actor FROM ris_order o JOIN ris_event e ON e.ris_order = o.id
      WHERE o.placed_at >= ? AND o.placed_at < ? AND e.ris_procedure > 0 ORDER BY e.id
      """)
    try events.run([.integer(from), .integer(to)]) { row in
      guard let state = ExamStatus(rawValue: row.text(1)) else { return true }
      let id = row.integer(0)
      if exams[id]?.at[state] == nil {
        exams[id]?.at[state] = row.integer(2)
        if state == .validated { exams[id]?.reader = row.text(3) }
      }
      return true
    }
    return exams.sorted { $0.key < $1.key }.map(\.value)
  }
}
