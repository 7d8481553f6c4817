// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Turns names and passwords into sessions, and sessions and bearer tokens into principals. Functions block.
public final class Authenticator: Sendable {
  /// How long sessions last, in microseconds.
  public struct SessionPolicy: Sendable {
    /// Without a request for so long, the session is over.
    public var idleTimeout: Int64
    /// After so long it is over in any case.
    public var lifetime: Int64
    /// The last use is noted at most this often, so that reading writes little.
    public var noteInterval: Int64

    public init(
      idleTimeout: Int64 = 60 * 60_000_000, lifetime: Int64 = 12 * 3_600_000_000, noteInterval: Int64 = 60_000_000
    ) {
      self.idleTimeout = idleTimeout
      self.lifetime = lifetime
      self.noteInterval = noteInterval
    }
  }

  private let accounts: any AccountStore
  private let credentials: any CredentialStore
  private let policy: SessionPolicy
  /// Hashed in place of the account's where there is none, so that both answers take the same time.
  private let decoy: PasswordHash
  /// Held while a use is noted or a credential removed: a session that was closed must not be written back.
  private let writing = Mutex<Void>(())

  public init(
    accounts: any AccountStore, credentials: any CredentialStore, policy: SessionPolicy = .init(),
    decoyParameters: PasswordHash.Parameters = .standard
  ) throws {
    self.accounts = accounts
    self.credentials = credentials
    self.policy = policy
    decoy = try PasswordHash(password: Secret.random().text, parameters: decoyParameters)
  }

  /// The account whose name and password these are; nil for an unknown name, a wrong password and a disabled account
  /// alike.
  public func account(name: String, password: String) throws -> Account? {
    guard password.utf8.count <= PasswordRules.maximumLength * 4 else { return nil }
    let account = try accounts.account(named: name)
    let usable = account.map { !$0.isDisabled && !$0.passwordHash.isEmpty } ?? false
    let hash = if usable, let account { try PasswordHash(text: account.passwordHash) } else { decoy }
    return try hash.verify(password) && usable ? account : nil
  }

  /// Opens a session. Sessions that are over go on this occasion.
  public func openSession(for account: Account, label: String, now: Int64) throws -> Secret {
    try credentials.removeExpired(before: now)
    return try issue(.session, account: account.name, label: label, lifetime: policy.lifetime, now: now)
  }

  /// Makes a bearer token.
  /// - Parameter lifetime: microseconds; nil never expires.
  public func makeToken(for account: Account, label: String, lifetime: Int64?, now: Int64) throws -> Secret {
    try issue(.bearer, account: account.name, label: label, lifetime: lifetime, now: now)
  }

  /// Who presents this secret as this kind of credential; nil for one that is unknown, over, or of a disabled account.
  public func principal(presenting secret: Secret, as kind: Credential.Kind, now: Int64) throws -> Principal? {
    guard kind != .setup, kind != .link, let credential = try credentials.credential(digest: secret.digest),
      credential.kind == kind, isCurrent(credential, now: now),
      let account = try accounts.account(named: credential.accountName), !account.isDisabled
    else { return nil }
    if now - credential.lastUsedAt >= policy.noteInterval { try note(credential, now: now) }
    return Principal(account, by: kind)
  }

  /// How long a session lasts, in microseconds: without a request, and at most from now on; nil for what is none.
  public func validity(of secret: Secret, now: Int64) throws -> (idle: Int64, remaining: Int64)? {
    guard let credential = try credentials.credential(digest: secret.digest), credential.kind == .session,
      let expiry = credential.expiresAt, isCurrent(credential, now: now)
    else { return nil }
    return (policy.idleTimeout, expiry - now)
  }

  /// Ends a session or a token.
  /// - Returns: whether there was one.
  @discardableResult
  public func revoke(_ secret: Secret) throws -> Bool {
    try writing.withLock { _ in try credentials.removeCredential(digest: secret.digest) }
  }

  private func isCurrent(_ credential: Credential, now: Int64) -> Bool {
    if let expiry = credential.expiresAt, expiry <= now { return false }
    return credential.kind != .session || now - credential.lastUsedAt < policy.idleTimeout
  }

  private func note(_ credential: Credential, now: Int64) throws {
    try writing.withLock { _ in
      guard var current = try credentials.credential(digest: credential.digest) else { return }
      current.lastUsedAt = now
      try credentials.save(current)
    }
  }

  private func issue(
    _ kind: Credential.Kind, account: String, label: String, lifetime: Int64?, now: Int64
  ) throws -> Secret {
    let secret = Secret.random()
    try credentials.save(
      Credential(
        kind: kind, digest: secret.digest, accountName: account, label: String(label.prefix(200)), createdAt: now,
        lastUsedAt: now, expiresAt: lifetime.map { now + $0 }))
    return secret
  }
}
