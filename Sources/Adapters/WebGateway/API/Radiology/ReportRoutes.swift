// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import Radiology
import Trust

/// `/api/v1/exams/:exam/report`, `/api/v1/reports`: reports for those who write them, and validated ones for all who
/// may read. Which versions are shown is decided by the department, not here.
enum ReportRoutes {
  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/exams/:exam/report", needs: .readReports, records: .order, read)
    routes.on(.post, "api/v1/exams/:exam/report", needs: .writeReports, records: .order, write)
    routes.on(.get, "api/v1/exams/:exam/report-template", needs: .writeReports, records: .nothing) { call in
      let exam = try call.key("exam")
      return try await call.answer { try call.department.template(forExam: exam) }
    }
    routes.on(.get, "api/v1/reports", needs: .readReports, records: .query, search)
    routes.on(.get, "api/v1/reports/:exam", needs: .readReports, records: .order, validated)
    routes.on(.get, "api/v1/studies/:study/report", needs: .readReports, records: .order) { call in
      let study = try call.decodedComponent("study")
      return try await call.answer {
        guard let exam = try call.department.exam(ofStudy: study) else { throw Problem.notFound }
        return try validated(exam.exam.id, call.department)
      }
    }
    routes.on(.get, "api/v1/patients/:patient/reports", needs: .readReports, records: .patient, ofPatient)
    routes.on(.get, "api/v1/report-templates", needs: .writeReports, records: .nothing) { call in
      try await call.answer { Templates(templates: try call.department.templates()) }
    }
    routes.on(.put, "api/v1/report-templates", needs: .manageDepartment, records: .configuration) { call in
      let given = try await call.document(ReportTemplate.self)
      return try await call.answer {
        try call.department.save(given)
        return given
      }
    }
    routes.on(.get, "api/v1/exams/:exam/report-draft", needs: .writeReports, records: .order) { call in
      let exam = try call.key("exam")
      return try await call.answer {
        guard let draft = try call.department.draft(ofExam: exam, by: call.performer) else { throw Problem.notFound }
        return draft
      }
    }
    routes.on(.put, "api/v1/exams/:exam/report-draft", needs: .writeReports, records: .order, keepDraft)
    routes.on(.delete, "api/v1/exams/:exam/report-draft", needs: .writeReports, records: .order) { call in
      let exam = try call.key("exam")
      try await call.blocking { try call.department.discardDraft(ofExam: exam, by: call.performer) }
      return .noContent()
    }
  }

  private struct Templates: Encodable, Sendable { var templates: [ReportTemplate] }
  private struct Report: Encodable, Sendable {
    var exam: Int64
    var versions: [ReportVersion]
  }

  @Sendable private static func read(_ call: Call) async throws -> Response {
    let exam = try call.key("exam")
    return try await call.answer {
      let versions = try call.department.report(ofExam: exam, for: call.performer)
      // Whether there is something that one may not see is not told either.
      guard !versions.isEmpty else { throw Problem.notFound }
      return Report(exam: exam, versions: versions)
    }
  }

  private struct Validated: Encodable, Sendable {
    var exam: ExamItem
    var versions: [ReportVersion]
    /// Of the newest version: the names of its fields.
    var template: ReportTemplate?
  }

  /// What everybody who may read sees alike, whoever asks: the validated versions, with the exam.
  @Sendable private static func validated(_ call: Call) async throws -> Response {
    let exam = try call.key("exam")
    return try await call.answer { try validated(exam, call.department) }
  }

  private static func validated(_ exam: Int64, _ department: Department) throws -> Validated {
    let versions = try department.visibleReport(ofExam: exam)
    guard let last = versions.last, let item = try department.exam(id: exam) else { throw Problem.notFound }
    let template = try department.templates().first { $0.name == last.content.template }
    return Validated(exam: item, versions: versions, template: template)
  }

  private struct Given: Decodable, Sendable {
    var command: ReportCommand
    var content: ReportContent?
    /// Number of the version that the writer saw; 0 for none.
    var basedOn: Int
    var reason: String?
  }

  @Sendable private static func write(_ call: Call) async throws -> Response {
    let exam = try call.key("exam")
    let given = try await call.document(Given.self)
    return try await call.answer(status: .created) {
      try call.department.report(
        given.command, exam: exam, content: given.content, basedOn: given.basedOn, reason: given.reason ?? "",
        by: call.performer)
    }
  }

  private struct Found: Encodable, Sendable { var reports: [ReportFound] }

  @Sendable private static func search(_ call: Call) async throws -> Response {
    let page = try call.page(largest: 200)
    var query = ReportQuery()
    (query.offset, query.limit) = (page.offset, page.limit)
    query.words = String((try call.query["words"] ?? "").prefix(OrderRoutes.longestText))
    query.affirmedOnly = try call.query.flag("affirmed")
    query.language = try call.query["language"]
    return try await call.answer { [query] in Found(reports: try call.department.reports(matching: query)) }
  }

  private struct OfPatient: Encodable, Sendable {
    struct Exam: Encodable, Sendable {
      var exam: ExamItem
      var report: ReportVersion?
    }
    var exams: [Exam]
  }

  @Sendable private static func ofPatient(_ call: Call) async throws -> Response {
    let patient = try call.key("patient")
    let limit = try call.page(largest: 200).limit
    return try await call.answer {
      let department = try call.department
      return OfPatient(
        exams: try department.reportedExams(ofPatient: patient, limit: limit).map {
          .init(exam: $0, report: try department.visibleReport(ofExam: $0.exam.id).last)
        })
    }
  }

  private struct Draft: Decodable, Sendable {
    var mode: String
    var content: ReportContent
    var basedOn: Int
  }

  @Sendable private static func keepDraft(_ call: Call) async throws -> Response {
    let exam = try call.key("exam")
    let given = try await call.document(Draft.self)
    return try await call.answer {
      try call.department.keepDraft(
        ofExam: exam, mode: given.mode, content: given.content, basedOn: given.basedOn, by: call.performer)
    }
  }
}
