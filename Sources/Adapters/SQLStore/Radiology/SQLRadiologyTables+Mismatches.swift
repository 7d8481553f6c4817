// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

extension SQLRadiologyTables: MismatchTable {
  func mismatch(id: Int64) throws -> Mismatch? {
    try connection.first("SELECT id, document FROM ris_mismatch WHERE id = ?", [.integer(id)], Self.mismatch)
  }

  func mismatch(like other: Mismatch) throws -> Mismatch? {
    try connection.first(
      "SELECT id, document FROM ris_mismatch WHERE study_uid = ? AND series_uid = ? AND kind = ? AND rule = ?",
      [
        .text(other.facts.studyInstanceUID), .text(other.series), .text(other.kind.rawValue), .text(other.rule),
      ], Self.mismatch)
  }

  func mismatches(matching query: MismatchQuery) throws -> [Mismatch] {
    var select = SQLFragment("SELECT id, document FROM ris_mismatch")
    select.append(Self.conditions(query))
    select.append("ORDER BY found_at DESC, id DESC LIMIT ? OFFSET ?", [.integer(query.limit), .integer(query.offset)])
    return try connection.all(select, Self.mismatch)
  }

  func countMismatches(matching query: MismatchQuery) throws -> Int {
    var select = SQLFragment("SELECT count(*) FROM ris_mismatch")
    select.append(Self.conditions(query))
    return try connection.all(select) { $0.int(0) }.first ?? 0
  }

  func save(_ mismatch: Mismatch) throws -> Int64 {
    let facts = mismatch.facts
    let search = [facts.patient.id, facts.patient.name, facts.accession].joined(separator: "\n").lowercased()
    let values: [SQLValue] = [
      .text(mismatch.kind.rawValue), .text(mismatch.state.rawValue), .text(facts.studyInstanceUID),
      .text(mismatch.series), .text(mismatch.rule), .text(mismatch.source), .integer(mismatch.foundAt), .text(search),
      try DocumentColumn.encode(mismatch),
    ]
    if mismatch.id != 0 {
      try connection.execute(
        """
        UPDATE ris_mismatch SET kind = ?, state = ?, study_uid = ?, series_uid = ?, rule = ?, source = ?, found_at = ?,
          search_text = ?, document = ? WHERE id = ?
        """, values + [.integer(mismatch.id)])
      return mismatch.id
    }
    return try insert(
      """
      INSERT INTO ris_mismatch (kind, state, study_uid, series_uid, rule, source, found_at, search_text, document)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, values)
  }

  private static func conditions(_ query: MismatchQuery) -> SQLFragment {
    var conditions: [SQLFragment] = []
    if !query.states.isEmpty {
      conditions.append(.isIn("state", query.states.map(\.rawValue).sorted().map { .text($0) }))
    }
    if !query.kinds.isEmpty {
      conditions.append(.isIn("kind", query.kinds.map(\.rawValue).sorted().map { .text($0) }))
    }
    if !query.study.isEmpty { conditions.append(SQLFragment("study_uid = ?", [.text(query.study)])) }
    if !query.source.isEmpty { conditions.append(SQLFragment("source = ?", [.text(query.source)])) }
    if let since = query.since { conditions.append(SQLFragment("found_at >= ?", [.integer(since)])) }
    if !query.text.isEmpty {
      let escaped = query.text.lowercased().map { "!%_".contains($0) ? "!\($0)" : String($0) }.joined()
      conditions.append(SQLFragment("search_text LIKE ? ESCAPE '!'", [.text("%\(escaped)%")]))
    }
    if conditions.isEmpty { return SQLFragment("") }
    var all = SQLFragment("WHERE")
    all.append(.joined(conditions, by: "AND"))
    return all
  }

  private static func mismatch(_ row: any SQLRow) throws -> Mismatch {
    var mismatch = try DocumentColumn.decode(Mismatch.self, row, 1)
    mismatch.id = row.integer(0)
    return mismatch
  }
}
