// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

/// The statements behind a list of exams. Each state has an index in the order of each list, so a page is put together
/// from the first rows of each state; where few exams can be meant, these are sorted instead.
struct ExamSelect {
  /// Where many patients have the words that are asked for, exams are counted no further than this.
  private static let countOfManyNames = 100
  /// The order and the patient of each exam are read on a walk: two names of a frequent family are gathered.
  private static let fewestNames = 8000

  private let query: ExamQuery
  private let dialect: any SQLDialect
  private let names: NamedPatients
  private let statuses: [ExamStatus]

  init(_ query: ExamQuery, _ connection: any SQLConnection) throws {
    self.query = query
    dialect = connection.dialect
    names = try NamedPatients(query.text, connection, fewest: Self.fewestNames)
    let meant: Set<ExamStatus> =
      switch query.lost {
      case nil: Set(ExamStatus.allCases)
      case .withoutImages: [.performed, .toRead, .dictated, .toSign, .validated, .sent]
      case .waiting: [.arrived]
      case .unread: [.performed, .toRead, .dictated, .toSign]
      }
    let asked = query.statuses.isEmpty ? meant : meant.intersection(query.statuses)
    statuses = ExamStatus.allCases.filter(asked.contains)
  }

  /// Ids of the exams of the page, in order.
  var page: SQLFragment {
    let (offset, limit) = (SQLValue.integer(query.offset), SQLValue.integer(query.limit))
    if isNarrow {
      var select = SQLFragment("SELECT r.id FROM ris_procedure r WHERE")
      select.append(.joined([states] + candidates + conditions, by: "AND"))
      select.append("ORDER BY \(order) LIMIT ? OFFSET ?", [limit, offset])
      return select
    }
    var select = SQLFragment("SELECT x.id FROM (")
    for (index, status) in statuses.enumerated() {
      if index > 0 { select.append("UNION ALL") }
      select.append(leg(status, index))
    }
    let direction = query.order == .newest ? " DESC" : ""
    select.append(
      ") x ORDER BY x.first\(direction), x.second\(direction), x.id\(direction) LIMIT ? OFFSET ?", [limit, offset])
    return select
  }

  /// How many there are, up to a number.
  func count(upTo limit: Int) -> SQLFragment {
    var select = SQLFragment("SELECT count(*) FROM (SELECT 1 FROM ris_procedure r")
    var limit = limit
    if !isNarrow {
      select.append(joins)
      if case .many = names { limit = min(limit, Self.countOfManyNames) }
    }
    select.append("WHERE")
    select.append(.joined([states] + (isNarrow ? candidates : nameConditions) + conditions, by: "AND"))
    select.append("LIMIT ?) counted", [.integer(limit)])
    return select
  }

  /// Whether there are no states to ask for.
  var isEmpty: Bool { statuses.isEmpty }

  // MARK: Parts

  /// Few exams can be meant: they are gathered, then sorted.
  private var isNarrow: Bool {
    if case .few = names { return true }
    return query.lost == .withoutImages || !query.dateFrom.isEmpty
  }

  private var states: SQLFragment { .isIn("r.status", statuses.map { .text($0.rawValue) }) }

  /// The columns that an index has behind the state.
  private var keys: (first: String, second: String) {
    switch query.order {
    case .urgency: ("r.priority", "r.status_since")
    case .newest: ("r.status_since", "r.id")
    case .start: ("r.start_at", "r.id")
    }
  }

  private var order: String {
    switch query.order {
    case .urgency: "r.priority, r.status_since, r.id"
    case .newest: "r.status_since DESC, r.id DESC"
    case .start: "r.start_at, r.id"
    }
  }

  /// As many exams of one state as the page may need.
  private func leg(_ status: ExamStatus, _ index: Int) -> SQLFragment {
    var leg = SQLFragment(
      """
      SELECT * FROM (SELECT r.id AS id, \(keys.first) AS first, \(keys.second) AS second FROM ris_procedure r
      """)
    leg.append(joins)
    leg.append("WHERE r.status = ?", [.text(status.rawValue)])
    for condition in nameConditions + conditions { leg.append("AND (\(condition.sql))", condition.parameters) }
    leg.append("ORDER BY \(order) LIMIT ?) leg\(index)", [.integer(query.offset + query.limit)])
    return leg
  }

  private var joins: SQLFragment {
    guard case .many = names else { return SQLFragment("") }
    let join = dialect.orderedJoin
    return SQLFragment("\(join) ris_order o ON o.id = r.ris_order \(join) ris_patient p ON p.id = o.patient")
  }

  /// Of a patient `p` that was joined.
  private var nameConditions: [SQLFragment] {
    guard case .many(let words) = names else { return [] }
    return [NamedPatients.condition(words, dialect)]
  }

  /// The exams that can be meant.
  private var candidates: [SQLFragment] {
    var candidates: [SQLFragment] = []
    switch names {
    case .any: break
    case .few(let patients):
      let number = SQLValue.text(query.text)
      var exams = SQLFragment(
        """
        r.id IN (SELECT f.id FROM ris_order o JOIN ris_procedure f ON f.ris_order = o.id WHERE o.patient IN (
        """)
      exams.append(patients)
      exams.append(
        """
        ) UNION SELECT f.id FROM ris_order o JOIN ris_procedure f ON f.ris_order = o.id
          WHERE o.accession = ? AND o.accession <> ''
        UNION SELECT f.id FROM ris_procedure f WHERE f.procedure_id = ?)
        """, [number, number])
      candidates.append(exams)
    case .many: candidates.append(ofManyNames)
    }
    if let from = Int(query.dateFrom) {
      var steps = SQLFragment(
        "r.id IN (SELECT t.ris_procedure FROM ris_step t WHERE t.start_date >= ?", [.integer(from)])
      if let to = Int(query.dateTo) { steps.append("AND t.start_date <= ? AND t.start_date > 0", [.integer(to)]) }
      candidates.append(SQLFragment(steps.sql + ")", steps.parameters))
    }
    if query.lost == .withoutImages { candidates.append(SQLFragment("r.images = 0")) }
    return candidates
  }

  /// The same as a question about each exam.
  private var ofManyNames: SQLFragment {
    guard case .many(let words) = names else { return SQLFragment("1 = 1") }
    let condition = NamedPatients.condition(words, dialect)
    return SQLFragment(
      """
      EXISTS (SELECT 1 FROM ris_order o JOIN ris_patient p ON p.id = o.patient WHERE o.id = r.ris_order
        AND \(condition.sql))
      """, condition.parameters)
  }

  private var conditions: [SQLFragment] {
    var conditions: [SQLFragment] = []
    if !query.modalities.isEmpty {
      conditions.append(
        .joined(
          query.modalities.map { SQLFragment(dialect.contains("r.modality"), [.text("\\\($0)\\")]) }, by: "OR"))
    }
    if let name = query.claimedBy { conditions.append(SQLFragment("r.claimed_by = ?", [.text(name)])) }
    if query.urgentOnly { conditions.append(SQLFragment("r.priority <= 1")) }
    if let before = query.sinceBefore { conditions.append(SQLFragment("r.status_since < ?", [.integer(before)])) }
    return conditions + steps
  }

  private var steps: [SQLFragment] {
    // The days alone are asked for among the candidates.
    if isNarrow, !query.dateFrom.isEmpty, query.stations.isEmpty { return [] }
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
}
