// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import Radiology
import Trust

/// `/api/v1/agenda`, `/api/v1/resources`, `/api/v1/catalogue`: appointments, and what they are made of.
enum AgendaRoutes {
  static let largestDays = 62

  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/agenda", needs: .viewOrders, records: .query, agenda)
    routes.on(.get, "api/v1/agenda/free", needs: .viewOrders, records: .nothing, free)
    routes.on(.put, "api/v1/exams/:exam/booking", needs: .manageOrders, records: .order, book)
    routes.on(.post, "api/v1/agenda/blocks", needs: .manageOrders, records: .configuration, block)
    routes.on(.delete, "api/v1/agenda/blocks/:booking", needs: .manageOrders, records: .configuration) { call in
      let id = try call.key("booking")
      try await call.blocking { try call.department.removeBlock(id, by: call.performer) }
      return .noContent()
    }
    routes.on(.get, "api/v1/waiting-list", needs: .viewOrders, records: .query, waiting)
    routes.on(.put, "api/v1/exams/:exam/waiting", needs: .manageOrders, records: .order, wait)
    routes.on(.delete, "api/v1/exams/:exam/waiting", needs: .manageOrders, records: .order) { call in
      let exam = try call.key("exam")
      try await call.blocking { try call.department.stopWaiting(exam: exam, by: call.performer) }
      return .noContent()
    }
    routes.on(.get, "api/v1/resources", needs: .viewOrders, records: .nothing) { call in
      try await call.answer { Resources(resources: try call.department.resources()) }
    }
    routes.on(.put, "api/v1/resources", needs: .manageDepartment, records: .configuration) { call in
      let given = try await call.document(Resource.self)
      return try await call.answer { try call.department.save(given) }
    }
    routes.on(.get, "api/v1/catalogue", needs: .viewOrders, records: .nothing) { call in
      try await call.answer { Catalogue(entries: try call.department.catalogue()) }
    }
    routes.on(.put, "api/v1/catalogue", needs: .manageDepartment, records: .configuration) { call in
      let given = try await call.document(CatalogueEntry.self)
      return try await call.answer {
        try call.department.save(given)
        return given
      }
    }
    routes.on(.get, "api/v1/exams/:exam/screening", needs: .viewOrders, records: .order, screening)
    routes.on(.put, "api/v1/exams/:exam/screening", needs: .viewOrders, records: .order, answer)
  }

  private struct Resources: Encodable, Sendable { var resources: [Resource] }
  private struct Catalogue: Encodable, Sendable { var entries: [CatalogueEntry] }
  private struct Bookings: Encodable, Sendable {
    /// An appointment with what its reader may do with the exam.
    struct Entry: Encodable, Sendable {
      var appointment: Appointment
      var commands: [ExamCommand]
    }
    var bookings: [Booking]
    /// In the same order.
    var appointments: [Entry]
  }
  private struct Slots: Encodable, Sendable { var slots: [LocalDateTime] }

  private static func resources(_ call: Call) throws -> [Int64] {
    try call.query.values("resource").compactMap { Int64($0) }
  }

  private static func day(_ call: Call, _ name: String) throws -> LocalDateTime {
    let text = try call.query[name] ?? ""
    guard
      let time = LocalDateTime(date: String(text.prefix(8)), time: text.count > 8 ? String(text.dropFirst(8)) : "00")
    else { throw Problem(.badRequest, "\(name) is written YYYYMMDD or YYYYMMDDHHMM.") }
    return time
  }

  @Sendable private static func agenda(_ call: Call) async throws -> Response {
    let (chosen, from) = (try resources(call), try day(call, "from"))
    let days = try call.query.integer("days", in: 1...largestDays) ?? 1
    return try await call.answer {
      let all = try call.department.appointments(
        of: chosen, from: from, to: LocalDateTime(minute: from.minute + Int64(days) * 1440))
      let entries = all.map { appointment in
        Bookings.Entry(
          appointment: appointment,
          commands: appointment.exam.map { ExamTransitions.commands(in: $0.status, for: call.performer) } ?? [])
      }
      return Bookings(bookings: all.map(\.booking), appointments: entries)
    }
  }

  @Sendable private static func free(_ call: Call) async throws -> Response {
    let (chosen, from) = (try resources(call), try day(call, "from"))
    let minutes = try call.query.integer("minutes", in: 1...1440) ?? 20
    let days = try call.query.integer("days", in: 1...365) ?? 14
    let limit = try call.query.integer("limit", in: 1...200) ?? 20
    return try await call.answer {
      Slots(
        slots: try call.department.freeSlots(of: chosen, minutes: minutes, from: from, days: days, limit: limit))
    }
  }

  private struct Given: Decodable {
    var step: Int64?
    var resources: [Int64]
    var start: LocalDateTime
    var minutes: Int?
    var overbooks: Bool?
    var title: String?
  }
  private struct Booked: Encodable, Sendable {
    var booking: Booking
    var order: OrderRoutes.OrderView
  }

  @Sendable private static func book(_ call: Call) async throws -> Response {
    let exam = try call.key("exam")
    let given = try await call.document(Given.self)
    let request = BookingRequest(
      exam: exam, step: given.step, resources: given.resources, start: given.start, minutes: given.minutes,
      overbooks: given.overbooks ?? false)
    return try await call.answer {
      let result = try call.department.book(
        request, mayOverbook: call.principal.may(.overbook), by: call.performer)
      return Booked(
        booking: result.booking, order: OrderRoutes.OrderView(result.order, patient: nil, for: call.performer))
    }
  }

  @Sendable private static func block(_ call: Call) async throws -> Response {
    let given = try await call.document(Given.self)
    let (resources, start) = (given.resources, given.start)
    let (minutes, title) = (given.minutes ?? 60, given.title ?? "")
    return try await call.answer(status: .created) {
      try call.department.block(resources, start: start, minutes: minutes, title: title, by: call.performer)
    }
  }

  private struct Waiting: Encodable, Sendable {
    struct Entry: Encodable, Sendable {
      var entry: WaitingEntry
      var order: Order
      var patient: PatientRecord?
    }
    var waiting: [Entry]
  }

  @Sendable private static func waiting(_ call: Call) async throws -> Response {
    try await call.answer {
      let department = try call.department
      return Waiting(
        waiting: try department.waitingList().map {
          .init(entry: $0.entry, order: $0.order, patient: try department.patient(id: $0.order.patient))
        })
    }
  }

  private struct Wish: Decodable {
    var wishedFrom: String?
    var wishedTo: String?
    var note: String?
  }

  @Sendable private static func wait(_ call: Call) async throws -> Response {
    let exam = try call.key("exam")
    let wish = try await call.document(Wish.self)
    let entry = WaitingEntry(
      exam: exam, wishedFrom: wish.wishedFrom ?? "", wishedTo: wish.wishedTo ?? "", note: wish.note ?? "")
    try await call.blocking { try call.department.wait(entry, by: call.performer) }
    return .noContent()
  }

  // MARK: Safety

  private struct Screening: Encodable, Sendable {
    var questions: [SafetyQuestion]
    var answers: SafetyAnswers?
    var blocks: Bool
    /// Keys of the questions that stand in the way.
    var open: [String]
    var contraindicated: [String]

    init(_ questions: [SafetyQuestion], _ answers: SafetyAnswers?, _ state: SafetyState) {
      (self.questions, self.answers, blocks) = (questions, answers, state.blocks)
      if case .unanswered(let keys) = state { open = keys } else { open = [] }
      if case .contraindicated(let keys) = state { contraindicated = keys } else { contraindicated = [] }
    }
  }

  @Sendable private static func screening(_ call: Call) async throws -> Response {
    let exam = try call.key("exam")
    return try await call.answer {
      let found = try call.department.screening(ofExam: exam)
      return Screening(found.questions, found.answers, found.state)
    }
  }

  private struct Answers: Decodable, Sendable {
    var answers: [String: SafetyAnswers.Answer]
    var override: String?
  }

  @Sendable private static func answer(_ call: Call) async throws -> Response {
    let exam = try call.key("exam")
    let given = try await call.document(Answers.self)
    return try await call.answer {
      let department = try call.department
      _ = try department.answer(given.answers, exam: exam, override: given.override ?? "", by: call.performer)
      let found = try department.screening(ofExam: exam)
      return Screening(found.questions, found.answers, found.state)
    }
  }
}
