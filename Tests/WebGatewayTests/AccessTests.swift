// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import SystemTestKit
import Testing
import Trust

@testable import WebGateway

/// Which role gets which resource: the table that the routes must keep.
@Suite struct AccessTests {
  static let everybody: Set<Role> = [
    .administrator, .radiologist, .technologist, .receptionist, .secretary, .clinician,
  ]
  static let readers: Set<Role> = [.administrator, .radiologist, .technologist, .secretary, .clinician]
  static let imagers: Set<Role> = [.administrator, .radiologist, .technologist]

  static let department: Set<Role> = [.administrator, .radiologist, .technologist, .receptionist, .secretary]

  static let writers: Set<Role> = [.administrator, .radiologist, .secretary]

  static let table: [(HTTPRequest.Method, String, Set<Role>)] = [
    (.get, "/api/v1/studies", everybody),
    (.get, "/api/v1/studies/1.2.1", readers),
    (.get, "/api/v1/studies/1.2.1/series/1.2.1.1/instances/1.2.1.1.1/frames/1/pixels", readers),
    (.get, "/api/v1/system", [.administrator]),
    (.get, "/api/v1/incidents", [.administrator, .technologist]),
    (.get, "/api/v1/audit", [.administrator]),
    (.get, "/api/v1/audit/chain", [.administrator]),
    (.get, "/api/v1/nodes", imagers),
    (.post, "/api/v1/nodes/A/echo", imagers),
    (.put, "/api/v1/nodes", [.administrator]),
    (.delete, "/api/v1/nodes/A", [.administrator]),
    (.get, "/api/v1/accounts", [.administrator]),
    (.post, "/api/v1/accounts", [.administrator]),
    (.put, "/api/v1/accounts/clinician", [.administrator]),
    (.post, "/api/v1/accounts/clinician/password", [.administrator]),
    (.delete, "/api/v1/accounts/clinician/sessions", [.administrator]),
    (.get, "/api/v1/hl7/messages", [.administrator]),
    (.post, "/api/v1/hl7/messages/1/reprocess", [.administrator]),
    (.get, "/api/v1/hl7/queue", [.administrator]),
    (.post, "/api/v1/hl7/queue/1/resend", [.administrator]),
    (.put, "/api/v1/hl7/destinations/A", [.administrator]),
    (.put, "/api/v1/hl7/profiles", [.administrator]),
    (.get, "/api/v1/orders", department),
    (.post, "/api/v1/orders", department),
    (.get, "/api/v1/orders/1", department),
    (.put, "/api/v1/orders/1", department),
    (.post, "/api/v1/orders/1/cancel", department),
    (.post, "/api/v1/exams/1/commands", department),
    (.post, "/api/v1/exams/1/steps/1/commands", imagers),
    (.get, "/api/v1/worklists", department),
    (.get, "/api/v1/department-events", department),
    (.get, "/api/v1/exams", department),
    (.get, "/api/v1/unlinked-studies", imagers),
    (.get, "/api/v1/mismatches", imagers),
    (.post, "/api/v1/mismatches/1/resolve", imagers),
    (.get, "/api/v1/agenda?from=20260304", department),
    (.get, "/api/v1/agenda/free?from=20260304&resource=1", department),
    (.put, "/api/v1/exams/1/booking", department),
    (.get, "/api/v1/waiting-list", department),
    (.put, "/api/v1/resources", [.administrator]),
    (.put, "/api/v1/catalogue", [.administrator]),
    (.get, "/api/v1/exams/1/screening", department),
    (.get, "/api/v1/exams/1/report", readers),
    (.post, "/api/v1/exams/1/report", writers),
    (.get, "/api/v1/reports?words=x", readers),
    (.get, "/api/v1/reports/1", readers),
    (.get, "/api/v1/exams/1", department),
    (.get, "/api/v1/studies/1.2.1/exam", department),
    (.get, "/api/v1/studies/1.2.1/report", readers),
    (.get, "/api/v1/patients/1/reports", readers),
    (.put, "/api/v1/report-templates", [.administrator]),
    (.put, "/api/v1/practice-clock", [.administrator]),
    (.get, "/api/v1/critical-results", writers),
    (.get, "/api/v1/exams/1/critical-results", writers),
    (.post, "/api/v1/critical-results/1/calls", writers),
    (.post, "/api/v1/exams/1/critical-results", [.administrator, .radiologist]),
    (.get, "/api/v1/statistics?from=0&to=1", [.administrator, .manager, .radiologist]),
    (.get, "/api/v1/patients", department),
    (.post, "/api/v1/patients", department),
    (.put, "/api/v1/patients/1", department),
    (.post, "/api/v1/patients/1/merge", [.administrator, .technologist, .receptionist, .secretary]),
    (.get, "/api/v1/reconciliations", department),
    (.get, "/api/v1/reconciliations/1", department),
    (
      .post, "/api/v1/reconciliations/1/undo", [.administrator, .technologist, .receptionist, .secretary]
    ),
    (.post, "/api/v1/orders/1/move", [.administrator, .technologist, .receptionist, .secretary]),
    (.get, "/api/v1/patients/1/outside-results", readers),
    (.get, "/metrics", [.administrator]),
    (.get, "/dicom-web/studies", everybody),
    (.get, "/dicom-web/series", everybody),
    (.get, "/dicom-web/studies/1.2.1/instances", everybody),
    (.get, "/dicom-web/studies/1.2.1", readers),
    (.get, "/dicom-web/studies/1.2.1/metadata", readers),
    (.get, "/dicom-web/studies/1.2.1/series/1.2.1.1/instances/1.2.1.1.1/frames/1", readers),
    (.get, "/dicom-web/studies/1.2.1/series/1.2.1.1/instances/1.2.1.1.1/bulkdata/7FE00010", readers),
    (.get, "/dicom-web/studies/1.2.1/rendered", readers),
    (.get, "/dicom-web/studies/1.2.1/thumbnail", readers),
    (.post, "/dicom-web/studies", imagers),
  ]

