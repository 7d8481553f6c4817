// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Testing
import Trust

@testable import WebGateway

@Suite struct ReportRoutesTests {
  /// An exam that is to be read.
  private func exam(_ web: WebFixture) async throws -> Int {
    let placed = try await web.send(.post, "/api/v1/orders", as: .receptionist, json: OrderRoutesTests.order)
    let id = try OrderRoutesTests.exam(placed).id
    for command in ["complete", "release"] {
      let answer = try await web.send(
        .post, "/api/v1/exams/\(id)/commands", as: .technologist, json: #"{"command": "\#(command)"}"#)
      #expect(answer.status == 200, "\(answer.text)")
    }
    return id
  }

  @Test func whatIsNotValidatedIsInvisibleToClinicians() async throws {
    let web = try WebFixture()
    let exam = try await exam(web)
    let path = "/api/v1/exams/\(exam)/report"
    func write(_ command: String, _ based: Int, _ role: Role) async throws -> Int {
      let content = #"{"sections": [{"key": "findings", "title": "Findings", "text": "Nodule of 5 mm"}]}"#
      return try await web.send(
        .post, path, as: role, json: #"{"command": "\#(command)", "basedOn": \#(based), "content": \#(content)}"#
      ).status
    }
    #expect(try await write("save", 0, .secretary) == 201)
    #expect(try await write("submit", 1, .secretary) == 201)
    #expect(try await write("validate", 2, .secretary) == 403)
    #expect(try await write("validate", 2, .administrator) == 403)
    for role in [Role.clinician, .technologist, .administrator] {
      #expect(try await web.call(.get, path, as: role).status == 404)
      #expect(try await web.call(.get, "/api/v1/reports/\(exam)", as: role).status == 404)
      let found = try await web.call(.get, "/api/v1/reports?words=nodule", as: role)
      #expect(found.status == 200 && !found.text.contains("Nodule"))
    }
    #expect(try await web.call(.get, path, as: .secretary).text.contains("Nodule"))
    #expect(try await web.call(.get, "/api/v1/patients/1/reports", as: .clinician).text == #"{"exams":[]}"#)
    #expect(try await write("validate", 1, .radiologist) == 409)
    #expect(try await write("validate", 2, .radiologist) == 201)
    let seen = try OrderRoutesTests.object(try await web.call(.get, path, as: .clinician))
    #expect((seen["versions"] as? [[String: Any]])?.map { $0["status"] as? String } == ["validated"])
    let found = try await web.call(.get, "/api/v1/reports?words=nodules+mm", as: .clinician)
    #expect(found.text.contains("Nodule") && found.text.contains(#""matched":["mm","nodule"]"#))
    let validated = try OrderRoutesTests.object(try await web.call(.get, "/api/v1/reports/\(exam)", as: .clinician))
    #expect((validated["versions"] as? [Any])?.count == 1 && validated["exam"] != nil)
    #expect(try await web.call(.get, "/api/v1/exams/\(exam)", as: .radiologist).text.contains("validated"))
    #expect(try await web.call(.get, "/api/v1/exams/9999", as: .radiologist).status == 404)
    #expect(try await web.call(.get, "/api/v1/patients/1/reports", as: .clinician).text.contains("Nodule"))
  }

  @Test func roomsAreBookedAndListsCounted() async throws {
    let web = try WebFixture()
    let week = (1...7).map { #"{"weekday": \#($0), "from": 480, "to": 1080}"# }.joined(separator: ",")
    let resource = #"{"name": "CT 1", "kind": "machine", "aeTitle": "CT1", "openings": [\#(week)]}"#
    let saved = try await web.send(.put, "/api/v1/resources", as: .administrator, json: resource)
    #expect(saved.status == 200, "\(saved.text)")
    let id = try #require(try OrderRoutesTests.object(saved)["id"] as? Int)
    var exams: [Int] = []
    for number in 1...2 {
      let order = OrderRoutesTests.order.replacingOccurrences(of: "A1", with: "A\(number)")
      exams.append(
        try OrderRoutesTests.exam(try await web.send(.post, "/api/v1/orders", as: .secretary, json: order)).id)
    }
    func book(_ exam: Int, _ role: Role, overbooks: Bool = false) async throws -> Int {
      try await web.send(
        .put, "/api/v1/exams/\(exam)/booking", as: role,
        json: """
          {"resources": [\(id)], "start": {"date": "20260304", "time": "0900"}, "minutes": 30,
           "overbooks": \(overbooks)}
          """
      ).status
    }
    #expect(try await book(exams[0], .receptionist) == 200)
    #expect(try await book(exams[1], .receptionist) == 409)
    #expect(try await book(exams[1], .receptionist, overbooks: true) == 403)
    #expect(try await book(exams[1], .technologist, overbooks: true) == 200)
    let day = try await web.call(.get, "/api/v1/agenda?from=20260304", as: .receptionist)
    #expect((try OrderRoutesTests.object(day)["bookings"] as? [Any])?.count == 2)
    let free = try await web.call(
      .get, "/api/v1/agenda/free?from=202603040800&minutes=60&limit=1&resource=\(id)", as: .receptionist)
    #expect(free.text == #"{"slots":[{"date":"20260304","time":"080000"}]}"#)
    let events = try OrderRoutesTests.object(
      try await web.call(.get, "/api/v1/department-events?after=0", as: .receptionist))
    let last = try #require(events["last"] as? Int)
    #expect((events["events"] as? [Any])?.count == last)
    let now = try await web.call(.get, "/api/v1/department-events", as: .receptionist)
    #expect(now.text == #"{"last":\#(last),"events":[]}"#)
    let lists = try OrderRoutesTests.object(try await web.call(.get, "/api/v1/worklists", as: .receptionist))
    let counts = try #require(lists["worklists"] as? [[String: Any]])
    #expect(counts.first { $0["name"] as? String == "scheduled" }?["count"] as? Int == 2)
    let listed = try await web.call(.get, "/api/v1/exams?list=scheduled", as: .receptionist)
    #expect(try OrderRoutesTests.object(listed)["total"] as? Int == 2)
    #expect(try await web.call(.get, "/api/v1/exams?list=toRead", as: .receptionist).status == 404)
  }
}
