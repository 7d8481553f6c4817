// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Testing
import Trust

@testable import WebGateway

@Suite struct AccountRoutesTests {
  let web: WebFixture

  init() throws { web = try WebFixture() }

  private struct Made: Decodable { var password: String }
  private struct Listed: Decodable {
    struct Account: Decodable {
      var name: String
      var displayName: String
      var role: String
      var disabled: Bool
      var sessions: Int
      var tokens: Int
      var oneTimeUntil: Int64?
    }
    struct Role: Decodable {
      var role: String
      var permissions: [String]
    }
    var accounts: [Account]
    var roles: [Role]
  }
  private struct Session: Decodable {
    var csrfToken: String
    var permissions: [String]
    var mustChangePassword: Bool
  }
  private struct Refusal: Decodable { var code: String }

  private func decode<Value: Decodable>(_: Value.Type, _ answer: WebFixture.Answer) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(answer.body))
  }

  /// The header fields of a session.
  private func signIn(_ name: String, _ password: String) async throws -> [(String, String)] {
    let answer = try await web.send(.post, "/api/v1/session", json: #"{"name":"\#(name)","password":"\#(password)"}"#)
    try #require(answer.status == 204, "\(answer.text)")
    let cookie = ("Cookie", String(try #require(answer.headers[.setCookie]).prefix { $0 != ";" }))
    return [cookie, ("X-Martlet-CSRF", try await session([cookie]).csrfToken)]
  }

  private func session(_ fields: [(String, String)]) async throws -> Session {
    try decode(Session.self, try await web.call(.get, "/api/v1/session", fields))
  }

  private func list() async throws -> Listed {
    try decode(Listed.self, try await web.call(.get, "/api/v1/accounts", as: .administrator))
  }

  private func create(_ name: String, role: String = "clinician") async throws -> String {
    let answer = try await web.send(
      .post, "/api/v1/accounts", as: .administrator,
      json: #"{"name":"\#(name)","displayName":"Some Body","role":"\#(role)"}"#)
    try #require(answer.status == 201, "\(answer.text)")
    return try decode(Made.self, answer).password
  }

  private func code(_ answer: WebFixture.Answer) -> String { (try? decode(Refusal.self, answer))?.code ?? "" }

  @Test func aNewUserChoosesAPasswordBeforeAllElse() async throws {
    let password = try await create("nora")
    let fields = try await signIn("NORA", password)
    let shown = try await session(fields)
    #expect(shown.mustChangePassword && shown.permissions.isEmpty)
    for entry in web.services.router(isSecure: false).catalogue.entries where entry.access != .open {
      if entry.path.hasPrefix("/api/v1/session") { continue }
      let path = entry.path.replacing("{", with: "").replacing("}", with: "")
      let answer = try await web.send(entry.method, path, json: "{}", fields)
      // FHIR says it in words only.
      #expect(
        answer.status == 403 && answer.text.contains("Choose a password of your own first."),
        "\(entry.path) \(answer.status)")
    }
    func change(_ current: String, _ new: String) async throws -> WebFixture.Answer {
      try await web.send(
        .put, "/api/v1/session/password", json: #"{"current":"\#(current)","new":"\#(new)"}"#, fields)
    }
    #expect(code(try await change("not the password", "a good password")) == "wrongCurrentPassword")
    #expect(code(try await change(password, "nora")) == "weakPassword")
    #expect(code(try await change(password, password)) == "samePassword")
    #expect(try await change(password, "a good password").status == 204)
    #expect(try await web.call(.get, "/api/v1/studies", fields).status == 200)
    #expect(try await web.call(.get, "/api/v1/accounts", fields).status == 403)
    #expect(try await list().accounts.first { $0.name == "nora" }?.oneTimeUntil == nil)
  }

  @Test func theListShowsWhoIsSignedInAndNoPassword() async throws {
    _ = try await signIn("clinician", WebFixture.password)
    let answer = try await web.call(.get, "/api/v1/accounts", as: .administrator)
    #expect(!answer.text.contains("scrypt") && !answer.text.lowercased().contains("password"))
    let listed = try await list()
    let clinician = try #require(listed.accounts.first { $0.name == "clinician" })
    #expect(clinician.sessions == 1 && clinician.tokens == 0 && !clinician.disabled && clinician.role == "clinician")
    #expect(Set(listed.roles.map(\.role)) == Set(Role.allCases.map(\.rawValue)))
    for each in listed.roles {
      #expect(Set(each.permissions) == Set(try #require(Role(rawValue: each.role)).permissions.map(\.rawValue)))
    }
  }

  @Test func changesReachWhoIsSignedIn() async throws {
    let fields = try await signIn("clinician", WebFixture.password)
    func put(_ body: String) async throws -> WebFixture.Answer {
      try await web.send(.put, "/api/v1/accounts/clinician", as: .administrator, json: body)
    }
    #expect(try await put(#"{"role":"manager"}"#).status == 200)
    #expect(try await web.call(.get, "/api/v1/studies", fields).status == 403)
    #expect(try await put(#"{"role":"clinician","displayName":"Doctor Who"}"#).text.contains("Doctor Who"))
    #expect(try await web.call(.get, "/api/v1/studies", fields).status == 200)
    #expect(try await put(#"{"disabled":true}"#).status == 200)
    #expect(try await web.call(.get, "/api/v1/studies", fields).status == 401)
    #expect(try await put(#"{"disabled":false}"#).status == 200)
    #expect(try await web.call(.get, "/api/v1/studies", fields).status == 401)
    let anew = try await signIn("clinician", WebFixture.password)
    let ended = try await web.call(.delete, "/api/v1/accounts/clinician/sessions", as: .administrator)
    #expect(ended.text == #"{"ended":1}"#)
    #expect(try await web.call(.get, "/api/v1/studies", anew).status == 401)
    let last = try await signIn("clinician", WebFixture.password)
    let reset = try await web.call(.post, "/api/v1/accounts/clinician/password", as: .administrator)
    #expect(reset.status == 200)
    #expect(try await web.call(.get, "/api/v1/studies", last).status == 401)
    _ = try await signIn("clinician", try decode(Made.self, reset).password)
  }

  @Test func refusalsHaveTheirCodes() async throws {
    func send(_ method: HTTPRequest.Method, _ path: String, _ body: String = "{}") async throws -> (Int, String) {
      let answer = try await web.send(method, "/api/v1/accounts" + path, as: .administrator, json: body)
      return (answer.status, code(answer))
    }
    #expect(try await send(.put, "/administrator", #"{"disabled":true}"#) == (409, "lastAdministrator"))
    #expect(try await send(.put, "/administrator", #"{"role":"clinician"}"#) == (409, "lastAdministrator"))
    #expect(try await send(.put, "/nobody", #"{"disabled":true}"#) == (404, "unknownAccount"))
    #expect(try await send(.post, "/nobody/password") == (404, "unknownAccount"))
    #expect(try await send(.delete, "/nobody/sessions") == (404, "unknownAccount"))
    #expect(try await send(.post, "", #"{"name":"CLINICIAN","role":"clinician"}"#) == (409, "nameTaken"))
    #expect(try await send(.post, "", #"{"name":"a b","role":"clinician"}"#) == (422, "invalidName"))
    #expect(try await send(.post, "", #"{"name":"ab","role":"king"}"#) == (422, "invalid"))
    #expect(try await send(.post, "", #"{"role":"clinician"}"#) == (400, "badRequest"))
  }

  @Test func ownPasswordsAreGuessedSlowlyAndBySessionsOnly() async throws {
    let body = #"{"current":"wrong password","new":"a good password"}"#
    #expect(try await web.send(.put, "/api/v1/session/password", as: .clinician, json: body).status == 403)
    let fields = try await signIn("clinician", WebFixture.password)
    var answers: [Int] = []
    for _ in 0..<7 {
      answers.append(try await web.send(.put, "/api/v1/session/password", json: body, fields).status)
    }
    #expect(answers == [403, 403, 403, 403, 403, 403, 429])
  }

  @Test func everyChangeIsAudited() async throws {
    _ = try await create("nora")
    for disabled in ["true", "false", "true"] {
      _ = try await web.send(.put, "/api/v1/accounts/nora", as: .administrator, json: #"{"disabled":\#(disabled)}"#)
    }
    _ = try await web.send(.put, "/api/v1/accounts/administrator", as: .administrator, json: #"{"role":"manager"}"#)
    _ = try await web.call(.post, "/api/v1/accounts/nora/password", as: .administrator)
    _ = try await web.call(.delete, "/api/v1/accounts/nora/sessions?tokens=true", as: .administrator)
    _ = try await web.call(.get, "/api/v1/accounts", as: .clinician)
    await web.services.trail.flush(on: web.services.pool)
    let events = try web.ports.events(limit: 20).reversed()
    #expect(events.allSatisfy { $0.event == "Security Alert" })
    #expect(
      events.map(\.object) == [
        "user nora role clinician", "user nora disabled", "user nora enabled", "user nora disabled",
        "user administrator role manager", "user nora one-time password", "user nora sessions and tokens ended",
        "/api/v1/accounts",
      ])
    #expect(events.map(\.actor).dropLast().allSatisfy { $0 == "administrator" })
    #expect(
      events.filter { $0.outcome != "success" }.map(\.object) == [
        "user administrator role manager", "/api/v1/accounts",
      ])
  }
}
