// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Trust

@Suite struct AuthenticatorTests {
  let accounts = MemoryAccounts()
  let credentials = MemoryCredentials()
  let authenticator: Authenticator

  init() throws {
    authenticator = try Authenticator(
      accounts: accounts, credentials: credentials,
      policy: .init(idleTimeout: 100, lifetime: 1000, noteInterval: 10), decoyParameters: fastHash)
    try accounts.save(account("anna", "open sesame"))
  }

  @Test func signsInWithNameAndPassword() throws {
    #expect(try authenticator.account(name: "ANNA", password: "open sesame", now: 0)?.name == "anna")
    #expect(try authenticator.account(name: "anna", password: "open says me", now: 0) == nil)
    #expect(try authenticator.account(name: "bert", password: "open sesame", now: 0) == nil)
  }

  @Test func disabledAndPasswordlessAccountsCannot() throws {
    var anna = try #require(try accounts.account(named: "anna"))
    let secret = try session()
    anna.isDisabled = true
    try accounts.save(anna)
    #expect(try authenticator.account(name: "anna", password: "open sesame", now: 0) == nil)
    #expect(try authenticator.principal(presenting: secret, as: .session, now: 1) == nil)
    try accounts.save(Account(name: "robot", displayName: "", role: .technologist, passwordHash: "", createdAt: 0))
    #expect(try authenticator.account(name: "robot", password: "", now: 0) == nil)
  }

  @Test func sessionsEndWhenIdle() throws {
    let secret = try session()
    #expect(try principal(secret, 99)?.name == "anna")
    #expect(try principal(secret, 198)?.role == .clinician)
    #expect(try principal(secret, 298) == nil)
  }

  @Test func sessionsEndAtTheirLifetime() throws {
    let secret = try session()
    for now in stride(from: Int64(50), through: 950, by: 50) { #expect(try principal(secret, now) != nil) }
    #expect(try principal(secret, 1000) == nil)
  }

  @Test func aSessionTellsHowLongItLasts() throws {
    let secret = try session()
    let validity = try #require(try authenticator.validity(of: secret, now: 60))
    #expect(validity.idle == 100)
    #expect(validity.remaining == 940)
    #expect(try authenticator.validity(of: secret, now: 100) == nil)
    let token = try authenticator.makeToken(for: account("anna", "open sesame"), label: "x", lifetime: 50, now: 0)
    #expect(try authenticator.validity(of: token, now: 1) == nil)
  }

  @Test func useIsNotedNotTooOften() throws {
    let secret = try session()
    _ = try principal(secret, 9)
    #expect(try credentials.credential(digest: secret.digest)?.lastUsedAt == 0)
    _ = try principal(secret, 10)
    #expect(try credentials.credential(digest: secret.digest)?.lastUsedAt == 10)
  }

  @Test func whatAPageDoesByItselfIsNoUse() throws {
    let secret = try session()
    func look(_ now: Int64, idle: Int64?) throws -> Bool {
      try authenticator.principal(presenting: secret, as: .session, now: now, idle: idle) != nil
    }
    for now in stride(from: Int64(10), through: 90, by: 10) { #expect(try look(now, idle: nil)) }
    #expect(try credentials.credential(digest: secret.digest)?.lastUsedAt == 0)
    // The person was there at 40, as the page says; and later than that never, whatever it says.
    #expect(try look(95, idle: 55))
    #expect(try credentials.credential(digest: secret.digest)?.lastUsedAt == 40)
    #expect(try look(96, idle: 90))
    #expect(try credentials.credential(digest: secret.digest)?.lastUsedAt == 40)
    #expect(try look(97, idle: -1000))
    #expect(try credentials.credential(digest: secret.digest)?.lastUsedAt == 97)
    #expect(try !look(197, idle: nil))
  }

  @Test func aSessionIsNotOpenedPastAChangeOfItsAccount() throws {
    let before = try #require(try authenticator.account(name: "anna", password: "open sesame", now: 0))
    try accounts.save(account("anna", "another sesame"))
    #expect(try authenticator.openSession(for: before, label: "test", now: 0) == nil)
    var disabled = try #require(try authenticator.account(name: "anna", password: "another sesame", now: 0))
    let read = disabled
    disabled.isDisabled = true
    try accounts.save(disabled)
    #expect(try authenticator.openSession(for: read, label: "test", now: 0) == nil)
    #expect(try credentials.credentials(ofAccount: nil).isEmpty)
  }

  @Test func aOneTimePasswordOpensNothingButTheWayToAnother() throws {
    var anna = try account("anna", "open sesame", role: .administrator)
    anna.oneTimeUntil = 50
    try accounts.save(anna)
    #expect(try authenticator.account(name: "anna", password: "open sesame", now: 50) == nil)
    #expect(try authenticator.account(name: "anna", password: "open sesame", now: 49)?.name == "anna")
    let principal = try #require(try principal(session(), 1))
    #expect(principal.mustChangePassword && principal.permissions.isEmpty)
    for permission in Permission.allCases { #expect(!principal.may(permission)) }
    // A program's access does not hang on the password.
    let token = try authenticator.makeToken(for: anna, label: "script", lifetime: nil, now: 0)
    #expect(try authenticator.principal(presenting: token, as: .bearer, now: 1)?.may(.viewSystem) == true)
  }

  @Test func signingOutEndsTheSession() throws {
    let secret = try session()
    #expect(try authenticator.revoke(secret))
    #expect(try principal(secret, 1) == nil)
    #expect(try !authenticator.revoke(secret))
  }

  @Test func tokensLastAndAreNoSessions() throws {
    let anna = try #require(try accounts.account(named: "anna"))
    let token = try authenticator.makeToken(for: anna, label: "script", lifetime: nil, now: 0)
    #expect(try authenticator.principal(presenting: token, as: .bearer, now: 1 << 50)?.credential == .bearer)
    #expect(try authenticator.principal(presenting: token, as: .session, now: 1) == nil)
    #expect(try authenticator.principal(presenting: session(), as: .bearer, now: 1) == nil)
  }

  @Test func setupLinkMakesOneAdministratorOnce() throws {
    let fresh = MemoryAccounts()
    let link = SetupLink(accounts: fresh, credentials: credentials)
    let stale = try #require(try link.issue(now: 0))
    let secret = try #require(try link.issue(now: 1))
    func redeem(_ secret: Secret, _ password: String = "open sesame", at now: Int64 = 2) throws -> Account {
      try link.redeem(secret, name: "root", displayName: "", password: password, now: now)
    }
    #expect(throws: TrustError(.linkNotValid, "")) { try redeem(stale) }
    #expect(throws: TrustError(.weakPassword, "")) { try redeem(secret, "short") }
    #expect(throws: TrustError(.linkNotValid, "")) { try redeem(secret, at: SetupLink.lifetime + 1) }
    #expect(try authenticator.principal(presenting: secret, as: .session, now: 2) == nil)
    #expect(try redeem(secret).role == .administrator)
    #expect(throws: TrustError(.alreadySetUp, "")) { try redeem(secret) }
    #expect(try link.issue(now: 3) == nil)
    #expect(try !link.isNeeded())
  }

  private func session() throws -> Secret {
    let anna = try #require(try accounts.account(named: "anna"))
    return try #require(try authenticator.openSession(for: anna, label: "test", now: 0))
  }

  private func principal(_ secret: Secret, _ now: Int64) throws -> Principal? {
    try authenticator.principal(presenting: secret, as: .session, now: now)
  }
}
