// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import Radiology
import Trust

/// `/api/v1/orders`, `/api/v1/exams`: what was asked for, and what is done about it.
enum OrderRoutes {
  static let longestText = 200

  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/orders", needs: .viewOrders, records: .query, list)
    routes.on(.post, "api/v1/orders", needs: .manageOrders, records: .order, place)
    routes.on(.get, "api/v1/orders/:order", needs: .viewOrders, records: .order, detail)
    routes.on(.put, "api/v1/orders/:order", needs: .manageOrders, records: .order, change)
    routes.on(.post, "api/v1/orders/:order/cancel", needs: .manageOrders, records: .order) { call in
      try await end(call) { try $0.cancel(.id($1), reason: $2, by: $3) }
    }
    routes.on(.post, "api/v1/orders/:order/discontinue", needs: .manageOrders, records: .order) { call in
      try await end(call) { try $0.discontinue(.id($1), reason: $2, by: $3) }
    }
    routes.on(.post, "api/v1/orders/:order/replace", needs: .manageOrders, records: .order, replace)
    routes.on(.post, "api/v1/exams/:exam/commands", needs: .viewOrders, records: .order, command)
    routes.on(.post, "api/v1/exams/:exam/steps/:step/commands", needs: .performExams, records: .order, stepCommand)
    routes.on(.post, "api/v1/exams/:exam/claim", needs: .viewOrders, records: .order, claim)
    routes.on(.delete, "api/v1/exams/:exam/claim", needs: .viewOrders, records: .order, release)
    routes.on(.get, "api/v1/exam-states", needs: .viewOrders, records: .nothing, states)
  }

  /// An order with what its reader may do with each exam of it.
  struct OrderView: Encodable, Sendable {
    var order: Order
    var status: OrderStatus
    var patient: PatientRecord?
    /// By `RequestedProcedure.id`.
    var commands: [String: [ExamCommand]]
    var events: [RadiologyEvent]?

    init(_ order: Order, patient: PatientRecord?, events: [RadiologyEvent]? = nil, for performer: Performer) {
      self.order = order
      status = order.status
      self.patient = patient
      self.events = events
      commands = Dictionary(
        order.procedures.map { (String($0.id), ExamTransitions.commands(in: $0.status, for: performer)) },
        uniquingKeysWith: { first, _ in first })
    }
  }

  private struct Orders: Encodable, Sendable { var orders: [OrderView] }

  @Sendable private static func list(_ call: Call) async throws -> Response {
    let page = try call.page(largest: 200)
    var query = OrderQuery()
    (query.offset, query.limit) = (page.offset, page.limit)
    query.text = String((try call.query["search"] ?? "").prefix(longestText))
    query.patient = try call.query["patient"].flatMap { Int64($0) }
    query.statuses = Set(try call.query.values("status").compactMap { ExamStatus(rawValue: $0) })
    query.urgentFirst = try call.query["order"] == "urgency"
    return try await call.answer { [query] in
      let department = try call.department
      return Orders(
        orders: try department.orders(matching: query).map {
          OrderView($0, patient: try department.patient(id: $0.patient), for: call.performer)
        })
    }
  }

  @Sendable private static func detail(_ call: Call) async throws -> Response {
    let id = try call.key("order")
    return try await call.answer {
      guard let found = try call.department.history(of: .id(id), for: call.performer) else { throw Problem.notFound }
      return OrderView(found.order, patient: found.patient, events: found.events, for: call.performer)
    }
  }

  private struct Given: Decodable {
    var patient: PatientRecord
    var order: Order
  }

  /// `{"patient": …, "order": …}`: the patient by `id`, by identifiers, or with all that it takes to register them.
  @Sendable private static func place(_ call: Call) async throws -> Response {
    let given = try await call.document(Given.self)
    return try await call.answer(status: .created) {
      let department = try call.department
      let order = try department.place(given.order, for: given.patient, by: call.performer)
      return OrderView(order, patient: try department.patient(id: order.patient), for: call.performer)
    }
  }

  /// The whole order as it was read, with its changes and its version.
  @Sendable private static func change(_ call: Call) async throws -> Response {
    let id = try call.key("order")
    let given = try await call.document(Order.self)
    return try await call.answer {
      let department = try call.department
      let order = try department.change(.id(id), by: call.performer) { order in
        guard given.version == order.version else {
          throw RadiologyError(
            .conflict, "The order was changed by somebody else; read it again.", about: .changedMeanwhile)
        }
        let old = order
        order = given
        (order.placedAt, order.placedBy, order.replacedBy) = (old.placedAt, old.placedBy, old.replacedBy)
      }
      return OrderView(order, patient: try department.patient(id: order.patient), for: call.performer)
    }
  }

  private struct Reason: Decodable { var reason: String }

  private static func end(
    _ call: Call, _ act: @escaping @Sendable (Department, Int64, String, Performer) throws -> Order
  ) async throws -> Response {
    let id = try call.key("order")
    let reason = try await call.document(Reason.self).reason
    return try await call.answer {
      guard !reason.isEmpty else { throw RadiologyError(.invalid, "Say why.", about: .reasonMissing) }
      let order = try act(try call.department, id, reason, call.performer)
      return OrderView(order, patient: nil, for: call.performer)
    }
  }

  private struct Replacement: Decodable {
    var order: Order
    var reason: String
  }

  @Sendable private static func replace(_ call: Call) async throws -> Response {
    let id = try call.key("order")
    let given = try await call.document(Replacement.self)
    return try await call.answer(status: .created) {
      let order = try call.department.replace(
        .id(id), with: given.order, reason: given.reason, by: call.performer)
      return OrderView(order, patient: nil, for: call.performer)
    }
  }

  // MARK: Exams

  private struct Commanded<Command: Decodable & Sendable>: Decodable, Sendable {
    var command: Command
    var reason: String?
  }

  @Sendable private static func command(_ call: Call) async throws -> Response {
    let exam = try call.key("exam")
    let given = try await call.document(Commanded<ExamCommand>.self)
    return try await call.answer {
      let order = try call.department.perform(
        given.command, exam: exam, reason: given.reason ?? "", by: call.performer)
      return OrderView(order, patient: nil, for: call.performer)
    }
  }

  @Sendable private static func stepCommand(_ call: Call) async throws -> Response {
    let (exam, step) = (try call.key("exam"), try call.key("step"))
    let given = try await call.document(Commanded<StepCommand>.self)
    return try await call.answer {
      let order = try call.department.perform(
        given.command, step: step, ofExam: exam, reason: given.reason ?? "", by: call.performer)
      return OrderView(order, patient: nil, for: call.performer)
    }
  }

  @Sendable private static func claim(_ call: Call) async throws -> Response {
    let exam = try call.key("exam")
    let takesOver = try call.query.flag("takeOver")
    return try await call.answer {
      let order = try call.department.claim(exam: exam, takesOver: takesOver, by: call.performer)
      return OrderView(order, patient: nil, for: call.performer)
    }
  }

  @Sendable private static func release(_ call: Call) async throws -> Response {
    let exam = try call.key("exam")
    return try await call.answer {
      let order = try call.department.release(exam: exam, by: call.performer)
      return OrderView(order, patient: nil, for: call.performer)
    }
  }

  /// The transition table, so that no client needs one of its own.
  @Sendable private static func states(_ call: Call) async throws -> Response {
    let performer = call.performer
    return .json(
      .object([
        (
          "states",
          .array(
            ExamStatus.allCases.map { .object([("state", .string($0.rawValue)), ("title", .string($0.title))]) })
        ),
        (
          "transitions",
          .array(
            ExamTransitions.table.map { row in
              .object([
                ("from", .string(row.from.rawValue)), ("command", .string(row.command.rawValue)),
                ("title", .string(row.command.title)), ("to", .string(row.to.rawValue)),
                ("needsReason", .bool(row.command.needsReason)), ("allowed", .bool(row.who.includes(performer))),
              ])
            })
        ),
      ]))
  }
}