  @Test(arguments: table)
  func roles(method: HTTPRequest.Method, path: String, allowed: Set<Role>) async throws {
    let web = try WebFixture()
    try web.store([TestInstance()])
    #expect(try await web.call(method, path).status == 401)
    for role in Role.allCases {
      let status = try await web.call(method, path, as: role).status
      #expect((status == 403) == !allowed.contains(role), "\(role) \(method) \(path): \(status)")
      #expect(status != 401 && status != 500)
    }
  }

  @Test func openResources() async throws {
    let web = try WebFixture()
    for path in ["/healthz", "/readyz", "/api/v1/setup"] { #expect(try await web.call(.get, path).status == 200) }
  }

  @Test func everyAnswerIsGuarded() async throws {
    let web = try WebFixture()
    for path in ["/healthz", "/nowhere", "/api/v1/studies"] {
      let headers = try await web.call(.get, path).headers
      #expect(headers[.contentSecurityPolicy]?.contains("default-src 'self'") == true)
      #expect(headers[.xContentTypeOptions] == "nosniff")
      #expect(headers[.requestID] == "1")
    }
    let unknown = try await web.call(.get, "/nowhere")
    #expect(unknown.status == 404)
    #expect(unknown.headers[.contentType] == "application/problem+json")
    #expect(unknown.text.contains(#""status":404"#))
  }

  @Test func refusalsAndReadingAreAudited() async throws {
    let web = try WebFixture()
    try web.store([TestInstance()])
    for _ in 0..<3 { _ = try await web.call(.get, "/api/v1/studies/1.2.1", as: .clinician) }
    _ = try await web.call(.get, "/api/v1/system", as: .clinician)
    await web.services.trail.flush(on: web.services.pool)
    let events = try web.ports.events(limit: 10)
    #expect(events.map(\.event) == ["Security Alert", "DICOM Instances Accessed"])
    #expect(events.last?.object == "1.2.1")
    #expect(events.last?.patientID == "P1")
    #expect(events.last?.actor == "clinician")
    #expect(events.first?.outcome == "permission denied")
  }
}
