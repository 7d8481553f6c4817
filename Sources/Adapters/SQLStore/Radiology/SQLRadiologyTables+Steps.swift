// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import Radiology
import SQLInterface

extension SQLRadiologyTables: StepTable {
  func steps(matching query: ScheduledStepQuery, each: (WorklistItem) throws -> Bool) throws {
    var select = SQLFragment(
      """
      SELECT o.id, o.version, o.patient, o.document, r.id, r.document, t.id, t.document, p.id, p.version, p.document
      FROM ris_step t JOIN ris_procedure r ON r.id = t.ris_procedure JOIN ris_order o ON o.id = r.ris_order
      JOIN ris_patient p ON p.id = o.patient
      """)
    let conditions = Self.conditions(query, connection.dialect)
    if !conditions.isEmpty {
      select.append("WHERE")
      select.append(.joined(conditions, by: "AND"))
    }
    let direction = query.newestFirst ? " DESC" : ""
    select.append("ORDER BY t.start_date\(direction), t.start_second\(direction), t.id\(direction)")
    var count = 0
    if query.limit == 0 { return }
    try connection.statement(select.sql, reused: false).run(select.parameters) { row in
      let item = try Self.item(row)
      guard Self.matches(item, query) else { return true }
      count += 1
      return try each(item) && count != query.limit
    }
  }

  private static func item(_ row: any SQLRow) throws -> WorklistItem {
    var patient = try DocumentColumn.decode(PatientRecord.self, row, 10)
    patient.id = row.integer(8)
    patient.version = row.integer(9)
    var item = WorklistItem(
      patient: patient, order: try order(row), procedure: try procedure(row, 4), step: try step(row, 6))
    item.procedure.steps = [item.step]
    item.order.procedures = [item.procedure]
    return item
  }

  /// What the statement does not say: names.
  private static func matches(_ item: WorklistItem, _ query: ScheduledStepQuery) -> Bool {
    if let pattern = query.patient.name, !pattern.matches(item.patient.name) { return false }
    if let pattern = query.performingPhysician, !pattern.matches(item.step.performingPhysician) { return false }
    return true
  }

  private static func conditions(_ query: ScheduledStepQuery, _ dialect: any SQLDialect) -> [SQLFragment] {
    var conditions: [SQLFragment] = []
    if query.statuses.count < StepStatus.allCases.count {
      conditions.append(.isIn("t.status", texts(query.statuses.map(\.rawValue).sorted())))
    }
    if !query.stationAETitles.isEmpty {
      let titles = SQLFragment.isIn("a.ae_title", texts(query.stationAETitles))
      conditions.append(
        SQLFragment(
          "EXISTS (SELECT 1 FROM ris_step_station a WHERE a.ris_step = t.id AND \(titles.sql))", titles.parameters))
    }
    if !query.modalities.isEmpty { conditions.append(.isIn("t.modality", texts(query.modalities))) }
    if let dates = query.dates {
      conditions.append(SQLFragment("t.start_date > 0"))
      conditions += range("t.start_date", dates, unit: 1)
    }
    if let times = query.times {
      conditions.append(SQLFragment("t.start_date > 0"))
      conditions += range("t.start_second", times, unit: 1_000_000)
    }
    return conditions + numbers(query, dialect)
  }

  private static func numbers(_ query: ScheduledStepQuery, _ dialect: any SQLDialect) -> [SQLFragment] {
    var conditions: [SQLFragment] = []
    func add(_ column: String, _ pattern: WildcardPattern?) {
      guard let pattern, !pattern.isUniversal else { return }
      conditions.append(condition(column, pattern, dialect))
    }
    add("o.accession", query.numbers.accession)
    add("r.procedure_id", query.numbers.procedureID)
    add("t.step_id", query.numbers.stepID)
    if !query.numbers.studyInstanceUIDs.isEmpty {
      conditions.append(.isIn("r.study_uid", texts(query.numbers.studyInstanceUIDs)))
    }
    if let admission = query.numbers.admissionID {
      conditions.append(SQLFragment("o.admission_id = ?", [.text(admission)]))
    }
    let issuer = query.patient.issuer
    let pattern = query.patient.id.flatMap { $0.isUniversal ? nil : $0 }
    if pattern != nil || issuer != nil {
      var inside = SQLFragment("i.patient = p.id")
      if let pattern {
        inside.append("AND")
        inside.append(condition("i.value", pattern, dialect))
      }
      if let issuer { inside.append("AND i.issuer = ?", [.text(issuer)]) }
      conditions.append(
        SQLFragment("EXISTS (SELECT 1 FROM ris_patient_identifier i WHERE \(inside.sql))", inside.parameters))
    }
    return conditions
  }

  private static func texts(_ values: [String]) -> [SQLValue] { values.map { .text($0) } }

  private static func range(_ column: String, _ range: TemporalRange, unit: Int64) -> [SQLFragment] {
    var conditions: [SQLFragment] = []
    if let lower = range.lower {
      conditions.append(SQLFragment("\(column) >= ?", [.integer((lower + unit - 1) / unit)]))
    }
    if let upper = range.upper { conditions.append(SQLFragment("\(column) <= ?", [.integer(upper / unit)])) }
    return conditions
  }

  private static func condition(
    _ column: String, _ pattern: WildcardPattern, _ dialect: any SQLDialect
  ) -> SQLFragment {
    if let literal = pattern.literal { return SQLFragment("\(column) = ?", [.text(literal)]) }
    return dialect.matches(
      column,
      pattern.tokens.map { token in
        switch token {
        case .text(let text): .text(text)
        case .anyOne: .anyOne
        case .anyMany: .anyMany
        }
      })
  }
}
