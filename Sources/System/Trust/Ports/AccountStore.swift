// SPDX-License-Identifier: Apache-2.0

/// Where accounts are kept. Functions block and are safe to call from any thread.
public protocol AccountStore: Sendable {
  /// - Parameter name: compared without regard to case.
  func account(named name: String) throws -> Account?
  func accounts() throws -> [Account]
  /// Adds, or replaces the account of the same name.
  func save(_ account: Account) throws
  /// Saves what is made of all accounts as they stand, while nobody else changes any: neither another thread nor
  /// another program. Nothing is saved where that is nil.
  /// - Parameter make: must not call the store.
  func change(_ make: ([Account]) throws -> Account?) throws
}

/// Where the digests of credentials are kept.
public protocol CredentialStore: Sendable {
  func credential(digest: String) throws -> Credential?
  /// All of an account; of everybody where nil.
  func credentials(ofAccount name: String?) throws -> [Credential]
  /// Adds, or replaces the credential of the same digest.
  func save(_ credential: Credential) throws
  /// Notes the last use of a credential, unless it is gone or was used later.
  /// - Parameter time: microseconds since 1970-01-01 UTC.
  func noteUse(ofDigest digest: String, at time: Int64) throws
  /// - Returns: whether there was one.
  func removeCredential(digest: String) throws -> Bool
  /// Removes those of some kinds of an account.
  /// - Parameter digest: of one that stays.
  /// - Returns: how many there were.
  func removeCredentials(ofAccount name: String, kinds: Set<Credential.Kind>, keeping digest: String?) throws -> Int
  func removeExpired(before: Int64) throws
}

/// The audit trail: append only, each event chained to the one before by hash.
public protocol AuditJournal: Sendable {
  func append(_ events: [AuditEvent]) throws
  /// Newest first.
  func events(matching query: AuditQuery) throws -> [AuditEvent]
  /// The position of the first event whose chain does not hold; nil where all do.
  func firstBrokenLink() throws -> Int64?
}
