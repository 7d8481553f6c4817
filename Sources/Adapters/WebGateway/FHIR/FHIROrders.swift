// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Radiology

/// `/fhir/ServiceRequest`: one for each exam that was asked for. The id is that of the exam.
enum FHIROrders {
  @Sendable static func read(_ call: Call) async throws -> Response {
    let exam = try call.key("id")
    return try await call.blocking {
      guard let order = try call.department.orderOf(exam: exam), let resource = resource(exam, of: order) else {
        throw Problem.notFound
      }
      return .fhir(resource)
    }
  }

  @Sendable static func search(_ call: Call) async throws -> Response {
    let page = try FHIRPage(call)
    return try await call.blocking {
      let wanted = page.text("status").map { Set($0.split(separator: ",").map(String.init)) }
      let exams = try orders(page, call.department).flatMap { order in order.procedures.map { ($0, order) } }
        .filter { wanted?.contains(status($0.0.status).rawValue) ?? true }
      return FHIRRoutes.answer(
        call, "ServiceRequest", page,
        page.cut(exams).compactMap { exam, order in resource(exam.id, of: order).map { (String(exam.id), $0) } })
    }
  }

  private static func orders(_ page: FHIRPage, _ department: Department) throws -> [Order] {
    if let id = page.text("_id") {
      guard let exam = Int64(id), var order = try department.orderOf(exam: exam) else { return [] }
      order.procedures.removeAll { $0.id != exam }
      return [order]
    }
    if let token = page.token("identifier") {
      let number = OrderNumber(token.value, issuer: token.system)
      for reference in [OrderReference.accession(number), .placer(number), .filler(number)] {
        if let order = try department.order(reference) { return [order] }
      }
      guard token.system.isEmpty else { return [] }
      var query = OrderQuery()
      query.text = token.value
      return try department.orders(matching: query)
    }
    guard let patient = try page.reference("patient", "subject") else {
      throw Problem(.badRequest, "Say which orders: _id, identifier or patient.")
    }
    var query = OrderQuery()
    query.patient = patient
    query.limit = page.offset + page.count + 1
    return try department.orders(matching: query)
  }

  static func status(_ status: ExamStatus) -> FHIRServiceRequest.Status {
    status.isEnded ? .revoked : status.isReported ? .completed : .active
  }

  private static func resource(_ id: Int64, of order: Order) -> FHIRResource? {
    guard let exam = order.procedures.first(where: { $0.id == id }) else { return nil }
    var numbers = ReportOrder()
    numbers.placer = Identifier(order.placer.value, issuer: order.placer.issuer)
    numbers.accession = Identifier(order.accession.value, issuer: order.accession.issuer)
    numbers.procedure = exam.codes.first.map { ReportSubject.code($0, exam.description) }
    let priority: FHIRServiceRequest.Priority =
      switch exam.priority {
      case .stat: .stat
      case .high: .urgent
      default: .routine
      }
    var request = FHIRServiceRequest(
      numbers, status: status(exam.status), priority: priority, description: exam.description)
    request.filler = Identifier(order.filler.value, issuer: order.filler.issuer)
    request.occurrence = exam.steps.lazy.compactMap(\.start).first.flatMap { DateTime(date: $0.date) }
    request.authored = order.placedAt > 0 ? ReportSubject.moment(order.placedAt) : nil
    let physician = order.request.requestingPhysician
    if !physician.isEmpty { request.requester = ReportSubject.name(physician) }
    request.reason = order.request.reason
    return request.resource(id: String(id), subject: "Patient/\(order.patient)")
  }
}
