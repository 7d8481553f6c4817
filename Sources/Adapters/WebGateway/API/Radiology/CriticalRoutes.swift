// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import Radiology
import Trust

/// `/api/v1/critical-results`: findings that somebody must be told of, and who was told. They are for those who report:
/// what they say is in no validated report yet.
enum CriticalRoutes {
  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/critical-results", needs: .writeReports, records: .query, open)
    routes.on(.get, "api/v1/exams/:exam/critical-results", needs: .writeReports, records: .order) { call in
      let exam = try call.key("exam")
      return try await call.answer {
        Results(results: try call.department.criticalResults(ofExam: exam, for: call.performer))
      }
    }
    routes.on(.post, "api/v1/exams/:exam/critical-results", needs: .signReports, records: .order, raise)
    routes.on(.post, "api/v1/critical-results/:result/calls", needs: .writeReports, records: .order, noteCall)
  }

  private struct Results: Encodable, Sendable { var results: [CriticalResult] }

  private struct Open: Encodable, Sendable {
    struct Entry: Encodable, Sendable {
      var result: CriticalResult
      /// Its time has run out.
      var isLate: Bool
      /// Who is to be told now; empty where nobody was named.
      var contact: String
      /// Microseconds since 1970-01-01 UTC at which the next person is to be told.
      var dueAt: Int64?
      var exam: ExamItem
    }
    var results: [Entry]
  }

  @Sendable private static func open(_ call: Call) async throws -> Response {
    try await call.answer {
      Open(
        results: try call.department.openCriticalExams(for: call.performer).map {
          .init(
            result: $0.result, isLate: $0.isLate, contact: $0.result.contact, dueAt: $0.result.dueAt, exam: $0.exam)
        })
    }
  }

  private struct Raised: Decodable, Sendable {
    var level: CriticalResult.Level
    var finding: String
    var recipient: String?
  }

  @Sendable private static func raise(_ call: Call) async throws -> Response {
    let exam = try call.key("exam")
    let given = try await call.document(Raised.self)
    return try await call.answer(status: .created) {
      try call.department.raise(
        given.level, exam: exam, finding: given.finding, recipient: given.recipient ?? "", by: call.performer)
    }
  }

  private struct Called: Decodable, Sendable {
    var person: String
    var means: String
    var readBack: Bool
  }

  @Sendable private static func noteCall(_ call: Call) async throws -> Response {
    let id = try call.key("result")
    let given = try await call.document(Called.self)
    return try await call.answer {
      try call.department.call(
        about: id, person: given.person, means: given.means, readBack: given.readBack, by: call.performer)
    }
  }
}
