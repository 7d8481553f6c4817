// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

extension SQLRadiologyTables: OrderTable {
  func order(_ reference: OrderReference) throws -> Order? {
    switch reference {
    case .id(let id): return try order("id = ?", [.integer(id)])
    case .placer(let number): return try order(number, "placer")
    case .filler(let number): return try order(number, "filler")
    case .accession(let number): return try order(number, "accession")
    }
  }

  private func order(_ number: OrderNumber, _ column: String) throws -> Order? {
    if number.isEmpty { return nil }
    return try order(
      "\(column) = ? AND \(column)_issuer = ? AND \(column) <> ''", [.text(number.value), .text(number.issuer)])
  }

  func order(ofProcedure id: Int64) throws -> Order? {
    try order("id = (SELECT r.ris_order FROM ris_procedure r WHERE r.id = ?)", [.integer(id)])
  }

  func order(ofStudy uid: String) throws -> Order? {
    if uid.isEmpty { return nil }
    return try order("id = (SELECT min(r.ris_order) FROM ris_procedure r WHERE r.study_uid = ?)", [.text(uid)])
  }

  func orders(matching query: OrderQuery) throws -> [Order] {
    let statuses = query.statuses.map(\.rawValue).sorted().map { SQLValue.text($0) }
    let isOpen = !statuses.isEmpty && !query.statuses.contains(where: \.isReported)
    var select = SQLFragment("SELECT o.id FROM ris_order o")
    var conditions: [SQLFragment] = []
    if query.urgentFirst, isOpen {
      let status = SQLFragment.isIn("r.status", statuses)
      select.append(
        """
        JOIN (SELECT r.ris_order AS id, min(r.priority) AS priority, min(r.status_since) AS since
          FROM ris_procedure r WHERE \(status.sql) GROUP BY r.ris_order) x ON x.id = o.id
        """, status.parameters)
    }
    if let patient = query.patient { conditions.append(SQLFragment("o.patient = ?", [.integer(patient)])) }
    let names = try NamedPatients(query.text, connection)
    if let meant = meant(names, query.text) { conditions.append(meant) }
    if !statuses.isEmpty, !query.urgentFirst || !isOpen {
      let status = SQLFragment.isIn("r.status", statuses)
      // Exams that were reported are most: from the newest on, there are some soon.
      conditions.append(
        !isOpen || !query.text.isEmpty || query.patient != nil
          ? SQLFragment(
            "EXISTS (SELECT 1 FROM ris_procedure r WHERE r.ris_order = o.id AND \(status.sql))", status.parameters)
          : SQLFragment("o.id IN (SELECT r.ris_order FROM ris_procedure r WHERE \(status.sql))", status.parameters))
    }
    if !conditions.isEmpty {
      select.append("WHERE")
      select.append(.joined(conditions, by: "AND"))
    }
    let order = query.urgentFirst && isOpen ? "x.priority, x.since, o.id" : "o.id DESC"
    select.append("ORDER BY \(order) LIMIT ? OFFSET ?", [.integer(query.limit), .integer(query.offset)])
    return try connection.all(select) { $0.integer(0) }.compactMap { try self.order(.id($0)) }
  }

  /// The orders whose patient or number a text names; nil where it names nothing.
  private func meant(_ names: NamedPatients, _ text: String) -> SQLFragment? {
    switch names {
    case .any: return nil
    case .many(let words):
      let condition = NamedPatients.condition(words, connection.dialect)
      return SQLFragment(
        "EXISTS (SELECT 1 FROM ris_patient p WHERE p.id = o.patient AND \(condition.sql))", condition.parameters)
    case .few(let patients):
      var orders = SQLFragment("o.id IN (SELECT f.id FROM ris_order f WHERE f.patient IN (")
      orders.append(patients)
      orders.append(")")
      for column in ["accession", "placer", "filler"] {
        orders.append(
          "UNION SELECT f.id FROM ris_order f WHERE f.\(column) = ? AND f.\(column) <> ''", [.text(text)])
      }
      orders.append(")")
      return orders
    }
  }

