// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing
import Trust

@testable import WebGateway

@Suite struct SessionRoutesTests {
  let web: WebFixture

  init() throws { web = try WebFixture() }

  private func signIn(_ name: String, _ password: String = WebFixture.password) async throws -> WebFixture.Answer {
    try await web.send(.post, "/api/v1/session", json: #"{"name":"\#(name)","password":"\#(password)"}"#)
  }

  private func cookie(_ answer: WebFixture.Answer) throws -> String {
    String(try #require(answer.headers[.setCookie]).prefix { $0 != ";" })
  }

  @Test func signInShowSignOut() async throws {
    let signedIn = try await signIn("RADIOLOGIST")
    #expect(signedIn.status == 204)
    let attributes = try #require(signedIn.headers[.setCookie])
    #expect(attributes.contains("HttpOnly") && attributes.contains("SameSite=Strict") && !attributes.contains("Secure"))
    let cookie = [("Cookie", "other=1; " + (try cookie(signedIn)))]

    let shown = try await web.call(.get, "/api/v1/session", cookie)
    #expect(shown.status == 200)
    #expect(shown.text.contains(#""name":"radiologist""#) && shown.text.contains(#""role":"radiologist""#))
    let token = try #require(shown.text.split(separator: #""csrfToken":""#).last?.prefix { $0 != "\"" })

    #expect(try await web.call(.delete, "/api/v1/session", cookie).status == 403)
    #expect(try await web.call(.delete, "/api/v1/session", cookie + [("X-Martlet-CSRF", "wrong")]).status == 403)
    #expect(try await web.call(.delete, "/api/v1/session", cookie + [("X-Martlet-CSRF", String(token))]).status == 204)
    #expect(try await web.call(.get, "/api/v1/session", cookie).status == 401)
  }

  @Test(arguments: [("radiologist", "wrong password"), ("nobody", WebFixture.password), ("", "")])
  func wrongNamesAndPasswords(name: String, password: String) async throws {
    let answer = try await signIn(name, password)
    #expect(answer.status == 401)
    #expect(answer.headers[.setCookie] == nil)
    #expect(answer.headers[.contentType] == "application/problem+json")
  }

  @Test func guessingIsSlowedDown() async throws {
    for _ in 0..<6 { #expect(try await signIn("clinician", "wrong password").status == 401) }
    let answer = try await signIn("clinician")
    #expect(answer.status == 429)
    #expect(answer.headers[.retryAfter] == "1")
  }

  @Test func bodiesMustBeJSONAndSmall() async throws {
    let body = Array(#"{"name":"clinician","password":"correct horse"}"#.utf8)
    #expect(try await web.call(.post, "/api/v1/session", [("Content-Type", "text/plain")], body: body).status == 415)
    #expect(try await web.send(.post, "/api/v1/session", json: "{").status == 400)
    let long = #"{"name":"clinician","password":"\#(String(repeating: "x", count: 100_000))"}"#
    #expect(try await web.send(.post, "/api/v1/session", json: long).status == 413)
  }

  @Test func bearerTokensNeedNoCSRFAndAreRefusedWhenWrong() async throws {
    #expect(try await web.call(.get, "/api/v1/session", as: .clinician).status == 200)
    #expect(try await web.call(.delete, "/api/v1/session", as: .clinician).status == 204)
    let wrong = try await web.call(.get, "/healthz", [("Authorization", "Bearer 0000")])
    #expect(wrong.status == 401)
  }

  @Test func firstAdministratorComesByTheLink() async throws {
    web.ports.removeAccounts()
    let secret = try #require(try web.services.setup.issue(now: 0))
    #expect(try await web.call(.get, "/api/v1/setup").text == #"{"needed":true}"#)
    func setUp(_ token: String, _ password: String = "a long password") async throws -> WebFixture.Answer {
      try await web.send(
        .post, "/api/v1/setup",
        json: #"{"token":"\#(token)","name":"chief","displayName":"","password":"\#(password)"}"#)
    }
    #expect(try await setUp("wrong").status == 403)
    #expect(try await setUp(Secret.random().text).status == 403)
    #expect(try await setUp(secret.text, "short").status == 422)
  }

  @Test(
    arguments: [
      ([], true), ([("X-Martlet-Idle", "0")], true), ([("X-Martlet-Idle", "nonsense")], true),
      ([("X-Martlet-Idle", "86400")], false), ([("Accept", "text/event-stream")], false),
      ([("Sec-Fetch-Dest", "image")], false), ([("Sec-Fetch-Dest", "document")], true),
    ] as [([(String, String)], Bool)])
  func onlyWhatAPersonDoesIsUse(fields: [(String, String)], isUse: Bool) async throws {
    let cookie = [("Cookie", try cookie(await signIn("clinician")))]
    let opened = try #require(try web.ports.credentials(ofAccount: "clinician").first { $0.kind == .session })
    var old = opened
    // As if nothing had happened for half of the time that is given.
    old.lastUsedAt -= 1_800_000_000
    try web.ports.save(old)
    #expect(try await web.call(.get, "/api/v1/session", cookie + fields).status == 200)
    let used = try #require(try web.ports.credential(digest: opened.digest)).lastUsedAt
    #expect(used == old.lastUsedAt || isUse)
    #expect(used >= opened.lastUsedAt || !isUse)
  }

  @Test func aPageThatAsksByItselfKeepsNoSessionOpen() async throws {
    let cookie = [("Cookie", try cookie(await signIn("clinician")))]
    var held = try #require(try web.ports.credentials(ofAccount: "clinician").first { $0.kind == .session })
    // An hour is what the fixture gives.
    held.lastUsedAt -= 3_601_000_000
    try web.ports.save(held)
    let polling = cookie + [("X-Martlet-Idle", "3601")]
    #expect(try await web.call(.get, "/api/v1/session", polling).status == 401)
    #expect(try await web.call(.get, "/api/v1/events", cookie + [("Accept", "text/event-stream")]).status == 401)
  }

  @Test func signingInIsAudited() async throws {
    _ = try await signIn("clinician")
    _ = try await signIn("clinician", "wrong password")
    await web.services.trail.flush(on: web.services.pool)
    let events = try web.ports.events(limit: 10)
    #expect(events.map(\.event) == ["User Authentication", "User Authentication"])
    #expect(events.map(\.outcome) == ["wrong name or password", "success"])
  }
}
