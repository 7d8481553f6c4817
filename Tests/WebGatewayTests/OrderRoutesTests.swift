// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Testing
import Trust

@testable import WebGateway

@Suite struct OrderRoutesTests {
  static let order = """
    {"patient": {"identifiers": [{"value": "4711", "issuer": "HIS"}], "name": "Dupont^Marie", "birthDate": "19700102"},
     "order": {"placer": {"value": "A1"}, "request": {"reason": "Cough"}, "procedures": [
       {"description": "CT thorax", "steps": [
         {"modality": "CT", "station": {"aeTitles": ["CT1"]}, "start": {"date": "20260304", "time": "1030"}}]}]}}
    """

  static func object(_ answer: WebFixture.Answer) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any], "\(answer.text)")
  }

  static func exam(_ answer: WebFixture.Answer) throws -> (order: [String: Any], exam: [String: Any], id: Int) {
    let order = try #require(try object(answer)["order"] as? [String: Any], "\(answer.text)")
    let exam = try #require((order["procedures"] as? [[String: Any]])?.first)
    return (order, exam, try #require(exam["id"] as? Int))
  }

  @Test func anOrderGoesThroughTheDay() async throws {
    let web = try WebFixture()
    let placed = try await web.send(.post, "/api/v1/orders", as: .receptionist, json: Self.order)
    #expect(placed.status == 201)
    let (order, exam, id) = try Self.exam(placed)
    let key = try #require(order["id"] as? Int)
    #expect(exam["status"] as? String == "scheduled")
    let commands = try #require(try Self.object(placed)["commands"] as? [String: [String]])
    #expect(commands[String(id)] == ["schedule", "unschedule", "arrive", "markNoShow", "cancel"])
    func command(_ name: String, _ role: Role) async throws -> WebFixture.Answer {
      try await web.send(.post, "/api/v1/exams/\(id)/commands", as: role, json: #"{"command": "\#(name)"}"#)
    }
    #expect(try await command("arrive", .receptionist).status == 200)
    #expect(try await command("enterRoom", .receptionist).status == 403)
    #expect(try await command("enterRoom", .technologist).status == 200)
    #expect(try await command("arrive", .technologist).status == 409)
    #expect(try await command("dance", .technologist).status == 400)
    let shown = try Self.object(try await web.call(.get, "/api/v1/orders/\(key)", as: .radiologist))
    #expect(shown["status"] as? String == "inProcess")
    #expect((shown["events"] as? [[String: Any]])?.last?["by"] as? String == "technologist")
    #expect((shown["patient"] as? [String: Any])?["name"] as? String == "Dupont^Marie")
    let listed = try await web.call(.get, "/api/v1/orders?search=dupont&status=inRoom", as: .radiologist)
    #expect((try Self.object(listed)["orders"] as? [Any])?.count == 1)
    let none = try await web.call(.get, "/api/v1/orders?status=sent", as: .radiologist)
    #expect((try Self.object(none)["orders"] as? [Any])?.count == 0)
  }

  @Test func aStaleChangeIsRefused() async throws {
    let web = try WebFixture()
    let placed = try await web.send(.post, "/api/v1/orders", as: .secretary, json: Self.order)
    var (order, _, _) = try Self.exam(placed)
    let path = "/api/v1/orders/\(try #require(order["id"] as? Int))"
    order["request"] = ["reason": "Dyspnoea"]
    let body = String(decoding: try JSONSerialization.data(withJSONObject: order), as: UTF8.self)
    let changed = try await web.send(.put, path, as: .secretary, json: body)
    #expect(changed.status == 200 && changed.text.contains("Dyspnoea"))
    #expect(try await web.send(.put, path, as: .secretary, json: body).status == 409)
    let twice = try await web.send(.post, "/api/v1/orders", as: .secretary, json: Self.order)
    #expect(twice.status == 409 && twice.text.contains("A1"))
    #expect(try await web.send(.post, path + "/cancel", as: .secretary, json: #"{"reason": ""}"#).status == 422)
    #expect(try await web.send(.post, path + "/cancel", as: .secretary, json: #"{"reason": "x"}"#).status == 200)
    #expect(try await web.call(.get, "/api/v1/orders/999", as: .secretary).status == 404)
    let malformed = try await web.send(.post, "/api/v1/orders", as: .secretary, json: #"{"patient": {"name": 1}}"#)
    #expect(malformed.status == 400 && malformed.text.contains(".patient.name"))
  }

  @Test func oneReaderAtATime() async throws {
    let web = try WebFixture()
    let (_, _, id) = try Self.exam(try await web.send(.post, "/api/v1/orders", as: .secretary, json: Self.order))
    let path = "/api/v1/exams/\(id)/claim"
    #expect(try await web.call(.post, path, as: .radiologist).status == 200)
    #expect(try await web.call(.post, path, as: .secretary).status == 409)
    #expect(try await web.call(.delete, path, as: .radiologist).status == 200)
    #expect(try await web.call(.post, path, as: .secretary).status == 200)
  }
}