  private func order(_ condition: String, _ parameters: [SQLValue]) throws -> Order? {
    let found = try connection.first(
      "SELECT id, version, patient, document FROM ris_order WHERE \(condition)", parameters, Self.order)
    guard var order = found else { return nil }
    order.procedures = try connection.all(
      "SELECT id, document FROM ris_procedure WHERE ris_order = ? ORDER BY id", [.integer(order.id)]
    ) { try Self.procedure($0, 0) }
    for index in order.procedures.indices {
      order.procedures[index].steps = try steps(ofProcedure: order.procedures[index].id)
    }
    return order
  }

  func steps(ofProcedure id: Int64) throws -> [ScheduledProcedureStep] {
    try connection.all("SELECT id, document FROM ris_step WHERE ris_procedure = ? ORDER BY id", [.integer(id)]) {
      try Self.step($0, 0)
    }
  }

  static func order(_ row: any SQLRow) throws -> Order {
    var order = try DocumentColumn.decode(Order.self, row, 3)
    order.id = row.integer(0)
    order.version = row.integer(1)
    order.patient = row.integer(2)
    return order
  }

  /// Id and document from a column on.
  static func procedure(_ row: any SQLRow, _ column: Int) throws -> RequestedProcedure {
    var procedure = try DocumentColumn.decode(RequestedProcedure.self, row, column + 1)
    procedure.id = row.integer(column)
    return procedure
  }

  /// Id and document from a column on.
  static func step(_ row: any SQLRow, _ column: Int) throws -> ScheduledProcedureStep {
    var step = try DocumentColumn.decode(ScheduledProcedureStep.self, row, column + 1)
    step.id = row.integer(column)
    return step
  }

  // MARK: Saving

  func save(_ order: inout Order) throws {
    order.version += 1
    var document = order
    document.procedures = []
    let columns: [SQLValue] = [
      .integer(order.version), .integer(order.patient), .text(order.accession.value), .text(order.accession.issuer),
      .text(order.placer.value), .text(order.placer.issuer), .text(order.filler.value), .text(order.filler.issuer),
      .text(order.visit.admissionID.value), .integer(order.placedAt), try DocumentColumn.encode(document),
    ]
    let id = order.id
    let numbers = [order.accession.value, order.placer.value, order.filler.value].filter { !$0.isEmpty }
    order.id = try refusing("One of the numbers \(numbers.joined(separator: ", ")) is another order's.") {
      if id == 0 {
        return try insert(
          """
          INSERT INTO ris_order (version, patient, accession, accession_issuer, placer, placer_issuer, filler,
            filler_issuer, admission_id, placed_at, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """, columns)
      }
      let changed = try connection.execute(
        """
        UPDATE ris_order SET version = ?, patient = ?, accession = ?, accession_issuer = ?, placer = ?,
          placer_issuer = ?, filler = ?, filler_issuer = ?, admission_id = ?, placed_at = ?, document = ? WHERE id = ?
        """, columns + [.integer(id)])
      guard changed == 1 else { throw RadiologyError(.notFound, "There is no order \(id).") }
      return id
    }
    try saveProcedures(of: &order)
  }

  private func saveProcedures(of order: inout Order) throws {
    let known = try connection.all(
      "SELECT id FROM ris_procedure WHERE ris_order = ?", [.integer(order.id)]
    ) { $0.integer(0) }
    for id in known where !order.procedures.contains(where: { $0.id == id }) {
      try removeSteps(of: id, except: [])
      try removeTimes(ofExam: id)
      try connection.execute("DELETE FROM ris_procedure WHERE id = ?", [.integer(id)])
    }
    for index in order.procedures.indices {
      let id = order.procedures[index].id
      guard id == 0 || known.contains(id) else {
        throw RadiologyError(.notFound, "The order has no procedure \(id).")
      }
      order.procedures[index].id = try save(order.procedures[index], of: order)
      try saveSteps(of: &order.procedures[index])
      try saveTimes(of: order.procedures[index], placedAt: order.placedAt)
    }
  }

