// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMWeb
import HTTPTypes
import Hummingbird
import Radiology
import Trust
import Workflow

/// `/api/v1/mismatches`: what arrived images say otherwise than their order or a rule, and what a person decides.
enum MismatchRoutes {
  static let longestComment = 1000

  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/mismatches", needs: .performExams, records: .query, list)
    routes.on(.get, "api/v1/mismatches/:mismatch", needs: .performExams, records: .query) { call in
      let id = try call.key("mismatch")
      return try await call.answer { try call.department.mismatch(id: id) }
    }
    routes.on(.post, "api/v1/mismatches/:mismatch/resolve", needs: .performExams, records: .order, resolve)
    routes.on(.post, "api/v1/mismatches/:mismatch/reopen", needs: .performExams, records: .order, reopen)
  }

  private struct Page: Encodable, Sendable {
    var total: Int
    var mismatches: [Mismatch]
  }

  @Sendable private static func list(_ call: Call) async throws -> Response {
    let parameters = try call.query
    var query = MismatchQuery()
    query.states = try values(parameters.values("state"), "state") ?? [.open]
    query.kinds = try values(parameters.values("kind"), "kind") ?? []
    query.study = parameters["study"] ?? ""
    query.source = parameters["source"] ?? ""
    query.text = String((parameters["search"] ?? "").prefix(OrderRoutes.longestText))
    if let hours = try parameters.integer("withinHours", in: 1...100_000) {
      query.since = DepartmentOptions.systemTime() - Int64(hours) * 3_600_000_000
    }
    (query.offset, query.limit) = try call.page()
    return try await call.answer { [query] in
      let department = try call.department
      return Page(
        total: try department.countMismatches(matching: query), mismatches: try department.mismatches(matching: query))
    }
  }

  /// Nil where none is given; `all` stands for all.
  private static func values<Value: RawRepresentable<String> & CaseIterable & Hashable>(
    _ texts: [String], _ name: String
  ) throws -> Set<Value>? {
    let texts = texts.filter { !$0.isEmpty }
    if texts.isEmpty { return nil }
    if texts == ["all"] { return Set(Value.allCases) }
    return Set(
      try texts.map { text in
        guard let value = Value(rawValue: text) else { throw Problem(.badRequest, "There is no \(name) \(text).") }
        return value
      })
  }

  private struct Given: Decodable {
    /// `attach`, `accept` or `correct`.
    var action: String
    /// For `attach`: an exam, or an order with one open exam.
    var exam: Int64?
    var order: Int64?
    /// For `correct`: by keyword of the attribute; what the order has where absent.
    var values: [String: String]?
    var comment: String?
  }

  @Sendable private static func resolve(_ call: Call) async throws -> Response {
    let id = try call.key("mismatch")
    let given = try await call.document(Given.self)
    let decision = try decision(given)
    if case .correct = decision, !call.principal.may(.correctImages) {
      throw Problem(.forbidden, "Your role, \(call.principal.role.rawValue), does not include this.")
    }
    let desk = try desk(call)
    let comment = String((given.comment ?? "").prefix(longestComment))
    return try await call.answer {
      try desk.decide(mismatch: id, decision, comment: comment, by: call.performer)
    }
  }

  private static func decision(_ given: Given) throws -> ArrivalDesk.Decision {
    switch given.action {
    case "attach":
      if let exam = given.exam { return .attach(exam: exam) }
      if let order = given.order { return .attachToOrder(order) }
      throw Problem(.unprocessableContent, "To attach needs: exam or order.")
    case "accept": return .accept
    case "correct":
      return .correct(
        try (given.values ?? [:]).sorted { $0.key < $1.key }.map { keyword, text in
          guard let value = CorrectedValue(keyword: keyword, text: text) else {
            throw Problem(.unprocessableContent, "There is no attribute \(keyword).")
          }
          return value
        })
    default: throw Problem(.unprocessableContent, "The action is attach, accept or correct.")
    }
  }

  private struct Reopening: Decodable { var comment: String? }

  @Sendable private static func reopen(_ call: Call) async throws -> Response {
    let id = try call.key("mismatch")
    let comment = String((try await call.document(Reopening.self).comment ?? "").prefix(longestComment))
    let desk = try desk(call)
    return try await call.answer {
      if try !call.department.mismatch(id: id).corrections.isEmpty, !call.principal.may(.correctImages) {
        throw Problem(.forbidden, "Your role, \(call.principal.role.rawValue), does not include this.")
      }
      return try desk.reopen(mismatch: id, comment: comment, by: call.performer)
    }
  }

  private static func desk(_ call: Call) throws -> ArrivalDesk {
    guard let desk = call.services.ports.arrivals else {
      throw Problem(.notImplemented, "This server does not look at what arrives.")
    }
    return desk
  }
}
