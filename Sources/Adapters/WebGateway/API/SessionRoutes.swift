// SPDX-License-Identifier: Apache-2.0

import Archive
import HTTPTypes
import Hummingbird
import Trust

/// `/api/v1/session` and `/api/v1/setup`: who one is, signing in and out, one's own password, the first administrator.
enum SessionRoutes {
  private struct SignIn: Decodable {
    var name: String
    var password: String
  }

  private struct SetUp: Decodable {
    var token: String
    var name: String
    var displayName: String?
    var password: String
  }

  private struct NewPassword: Decodable {
    var current: String
    var new: String
  }

  static func add(to routes: RouteTable) {
    routes.onOpen(.post, "api/v1/session", signIn)
    routes.onSignedIn(.get, "api/v1/session", anyPassword: true, show)
    routes.onSignedIn(.delete, "api/v1/session", anyPassword: true, signOut)
    routes.onSignedIn(.put, "api/v1/session/password", anyPassword: true, changePassword)
    routes.onOpen(.get, "api/v1/setup") { visit in
      let isNeeded = try await visit.blocking { try visit.services.setup.isNeeded() }
      return .json(.object([("needed", .bool(isNeeded))]))
    }
    routes.onOpen(.post, "api/v1/setup", setUp)
  }

  @Sendable private static func signIn(_ visit: Visit) async throws -> Response {
    let given = try await visit.body(SignIn.self)
    let (services, address, now) = (visit.services, visit.context.address, ArchiveOptions.systemTime())
    try slowDown(visit, account: given.name, now: now)
    let account = try await services.passwords.run {
      try services.authenticator.account(name: given.name, password: given.password, now: now)
    }
    guard let account else {
      services.throttle.failed(account: given.name, address: address, now: now)
      record(visit, actor: String(given.name.prefix(64)), outcome: "wrong name or password")
      throw Problem(.unauthorized, "Name or password is wrong.", code: "wrongPassword")
    }
    services.throttle.succeeded(account: given.name)
    return try await open(account, visit)
  }

  /// Refuses whoever has guessed too often.
  private static func slowDown(_ visit: some WebRequest, account: String, now: Int64) throws {
    let wait = visit.services.throttle.wait(account: account, address: visit.context.address, now: now)
    guard wait == 0 else {
      throw Problem(
        .tooManyRequests, "Too many attempts; wait a moment.", code: "tooManyAttempts",
        headers: [.retryAfter: String((wait + 999_999) / 1_000_000)])
    }
  }

  /// Whoever has a session only could shut its owner out: the present password is asked for, and guessing at it is
  /// slowed down as at the door.
  @Sendable private static func changePassword(_ call: Call) async throws -> Response {
    let given = try await call.body(NewPassword.self)
    guard let session = call.context.session else {
      throw Problem(.forbidden, "A password is changed by who has signed in with it.")
    }
    let (services, name, now) = (call.services, call.principal.name, ArchiveOptions.systemTime())
    try slowDown(call, account: name, now: now)
    do {
      try await services.passwords.run {
        try services.accounts.changePassword(of: name, from: given.current, to: given.new, keeping: session)
      }
    } catch let error as TrustError {
      if error.code == .wrongCurrentPassword {
        services.throttle.failed(account: name, address: call.context.address, now: now)
      }
      services.trail.recordChange(of: "user \(name) own password", by: call, outcome: error.reason)
      throw error
    }
    services.throttle.succeeded(account: name)
    services.trail.recordChange(of: "user \(name) own password", by: call)
    return .noContent()
  }

  @Sendable private static func setUp(_ visit: Visit) async throws -> Response {
    let given = try await visit.body(SetUp.self)
    guard let secret = Secret(presented: given.token) else {
      throw TrustError(.linkNotValid, "The link is not valid, or no longer.")
    }
    let services = visit.services
    let account = try await services.passwords.run {
      try services.setup.redeem(
        secret, name: given.name, displayName: given.displayName ?? "", password: given.password,
        now: ArchiveOptions.systemTime())
    }
    return try await open(account, visit)
  }

  private static func open(_ account: Account, _ visit: Visit) async throws -> Response {
    let label = visit.request.headers[.userAgent] ?? visit.context.address
    let secret = try await visit.blocking {
      try visit.services.authenticator.openSession(for: account, label: label, now: ArchiveOptions.systemTime())
    }
    guard let secret else {
      record(visit, actor: account.name, outcome: "changed meanwhile")
      throw Problem(.unauthorized, "Name or password is wrong.", code: "wrongPassword")
    }
    record(visit, actor: account.name, outcome: "success")
    return .noContent(headers: [
      .setCookie: SessionCookie.set(secret, isSecure: visit.services.isSecure), .cacheControl: "no-store",
    ])
  }

  @Sendable private static func show(_ call: Call) async throws -> Response {
    let token = call.context.session.map { SessionCookie.csrfToken($0) }
    let permissions = call.principal.permissions.map(\.rawValue).sorted()
    let session = call.context.session
    let validity = try await call.blocking {
      try session.flatMap { try call.services.authenticator.validity(of: $0, now: ArchiveOptions.systemTime()) }
    }
    return .json(
      .object([
        ("name", .string(call.principal.name)), ("displayName", .string(call.principal.displayName)),
        ("role", .string(call.principal.role.rawValue)), ("csrfToken", JSONValue(token)),
        ("permissions", JSONValue(permissions)),
        ("mustChangePassword", .bool(call.principal.mustChangePassword)),
        ("otherArchives", JSONValue(call.services.ports.otherArchives?.titles ?? [])),
        ("idleSeconds", validity.map { .integer($0.idle / 1_000_000) } ?? .null),
        ("remainingSeconds", validity.map { .integer($0.remaining / 1_000_000) } ?? .null),
      ]))
  }

  @Sendable private static func signOut(_ call: Call) async throws -> Response {
    if let session = call.context.session {
      _ = try await call.blocking { try call.services.authenticator.revoke(session) }
    }
    return .noContent(headers: [.setCookie: SessionCookie.clear(isSecure: call.services.isSecure)])
  }

  private static func record(_ visit: Visit, actor: String, outcome: String) {
    visit.services.trail.record(
      AuditEvent(
        at: ArchiveOptions.systemTime(), event: "User Authentication", outcome: outcome, actor: actor,
        address: visit.context.address, object: actor))
  }
}
