// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import Radiology
import Trust

/// `/api/v1/worklists`: exams by role and state, those that got lost, and studies without their exam.
enum WorklistRoutes {
  /// Hours after which an exam counts as lost, where the question says none.
  static let lostHours = 4

  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/worklists", needs: .viewOrders, records: .nothing, all)
    routes.on(.get, "api/v1/exam-counts", needs: .viewOrders, records: .nothing) { call in
      try await call.answer {
        let department = try call.department
        return StateCounts(
          counts: Dictionary(
            uniqueKeysWithValues: try ExamStatus.allCases.map { status in
              var query = ExamQuery()
              query.statuses = [status]
              return (status.rawValue, try department.countExams(matching: query))
            }), largest: ExamQuery.largestCount)
      }
    }
    routes.on(.get, "api/v1/exams", needs: .viewOrders, records: .query, exams)
    routes.on(.get, "api/v1/exams/:exam", needs: .viewOrders, records: .order) { call in
      let exam = try call.key("exam")
      return try await call.answer {
        guard let item = try call.department.exam(id: exam) else { throw Problem.notFound }
        return ExamView(item, for: call.performer)
      }
    }
    routes.on(.get, "api/v1/studies/:study/exam", needs: .viewOrders, records: .order) { call in
      let study = try call.decodedComponent("study")
      return try await call.answer {
        guard let item = try call.department.exam(ofStudy: study) else { throw Problem.notFound }
        return ExamView(item, for: call.performer)
      }
    }
    routes.on(.get, "api/v1/unlinked-studies", needs: .performExams, records: .query, studies)
    routes.on(.post, "api/v1/unlinked-studies/:study/attach", needs: .performExams, records: .order, attach)
    routes.on(.post, "api/v1/unlinked-studies/:study/detach", needs: .performExams, records: .order, detach)
  }

  /// A list that a role works through.
  struct Worklist: Sendable {
    var name: String
    var title: String
    var roles: Set<Role>
    var query: @Sendable (Performer, Int64) -> ExamQuery

    static func states(
      _ name: String, _ title: String, _ roles: Set<Role>, _ states: Set<ExamStatus>,
      _ change: @escaping @Sendable (inout ExamQuery, Performer, Int64) -> Void = { _, _, _ in }
    ) -> Worklist {
      Worklist(name: name, title: title, roles: roles) { performer, now in
        var query = ExamQuery()
        query.statuses = states
        change(&query, performer, now)
        return query
      }
    }
  }

  private static let desk: Set<Role> = [.receptionist, .secretary, .administrator]
  private static let rooms: Set<Role> = [.technologist, .administrator]
  private static let readers: Set<Role> = [.radiologist, .administrator]
  private static let keepers: Set<Role> = [.technologist, .radiologist, .administrator]

  private static func lost(
    _ name: String, _ title: String, _ roles: Set<Role>, _ kind: ExamQuery.Lost
  ) -> Worklist {
    .states(name, title, roles, []) { query, _, now in
      query.lost = kind
      query.sinceBefore = now - Int64(lostHours) * 3_600_000_000
    }
  }

  static let lists: [Worklist] = [
    .states("toSchedule", "To schedule", desk, [.requested]),
    .states("scheduled", "Scheduled", desk.union(rooms), [.scheduled]) { query, _, _ in query.order = .start },
    .states("arrived", "Arrived", desk.union(rooms), [.arrived]),
    .states("inRoom", "In room", desk.union(rooms), [.inRoom]),
    .states("performed", "Exam done", rooms, [.performed]),
    .states("toRead", "To interpret", readers, [.toRead]) { query, _, _ in query.claimedBy = "" },
    .states("mine", "My exams", readers, [.toRead, .dictated, .toSign]) { query, performer, _ in
      query.claimedBy = performer.name
    },
    .states("dictated", "Dictated", readers.union([.secretary]), [.dictated]),
    .states("toSign", "To sign", readers, [.toSign]),
    .states("validated", "Validated", readers.union([.secretary]), [.validated, .sent]) { query, _, _ in
      query.order = .newest
    },
    .states("noShow", "No show", desk, [.noShow]) { query, _, _ in query.order = .newest },
    .states("cancelled", "Cancelled", desk, [.cancelled, .discontinued]) { query, _, _ in query.order = .newest },
    lost("withoutImages", "Done without images", keepers, .withoutImages),
    lost("waiting", "Arrived without exam", desk.union(rooms), .waiting),
    lost("unread", "Unread past the limit", readers, .unread),
  ]

  private struct Counted: Encodable, Sendable {
    var name: String
    var title: String
    var count: Int
  }
  /// How many exams stand in each state, none counted further than `largest`.
  private struct StateCounts: Encodable, Sendable {
    var counts: [String: Int]
    var largest: Int
  }

  private struct Counts: Encodable, Sendable { var worklists: [Counted] }

  /// The lists of the caller's role with how many exams stand in each.
  @Sendable private static func all(_ call: Call) async throws -> Response {
    try await call.answer {
      let department = try call.department
      return Counts(
        worklists: try lists.filter { $0.roles.contains(call.principal.role) }.map { list in
          let query = list.query(call.performer, DepartmentOptions.systemTime())
          return Counted(name: list.name, title: list.title, count: try department.countExams(matching: query))
        })
    }
  }

  struct ExamView: Encodable, Sendable {
    var exam: ExamItem
    var commands: [ExamCommand]

    init(_ exam: ExamItem, for performer: Performer) {
      self.exam = exam
      commands = ExamTransitions.commands(in: exam.exam.status, for: performer)
    }
  }
  private struct Exams: Encodable, Sendable {
    var total: Int
    var exams: [ExamView]
  }

  /// A list by its name (`list=toRead`), or any exams by their state, narrowed by the other parameters.
  @Sendable private static func exams(_ call: Call) async throws -> Response {
    let query = try examQuery(call)
    return try await call.answer {
      let page = try call.department.examPage(matching: query)
      return Exams(total: page.total, exams: page.exams.map { ExamView($0, for: call.performer) })
    }
  }

  private static func examQuery(_ call: Call) throws -> ExamQuery {
    let parameters = try call.query
    var query = ExamQuery()
    if let name = parameters["list"] {
      guard let list = lists.first(where: { $0.name == name && $0.roles.contains(call.principal.role) }) else {
        throw Problem.notFound
      }
      query = list.query(call.performer, DepartmentOptions.systemTime())
    }
    for status in parameters.values("status") {
      guard let status = ExamStatus(rawValue: status) else {
        throw Problem(.badRequest, "There is no state \(status).")
      }
      query.statuses.insert(status)
    }
    query.modalities = parameters.values("modality").filter { !$0.isEmpty }
    query.stations = parameters.values("station").filter { !$0.isEmpty }
    query.claimedBy = parameters["claimedBy"] ?? query.claimedBy
    if try parameters.flag("urgent") { query.urgentOnly = true }
    query.dateFrom = parameters["from"] ?? ""
    query.dateTo = parameters["to"] ?? ""
    query.text = String((parameters["search"] ?? "").prefix(OrderRoutes.longestText))
    if let order = parameters["order"].flatMap({ ExamQuery.Order(rawValue: $0) }) { query.order = order }
    if let hours = try parameters.integer("olderThanHours", in: 0...100_000) {
      query.sinceBefore = DepartmentOptions.systemTime() - Int64(hours) * 3_600_000_000
    }
    (query.offset, query.limit) = try call.page()
    return query
  }

  // MARK: Studies

  private struct Links: Encodable, Sendable { var studies: [StudyLink] }

  @Sendable private static func studies(_ call: Call) async throws -> Response {
    let page = try call.page()
    let given = Set(try call.query.values("state").compactMap { StudyLink.State(rawValue: $0) })
    let states: Set<StudyLink.State> = given.isEmpty ? [.unmatched, .mismatched] : given
    return try await call.answer {
      Links(studies: try call.department.studyLinks(in: states, offset: page.offset, limit: page.limit))
    }
  }

  private struct Target: Decodable {
    var exam: Int64
    /// What the images say becomes what the exam has; so where it is left out.
    var corrects: Bool?
  }

  @Sendable private static func attach(_ call: Call) async throws -> Response {
    let study = try call.decodedComponent("study")
    let target = try await call.document(Target.self)
    return try await call.answer {
      try call.department.attach(
        study: study, toExam: target.exam, corrects: target.corrects ?? true, by: call.performer)
    }
  }

  private struct Detachment: Decodable { var dismisses: Bool? }

  @Sendable private static func detach(_ call: Call) async throws -> Response {
    let study = try call.decodedComponent("study")
    let dismisses = try await call.document(Detachment.self).dismisses ?? false
    return try await call.answer { try call.department.detach(study: study, dismisses: dismisses, by: call.performer) }
  }
}
