// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import Trust

@Suite struct AccountOfficeTests {
  let accounts = MemoryAccounts()
  let credentials = MemoryCredentials()
  let office: AccountOffice
  let authenticator: Authenticator

  init() throws {
    office = AccountOffice(accounts: accounts, credentials: credentials, cost: fastHash)
    authenticator = try Authenticator(accounts: accounts, credentials: credentials, decoyParameters: fastHash)
    try accounts.save(account("root", "open sesame", role: .administrator))
  }

  @Test func aNewAccountBeginsWithAOneTimePassword() throws {
    let made = try office.add(name: "Anna", displayName: " ", role: .clinician, now: 5)
    #expect(made.account.displayName == "Anna" && made.account.oneTimeUntil == made.password.until)
    #expect(made.password.until == 5 + AccountOffice.oneTimeLifetime)
    let parts = made.password.text.split(separator: "-")
    #expect(parts.count == 4 && parts.allSatisfy { $0.count == 4 })
    #expect(try PasswordRules.check(password: made.password.text, accountName: "Anna") == ())
    #expect(try authenticator.account(name: "anna", password: made.password.text, now: 6) != nil)
    #expect(throws: TrustError(.nameTaken, "")) {
      try office.add(name: "ANNA", displayName: "", role: .clinician, now: 5)
    }
    #expect(throws: TrustError(.invalidName, "")) {
      try office.add(name: "an na", displayName: "", role: .clinician, now: 5)
    }
    #expect(throws: TrustError(.invalidName, "")) {
      try office.add(name: "bert", displayName: String(repeating: "x", count: 129), role: .clinician, now: 5)
    }
    #expect(throws: TrustError(.invalidName, "")) {
      try office.add(name: "bert", displayName: "a\u{7}", role: .clinician, now: 5)
    }
  }

  @Test func ownPasswordsEndTheOtherSessions() throws {
    let made = try office.add(name: "anna", displayName: "Anna", role: .clinician, now: 0)
    func open() throws -> Secret { try #require(try authenticator.openSession(for: account(), label: "", now: 0)) }
    func account() throws -> Account { try #require(try accounts.account(named: "anna")) }
    let (one, other) = (try open(), try open())
    func change(_ current: String, _ new: String) throws {
      try office.changePassword(of: "anna", from: current, to: new, keeping: one)
    }
    #expect(throws: TrustError(.wrongCurrentPassword, "")) { try change("something else", "a good password") }
    #expect(throws: TrustError(.samePassword, "")) { try change(made.password.text, made.password.text) }
    #expect(throws: TrustError(.weakPassword, "")) { try change(made.password.text, "short") }
    try change(made.password.text, "a good password")
    #expect(try account().oneTimeUntil == nil)
    #expect(try authenticator.principal(presenting: one, as: .session, now: 1)?.mustChangePassword == false)
    #expect(try authenticator.principal(presenting: other, as: .session, now: 1) == nil)
    #expect(try authenticator.account(name: "anna", password: made.password.text, now: 1) == nil)
    let again = try office.resetPassword(of: "ANNA", now: 7)
    #expect(again.password.text != made.password.text)
    #expect(try authenticator.principal(presenting: one, as: .session, now: 8) == nil)
    #expect(try authenticator.account(name: "anna", password: "a good password", now: 8) == nil)
    #expect(throws: TrustError(.unknownAccount, "")) { try office.resetPassword(of: "nobody", now: 8) }
  }

  @Test func theLastAdministratorStays() throws {
    let last = TrustError(.lastAdministrator, "")
    #expect(throws: last) { try office.change("root", .init(isDisabled: true)) }
    #expect(throws: last) { try office.change("ROOT", .init(role: .clinician)) }
    try accounts.save(Account(name: "robot", displayName: "", role: .administrator, passwordHash: "", createdAt: 0))
    #expect(throws: last) { try office.change("root", .init(isDisabled: true)) }
    _ = try office.add(name: "anna", displayName: "", role: .administrator, now: 0)
    #expect(try office.change("root", .init(role: .clinician)).after.role == .clinician)
    #expect(throws: last) { try office.change("anna", .init(isDisabled: true)) }
    #expect(try office.change("anna", .init(displayName: "Anna A.")).after.displayName == "Anna A.")
    #expect(throws: TrustError(.unknownAccount, "")) { try office.change("nobody", .init(isDisabled: true)) }
  }

  @Test func whoIsDisabledHasNothingOpenThatComesBack() throws {
    _ = try office.add(name: "anna", displayName: "", role: .clinician, now: 0)
    let anna = try #require(try accounts.account(named: "anna"))
    let session = try #require(try authenticator.openSession(for: anna, label: "", now: 0))
    let token = try authenticator.makeToken(for: anna, label: "", lifetime: nil, now: 3)
    let use = try #require(try office.list(now: 4).first { $0.account.name == "anna" }?.use)
    #expect(
      use
        == {
          var use = AccountOffice.Use(); (use.sessions, use.tokens, use.lastUsedAt) = (1, 1, 3); return use
        }())
    #expect(try office.list(now: 4).map(\.account.name) == ["anna", "root"])
    _ = try office.change("anna", .init(isDisabled: true))
    #expect(try authenticator.principal(presenting: token, as: .bearer, now: 5) == nil)
    _ = try office.change("anna", .init(isDisabled: false))
    #expect(try authenticator.principal(presenting: session, as: .session, now: 5) == nil)
    #expect(try authenticator.principal(presenting: token, as: .bearer, now: 5) != nil)
    #expect(try office.endSessions(of: "anna", tokens: true) == 1)
    #expect(try authenticator.principal(presenting: token, as: .bearer, now: 5) == nil)
  }
}
