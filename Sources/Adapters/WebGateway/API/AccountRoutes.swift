// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMWeb
import HTTPTypes
import Hummingbird
import Trust

/// `/api/v1/accounts`: who may sign in, as what, and with what they are signed in.
enum AccountRoutes {
  private struct New: Decodable {
    var name: String
    var displayName: String?
    var role: String
  }

  private struct Given: Decodable {
    var displayName: String?
    var role: String?
    var disabled: Bool?
  }

  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/accounts", needs: .manageAccounts, records: .nothing, list)
    routes.on(.post, "api/v1/accounts", needs: .manageAccounts, records: .nothing, create)
    routes.on(.put, "api/v1/accounts/:account", needs: .manageAccounts, records: .nothing, change)
    routes.on(.post, "api/v1/accounts/:account/password", needs: .manageAccounts, records: .nothing, reset)
    routes.on(.delete, "api/v1/accounts/:account/sessions", needs: .manageAccounts, records: .nothing, endSessions)
  }

  @Sendable private static func list(_ call: Call) async throws -> Response {
    let accounts = try await call.blocking { try call.services.accounts.list(now: ArchiveOptions.systemTime()) }
    let roles = Role.allCases.map { role -> JSONValue in
      let permissions = Permission.allCases.filter(role.permissions.contains).map(\.rawValue)
      return .object([("role", .string(role.rawValue)), ("permissions", JSONValue(permissions))])
    }
    return .json(
      .object([("accounts", .array(accounts.map { value($0.account, $0.use) })), ("roles", .array(roles))]))
  }

  @Sendable private static func create(_ call: Call) async throws -> Response {
    let given = try await call.body(New.self)
    let role = try role(given.role)
    let object = "user \(given.name.prefix(PasswordRules.maximumNameLength)) role \(role.rawValue)"
    return try await recorded(call, object) {
      let made = try await call.services.passwords.run {
        try call.services.accounts.add(
          name: given.name, displayName: given.displayName ?? "", role: role, now: ArchiveOptions.systemTime())
      }
      return .json(
        .object([("account", value(made.account)), ("password", .string(made.password.text))]), status: .created)
    }
  }

  @Sendable private static func change(_ call: Call) async throws -> Response {
    let name = try call.decodedComponent("account")
    let given = try await call.body(Given.self)
    let change = AccountOffice.Change(
      displayName: given.displayName, role: try given.role.map(role), isDisabled: given.disabled)
    let parts = [
      change.role.map { "role \($0.rawValue)" }, change.isDisabled.map { $0 ? "disabled" : "enabled" },
      change.displayName.map { _ in "displayed name" },
    ]
    let object = "user \(name.prefix(PasswordRules.maximumNameLength)) "
    return try await recorded(call, object + parts.compactMap(\.self).joined(separator: ", ")) {
      let pair = try await call.blocking { try call.services.accounts.change(name, change) }
      return .json(value(pair.after))
    }
  }

  @Sendable private static func reset(_ call: Call) async throws -> Response {
    let name = try call.decodedComponent("account")
    return try await recorded(call, "user \(name.prefix(PasswordRules.maximumNameLength)) one-time password") {
      let made = try await call.services.passwords.run {
        try call.services.accounts.resetPassword(of: name, now: ArchiveOptions.systemTime())
      }
      // Whoever forgot a password has tried others.
      call.services.throttle.succeeded(account: name)
      return .json(.object([("account", value(made.account)), ("password", .string(made.password.text))]))
    }
  }

  @Sendable private static func endSessions(_ call: Call) async throws -> Response {
    let name = try call.decodedComponent("account")
    let tokens = try call.query.flag("tokens")
    let what = tokens ? "sessions and tokens ended" : "sessions ended"
    return try await recorded(call, "user \(name.prefix(PasswordRules.maximumNameLength)) \(what)") {
      let count = try await call.blocking {
        guard try call.services.ports.accounts.account(named: name) != nil else {
          throw TrustError(.unknownAccount, "There is no account \(name).")
        }
        return try call.services.accounts.endSessions(of: name, tokens: tokens)
      }
      return .json(.object([("ended", JSONValue(count))]))
    }
  }

  /// Answers, and tells the audit trail what was done or why not.
  private static func recorded(
    _ call: Call, _ object: String, _ body: () async throws -> Response
  ) async throws -> Response {
    do {
      let response = try await body()
      call.services.trail.recordChange(of: object, by: call)
      return response
    } catch {
      call.services.trail.recordChange(of: object, by: call, outcome: Problem(error)?.detail ?? "failed")
      throw error
    }
  }

  private static func role(_ text: String) throws -> Role {
    guard let role = Role(rawValue: text) else {
      let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
      throw Problem(.unprocessableContent, "The role is one of \(known).")
    }
    return role
  }

  /// Never with what the password is known by.
  private static func value(_ account: Account, _ use: AccountOffice.Use? = nil) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("name", .string(account.name)), ("displayName", .string(account.displayName)),
      ("role", .string(account.role.rawValue)), ("disabled", .bool(account.isDisabled)),
      ("createdAt", .integer(account.createdAt)), ("oneTimeUntil", JSONValue(account.oneTimeUntil)),
    ]
    if let use {
      members += [
        ("sessions", JSONValue(use.sessions)), ("tokens", JSONValue(use.tokens)),
        ("lastUsedAt", use.lastUsedAt > 0 ? .integer(use.lastUsedAt) : .null),
      ]
    }
    return .object(members)
  }
}
