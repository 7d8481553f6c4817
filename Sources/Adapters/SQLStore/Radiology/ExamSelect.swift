// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

/// The statements behind a list of exams. Each state has an index in the order of each list, so a page is put together
/// from the first rows of each state; where few exams can be meant, these are sorted instead.
struct ExamSelect {
  /// Where many patients have the words that are asked for, exams are counted no further than this.
  private static let countOfManyNames = 100

  private let query: ExamQuery
  private let dialect: any SQLDialect
  private let names: NamedPatients
  private let statuses: [ExamStatus]

  /// - Parameter fewest: the exams of more patients than these are met on a walk along the list.
  init(_ query: ExamQuery, _ connection: any SQLConnection, fewest: Int = NamedPatients.fewest) throws {
    self.query = query
    dialect = connection.dialect
    names = try NamedPatients(query.text, connection, fewest: fewest)
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

  /// Ids of the exams of the page, in order; beside each how many exams there are in all, which only a list that is
  /// gathered knows: 0 else.
  var page: SQLFragment {
    let (offset, limit) = (SQLValue.integer(query.offset), SQLValue.integer(query.limit))
    let direction = query.order == .newest ? " DESC" : ""
    let order = "x.first\(direction), x.second\(direction), x.id\(direction) LIMIT ? OFFSET ?"
    if isNarrow {
      var select = SQLFragment(
        "WITH found AS MATERIALIZED (SELECT r.id AS id, \(keys.first) AS first, \(keys.second) AS second")
      select.append(gathered)
      select.append(") SELECT x.id, (SELECT count(*) FROM found) FROM found x ORDER BY \(order)", [limit, offset])
      return select
    }
    var select = SQLFragment("SELECT x.id, 0 FROM (")
    for (index, status) in statuses.enumerated() {
      if index > 0 { select.append("UNION ALL") }
      select.append(leg(status, index))
    }
    select.append(") x ORDER BY \(order)", [limit, offset])
    return select
  }

  /// How far exams are counted.
  var largestCount: Int {
    if !isNarrow, case .many = names { return min(ExamQuery.largestCount, Self.countOfManyNames) }
    return ExamQuery.largestCount
  }

  /// How many there are, up to `largestCount`.
  var count: SQLFragment {
    var select = SQLFragment("SELECT count(*) FROM (SELECT 1")
    if isNarrow {
      select.append(gathered)
    } else {
      select.append("FROM ris_procedure r")
      select.append(joins)
      select.append("WHERE")
      select.append(.joined([states] + nameConditions + conditions, by: "AND"))
    }
    select.append("LIMIT ?) counted", [.integer(largestCount)])
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

  /// As many exams of one state as the page may need.
  private func leg(_ status: ExamStatus, _ index: Int) -> SQLFragment {
    var leg = SQLFragment(
      """
      SELECT * FROM (SELECT r.id AS id, \(keys.first) AS first, \(keys.second) AS second FROM ris_procedure r
      """)
    leg.append(joins)
    leg.append("WHERE r.status = ?", [.text(status.rawValue)])
    for condition in nameConditions + conditions { leg.append("AND (\(condition.sql))", condition.parameters) }
    let order =
      switch query.order {
      case .urgency: "r.priority, r.status_since, r.id"
      case .newest: "r.status_since DESC, r.id DESC"
      case .start: "r.start_at, r.id"
      }
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

  /// `FROM` and `WHERE` of the exams that are gathered: those that can be meant are looked up one by one, whatever else
  /// is asked, since the engine would rather walk all exams of some states.
  private var gathered: SQLFragment {
    var conditions = [states] + self.conditions
    var select = SQLFragment("FROM")
    if let named {
      select.append("(\(named.sql)) r", named.parameters)
      if let ofDays { conditions.append(SQLFragment("r.id IN (\(ofDays.sql))", ofDays.parameters)) }
    } else if let ofDays {
      select.append("(\(ofDays.sql)) c \(dialect.orderedJoin) ris_procedure r ON r.id = c.id", ofDays.parameters)
    } else {
      select.append("ris_procedure r")
    }
    if case .many = names { conditions.append(ofManyNames) }
    if query.lost == .withoutImages { conditions.append(SQLFragment("r.images = 0")) }
    select.append("WHERE")
    select.append(.joined(conditions, by: "AND"))
    return select
  }

  /// The exams of few patients, or one that the text is the number of: the columns that lists ask of them, which an
  /// index has behind the patient.
  private var named: SQLFragment? {
    guard case .few(let patients) = names else { return nil }
    let number = SQLValue.text(query.text)
    let columns = ["id", "status", "status_since", "priority", "start_at", "modality", "claimed_by", "images"]
      .map { "f.\($0) AS \($0)" }.joined(separator: ", ")
    return SQLFragment(
      """
      SELECT \(columns) FROM ris_procedure f WHERE f.patient IN (\(patients.sql))
      UNION SELECT \(columns) FROM ris_order a \(dialect.orderedJoin) ris_procedure f ON f.ris_order = a.id
        WHERE a.accession = ? AND a.accession <> ''
      UNION SELECT \(columns) FROM ris_procedure f WHERE f.procedure_id = ?
      """, patients.parameters + [number, number])
  }

  /// Ids of the exams of which a step starts on these days.
  private var ofDays: SQLFragment? {
    guard let from = Int(query.dateFrom) else { return nil }
    var steps = SQLFragment(
      "SELECT DISTINCT t.ris_procedure AS id FROM ris_step t WHERE t.start_date >= ?", [.integer(from)])
    if let to = Int(query.dateTo) { steps.append("AND t.start_date <= ? AND t.start_date > 0", [.integer(to)]) }
    return steps
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