  private func save(_ procedure: RequestedProcedure, of order: Order) throws -> Int64 {
    var document = procedure
    document.steps = []
    let columns: [SQLValue] = [
      .integer(order.id), .integer(order.patient), .text(procedure.procedureID), .text(procedure.studyInstanceUID),
      .text(procedure.status.rawValue), .integer(procedure.statusSince), .integer(procedure.priority.rank),
      .text("\\" + procedure.modalities.map { $0 + "\\" }.joined()), .text(procedure.claim?.by ?? ""),
      .integer(procedure.steps.map { Self.start(of: $0) }.filter { $0.date > 0 }.map(Self.moment).min() ?? 0),
      try DocumentColumn.encode(document),
    ]
    if procedure.id == 0 {
      return try insert(
        """
        INSERT INTO ris_procedure (ris_order, patient, procedure_id, study_uid, status, status_since, priority,
          modality, claimed_by, start_at, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """, columns)
    }
    try connection.execute(
      """
      UPDATE ris_procedure SET ris_order = ?, patient = ?, procedure_id = ?, study_uid = ?, status = ?,
        status_since = ?, priority = ?, modality = ?, claimed_by = ?, start_at = ?, document = ? WHERE id = ?
      """, columns + [.integer(procedure.id)])
    return procedure.id
  }

  private func saveSteps(of procedure: inout RequestedProcedure) throws {
    let kept = procedure.steps.map(\.id)
    try removeSteps(of: procedure.id, except: kept)
    for index in procedure.steps.indices {
      procedure.steps[index].id = try save(procedure.steps[index], of: procedure.id)
    }
  }

  /// Date as a number, YYYYMMDD, and second of the day; 0 where there is none.
  private static func start(of step: ScheduledProcedureStep) -> (date: Int, second: Int) {
    let clock = step.start.flatMap { Int($0.time) } ?? 0
    return (step.start.flatMap { Int($0.date) } ?? 0, clock / 10000 * 3600 + clock / 100 % 100 * 60 + clock % 100)
  }

  private static func moment(_ start: (date: Int, second: Int)) -> Int { start.date * 100_000 + start.second }

  private func save(_ step: ScheduledProcedureStep, of procedure: Int64) throws -> Int64 {
    let (date, second) = Self.start(of: step)
    let columns: [SQLValue] = [
      .integer(procedure), .text(step.stepID), .text(step.modality), .text(step.status.rawValue), .integer(date),
      .integer(second), try DocumentColumn.encode(step),
    ]
    var id = step.id
    if id == 0 {
      id = try insert(
        """
        INSERT INTO ris_step (ris_procedure, step_id, modality, status, start_date, start_second, document)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """, columns)
    } else {
      let changed = try connection.execute(
        """
        UPDATE ris_step SET ris_procedure = ?, step_id = ?, modality = ?, status = ?, start_date = ?,
          start_second = ?, document = ? WHERE id = ?
        """, columns + [.integer(id)])
      guard changed == 1 else { throw RadiologyError(.notFound, "The exam has no step \(id).") }
      try connection.execute("DELETE FROM ris_step_station WHERE ris_step = ?", [.integer(id)])
    }
    for title in Set(step.station.aeTitles).sorted() where !title.isEmpty {
      try connection.execute(
        "INSERT INTO ris_step_station (ris_step, ae_title) VALUES (?, ?)", [.integer(id), .text(title)])
    }
    return id
  }

  private func removeSteps(of procedure: Int64, except kept: [Int64]) throws {
    let known = try connection.all(
      "SELECT id FROM ris_step WHERE ris_procedure = ?", [.integer(procedure)]
    ) { $0.integer(0) }
    for id in known where !kept.contains(id) {
      try connection.execute("DELETE FROM ris_step_station WHERE ris_step = ?", [.integer(id)])
      try connection.execute("DELETE FROM ris_step WHERE id = ?", [.integer(id)])
    }
  }
}
