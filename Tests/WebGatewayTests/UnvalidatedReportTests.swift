// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import SystemTestKit
import Testing
import Trust

@testable import WebGateway

/// What is not validated is invisible to clinicians everywhere: every route that there is, is asked in their name.
@Suite struct UnvalidatedReportTests {
  /// Words that stand in the report and nowhere else.
  private static let secret = "Zebrafinding"
  /// Answers that go on and on.
  private static let endless: Set<String> = ["/api/v1/events", "/api/v1/department-events/stream"]

  /// An exam with a draft, signed by a radiologist, of images that are in the archive.
  private func signed(_ web: WebFixture) async throws -> (exam: Int, order: Int) {
    try web.store([TestInstance()])
    let body = OrderRoutesTests.order.replacing(
      #""description": "CT thorax","#, with: #""description": "CT thorax", "studyInstanceUID": "1.2.1","#)
    let placed = try await web.send(.post, "/api/v1/orders", as: .receptionist, json: body)
    let (order, _, exam) = try OrderRoutesTests.exam(placed)
    for command in ["complete", "release"] {
      let answer = try await web.send(
        .post, "/api/v1/exams/\(exam)/commands", as: .technologist, json: #"{"command": "\#(command)"}"#)
      #expect(answer.status == 200, "\(answer.text)")
    }
    let content =
      #"{"sections": [{"key": "findings", "title": "Findings", "text": "\#(Self.secret)"}, "#
      + #"{"key": "impression", "title": "Impression", "text": "\#(Self.secret)"}]}"#
    for (number, command) in ["save", "submit", "sign"].enumerated() {
      let written = try await web.send(
        .post, "/api/v1/exams/\(exam)/report", as: .radiologist,
        json: #"{"command": "\#(command)", "basedOn": \#(number), "content": \#(content)}"#)
      #expect(written.status == 201, "\(written.text)")
    }
    let raised = try await web.send(
      .post, "/api/v1/exams/\(exam)/critical-results", as: .radiologist,
      json: #"{"level": "red", "finding": "\#(Self.secret)"}"#)
    #expect(raised.status < 300, "\(raised.text)")
    let draft = try await web.send(
      .put, "/api/v1/exams/\(exam)/report-draft", as: .secretary,
      json: #"{"mode": "report", "basedOn": 3, "content": \#(content)}"#)
    #expect(draft.status == 200, "\(draft.text)")
    return (exam, try #require(order["id"] as? Int))
  }

  /// All routes with the numbers of what there is.
  private func paths(
    _ web: WebFixture, _ exam: Int, _ order: Int, asking words: String = secret
  ) -> [(method: HTTPRequest.Method, path: String)] {
    let values = [
      "exam": "\(exam)", "order": "\(order)", "patient": "1", "study": "1.2.1", "series": "1.2.1.1",
      "instance": "1.2.1.1.1", "frame": "1", "frames": "1",
    ]
    let entries = web.services.router(isSecure: false).catalogue.entries
    return entries.filter { !Self.endless.contains($0.path) }.map { entry in
      let path = entry.path.split(separator: "/").map { part in
        part.hasPrefix("{") ? values[String(part.dropFirst().dropLast())] ?? "\(exam)" : String(part)
      }.joined(separator: "/")
      return (entry.method, "/" + path + "?words=\(words)&search=Dupont&patient=1&from=0&to=9999999999999999")
    }
  }

  @Test func noRouteShowsItToClinicians() async throws {
    let web = try WebFixture()
    let (exam, order) = try await signed(web)
    let paths = paths(web, exam, order)
    #expect(paths.count > 150)
    var answered = 0
    for (method, path) in paths {
      let answer = try await web.send(method, path, as: .clinician, json: "{}")
      if answer.status < 300 { answered += 1 }
      // Some answers repeat the question.
      let said = answer.text.replacing("words=\(Self.secret)", with: "")
      #expect(!said.contains(Self.secret), "\(method) \(path) \(answer.status)")
    }
    // The walk reaches what clinicians may read.
    #expect(answered > 15)
    let validated = try await web.send(
      .post, "/api/v1/exams/\(exam)/report", as: .radiologist, json: #"{"command": "validate", "basedOn": 3}"#)
    #expect(validated.status == 201, "\(validated.text)")
    var shown: Set<String> = []
    for (method, path) in paths where method == .get {
      let text = try await web.call(method, path, as: .clinician).text
      if text.replacing("words=\(Self.secret)", with: "").contains(Self.secret) {
        shown.insert(String(path.prefix { $0 != "?" }))
      }
    }
    #expect(
      shown.isSuperset(of: [
        "/api/v1/exams/\(exam)/report", "/api/v1/reports", "/api/v1/reports/\(exam)", "/api/v1/reports/\(exam)/cda",
        "/api/v1/patients/1/reports",
      ]), "\(shown)")
    #expect(!shown.contains { $0.hasSuffix("report-draft") })
  }

  /// Nor do those see it who may see that a report is on its way: only who writes reports reads them before.
  @Test(arguments: [Role.technologist, .receptionist, .researcher, .administrator, .manager])
  func theWordsAreForWritersOnly(_ role: Role) async throws {
    let web = try WebFixture()
    let (exam, order) = try await signed(web)
    var answered = 0
    for (method, path) in paths(web, exam, order, asking: "Dupont") where method == .get {
      let answer = try await web.call(method, path, as: role)
      if answer.status < 300 { answered += 1 }
      #expect(!answer.text.contains(Self.secret), "\(path) \(answer.status)")
    }
    #expect(answered > 10 || role == .researcher || role == .manager)
  }

  /// Who reports sees them; an administrator sees that there are some, since somebody has to see to the calls, and
  /// their words once they stand in a validated report; nobody else sees any.
  @Test(arguments: Role.allCases)
  func openCriticalFindingsAreForThoseWhoReport(_ role: Role) async throws {
    let web = try WebFixture()
    let (exam, order) = try await signed(web)
    let back = try await web.send(
      .post, "/api/v1/exams/\(exam)/report", as: .radiologist,
      json: #"{"command": "sendBack", "basedOn": 3, "reason": "\#(Self.secret) is on the left"}"#)
    #expect(back.status == 201, "\(back.text)")
    let reports = role == .radiologist || role == .secretary
    let lists = reports || role == .administrator
    let open = ["/api/v1/critical-results", "/api/v1/exams/\(exam)/critical-results"]
    for path in open {
      let answer = try await web.call(.get, path, as: role)
      #expect(answer.status == (lists ? 200 : 403), "\(path)")
      #expect(answer.text.contains(Self.secret) == reports, "\(path)")
      #expect(answer.text.contains(#""level":"red""#) == lists, "\(path)")
    }
    // What happened is told to the whole department, in which words it was said is not.
    for path in ["/api/v1/orders/\(order)", "/api/v1/department-events?after=0&limit=500"] {
      let answer = try await web.call(.get, path, as: role)
      #expect(
        (answer.status == 200)
          == Principal(name: "", displayName: "", role: role, credential: .bearer)
          .may(.viewOrders), "\(path)")
      #expect(answer.text.contains("critical.raised") == (answer.status == 200), "\(path)")
      #expect(answer.text.contains(Self.secret) == reports, "\(path)")
    }
    if lists {
      let called = try await web.send(
        .post, "/api/v1/critical-results/1/calls", as: role,
        json: #"{"person": "Ward three", "means": "telephone", "readBack": false}"#)
      #expect(called.status == 200 && called.text.contains(Self.secret) == reports, "\(called.text)")
    }
    let content = #"{"sections": [{"key": "findings", "title": "Findings", "text": "\#(Self.secret)"}]}"#
    let validated = try await web.send(
      .post, "/api/v1/exams/\(exam)/report", as: .radiologist,
      json: #"{"command": "validate", "basedOn": 4, "content": \#(content)}"#)
    #expect(validated.status == 201, "\(validated.text)")
    for path in open {
      let answer = try await web.call(.get, path, as: role)
      #expect(answer.status == (lists ? 200 : 403) && answer.text.contains(Self.secret) == lists, "\(path)")
    }
  }

  @Test func aDraftIsItsAuthorsAlone() async throws {
    let web = try WebFixture()
    let (exam, _) = try await signed(web)
    let path = "/api/v1/exams/\(exam)/report-draft"
    #expect(try await web.call(.get, path, as: .secretary).text.contains(Self.secret))
    for role in Role.allCases where role != .secretary {
      #expect(try await web.call(.get, path, as: role).status >= 400)
    }
    #expect(try await web.call(.delete, path, as: .secretary).status == 204)
    #expect(try await web.call(.get, path, as: .secretary).status == 404)
    let odd = try await web.send(
      .put, path, as: .secretary, json: #"{"mode": "poem", "basedOn": 0, "content": {"sections": []}}"#)
    #expect(odd.status == 400 || odd.status == 422, "\(odd.text)")
  }
}
