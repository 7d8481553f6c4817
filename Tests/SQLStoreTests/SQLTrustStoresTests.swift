// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import SQLStore
import SQLTestKit
import Testing
import Trust

@Suite struct SQLTrustStoresTests {
  @Test(arguments: Engine.available) func accountNamesDisregardCase(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let store = SQLAccountStore(temporary.database)
    #expect(try store.account(named: "ada") == nil)
    var account = Account(
      name: "Ada", displayName: "Ada Lovelace", role: .radiologist, passwordHash: "h", createdAt: 1)
    try store.save(account)
    #expect(try store.account(named: "ADA") == account)
    account.name = "ada"
    account.isDisabled = true
    account.role = .administrator
    account.oneTimeUntil = 77
    try store.save(account)
    #expect(try store.accounts() == [account])
  }

  @Test(arguments: Engine.available) func onlyOneOfTwoChangesOfAccountsCountsOnWhatWas(_ engine: Engine) async throws {
    let temporary = try TemporaryStore(engine)
    let store = SQLAccountStore(temporary.database)
    let names = (0..<8).map { "a\($0)" }
    for name in names {
      try store.save(Account(name: name, displayName: "", role: .administrator, passwordHash: "h", createdAt: 1))
    }
    // Each disables another one, as long as one is left.
    await withTaskGroup(of: Void.self) { group in
      for name in names {
        group.addTask {
          try? store.change { all in
            guard all.count(where: { !$0.isDisabled }) > 1, var one = all.first(where: { $0.name == name }) else {
              return nil
            }
            one.isDisabled = true
            return one
          }
        }
      }
    }
    #expect(try store.accounts().count { !$0.isDisabled } == 1)
    struct Refused: Error {}
    #expect(throws: Refused.self) { try store.change { _ in throw Refused() } }
  }

  @Test(arguments: Engine.available) func preferencesAreKeptByAccountAndTopic(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let store = SQLPreferenceStore(temporary.database)
    #expect(try store.preference("viewer", ofAccount: "ada") == nil)
    try store.save("{}", topic: "viewer", ofAccount: "Ada")
    try store.save(#"{"keys":"BIR"}"#, topic: "viewer", ofAccount: "ADA")
    #expect(try store.preference("viewer", ofAccount: "ada") == #"{"keys":"BIR"}"#)
    #expect(try store.preference("viewer", ofAccount: "bob") == nil)
    #expect(try store.preference("other", ofAccount: "ada") == nil)
    #expect(try store.removePreference("viewer", ofAccount: "ada"))
    #expect(try !store.removePreference("viewer", ofAccount: "ada"))
  }

  @Test(arguments: Engine.available) func credentialsAreKeptReplacedListedAndRemoved(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let store = SQLCredentialStore(temporary.database)
    func credential(_ digest: String, _ account: String, expires: Int64?) -> Credential {
      Credential(
        kind: .session, digest: digest, accountName: account, label: "l", createdAt: 1, lastUsedAt: 2,
        expiresAt: expires)
    }
    var first = credential("a", "Ada", expires: 10)
    let second = credential("b", "ada", expires: nil)
    let third = credential("c", "bob", expires: 20)
    for one in [first, second, third] { try store.save(one) }
    first.lastUsedAt = 9
    try store.save(first)
    #expect(try store.credential(digest: "a") == first)
    #expect(try store.credential(digest: "x") == nil)
    #expect(try store.credentials(ofAccount: "ADA") == [first, second])
    #expect(try store.credentials(ofAccount: nil) == [first, second, third])
    try store.removeExpired(before: 10)
    #expect(try store.credential(digest: "a") != nil)
    try store.removeExpired(before: 11)
    #expect(try store.credentials(ofAccount: nil) == [second, third])
    try store.noteUse(ofDigest: "b", at: 30)
    try store.noteUse(ofDigest: "b", at: 20)
    #expect(try store.credential(digest: "b")?.lastUsedAt == 30)
    #expect(try store.removeCredential(digest: "b"))
    #expect(try !store.removeCredential(digest: "b"))
    // Whoever was signed out is not signed in again by a request that was on its way.
    try store.noteUse(ofDigest: "b", at: 40)
    #expect(try store.credential(digest: "b") == nil)
    var token = credential("t", "Bob", expires: nil)
    token.kind = .bearer
    for one in [token, credential("d", "bob", expires: nil), credential("e", "eve", expires: nil)] {
      try store.save(one)
    }
    #expect(try store.removeCredentials(ofAccount: "BOB", kinds: [.session], keeping: "d") == 1)
    #expect(try store.credentials(ofAccount: "bob").map(\.digest) == ["d", "t"])
    #expect(try store.removeCredentials(ofAccount: "bob", kinds: [.session, .bearer], keeping: nil) == 2)
    #expect(try store.removeCredentials(ofAccount: "eve", kinds: [], keeping: nil) == 0)
    #expect(try store.credentials(ofAccount: nil).map(\.digest) == ["e"])
  }

  private func event(_ at: Int64) -> AuditEvent {
    AuditEvent(
      at: at, event: "DICOM Instances Accessed", actor: "ada", address: "::1", object: "1.2.\(at)", patientID: "P")
  }

  @Test(arguments: Engine.available) func auditEventsAreChained(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let journal = SQLAuditJournal(temporary.database)
    #expect(try journal.firstBrokenLink() == nil)
    try journal.append((1...3).map(event))
    try journal.append([])
    try journal.append((4...5).map(event))
    #expect(try journal.events(limit: 2) == [event(5), event(4)])
    var query = AuditQuery(limit: 10)
    (query.from, query.to) = (2, 4)
    #expect(try journal.events(matching: query) == [event(3), event(2)])
    query.actor = event(2).actor
    #expect(try journal.events(matching: query) == [event(3), event(2)].filter { $0.actor == query.actor })
    query.actor = "nobody"
    #expect(try journal.events(matching: query) == [])
    #expect(try journal.firstBrokenLink() == nil)
  }

  @Test(
    arguments: Engine.available,
    [
      ("UPDATE audit_event SET object = '1.2.9' WHERE id = 3", 3 as Int64?),
      ("DELETE FROM audit_event WHERE id = 2", 3),
      ("UPDATE audit_event SET actor = 'adab', address = ':1' WHERE id = 1", 1),
      ("DELETE FROM audit_event WHERE id = 1", 2),
      ("UPDATE audit_event SET hash = (SELECT o.hash FROM audit_event o WHERE o.id = 4) WHERE id = 5", 5),
    ])
  func aChangedTrailShows(_ engine: Engine, _ change: (String, Int64?)) throws {
    let temporary = try TemporaryStore(engine)
    let (change, position) = change
    let journal = SQLAuditJournal(temporary.database)
    try journal.append((1...5).map(event))
    try temporary.database.write { try $0.execute(change) }
    #expect(try journal.firstBrokenLink() == position)
  }
}
