// SPDX-License-Identifier: Apache-2.0

/// Turns names and passwords into sessions, and sessions and bearer tokens into principals. Functions block.
public final class Authenticator: Sendable {
  /// How long sessions last, in microseconds.
  public struct SessionPolicy: Sendable {
    /// Without a request for so long, the session is over.
    public var idleTimeout: Int64
    /// After so long it is over in any case.
    public var lifetime: Int64
    /// The last use is noted at most this often, so that reading writes little; a small part of `idleTimeout`, since a
    /// session may end so much before its time.
    public var noteInterval: Int64

    public init(
      idleTimeout: Int64 = 60 * 60_000_000, lifetime: Int64 = 12 * 3_600_000_000, noteInterval: Int64? = nil
    ) {
      self.idleTimeout = idleTimeout
      self.lifetime = lifetime
      self.noteInterval = noteInterval ?? min(60_000_000, idleTimeout / 20)
    }
  }

  private let accounts: any AccountStore
  private let credentials: any CredentialStore
  private let policy: SessionPolicy
  /// Hashed in place of the account's where there is none, so that both answers take the same time.
  private let decoy: PasswordHash
  public init(
    accounts: any AccountStore, credentials: any CredentialStore, policy: SessionPolicy = .init(),
    decoyParameters: PasswordHash.Parameters = .standard
  ) throws {
    self.accounts = accounts
    self.credentials = credentials
    self.policy = policy
    decoy = try PasswordHash(password: Secret.random().text, parameters: decoyParameters)
  }

  /// The account whose name and password these are; nil for an unknown name, a wrong password, a one-time password past
  /// its time and a disabled account alike.
  /// - Parameter now: microseconds since 1970-01-01 UTC.
  public func account(name: String, password: String, now: Int64) throws -> Account? {
    guard password.utf8.count <= PasswordRules.maximumLength * 4 else { return nil }
    let account = try accounts.account(named: name)
    let usable =
      account.map { !$0.isDisabled && !$0.passwordHash.isEmpty && ($0.oneTimeUntil ?? .max) > now } ?? false
    let hash = if usable, let account { try PasswordHash(text: account.passwordHash) } else { decoy }
    return try hash.verify(password) && usable ? account : nil
  }

  /// Opens a session. Sessions that are over go on this occasion.
  /// - Returns: nil where the account was disabled or got another password since it was read.
  public func openSession(for account: Account, label: String, now: Int64) throws -> Secret? {
    try credentials.removeExpired(before: now)
    let secret = try issue(.session, account: account.name, label: label, lifetime: policy.lifetime, now: now)
    // Who changes a password ends the sessions after it: either those find this one, or this finds the change.
    let current = try accounts.account(named: account.name)
    if let current, !current.isDisabled, current.passwordHash == account.passwordHash { return secret }
    try revoke(secret)
    return nil
  }

  /// Makes a bearer token.
  /// - Parameter lifetime: microseconds; nil never expires.
  public func makeToken(for account: Account, label: String, lifetime: Int64?, now: Int64) throws -> Secret {
    try issue(.bearer, account: account.name, label: label, lifetime: lifetime, now: now)
  }

  /// Who presents this secret as this kind of credential; nil for one that is unknown, over, or of a disabled account.
  /// - Parameter idle: microseconds for which the person has done nothing; nil where this is no use at all, since a
  ///   program looks by itself.
  public func principal(
    presenting secret: Secret, as kind: Credential.Kind, now: Int64, idle: Int64? = 0
  ) throws -> Principal? {
    guard kind != .setup, kind != .link, let credential = try credentials.credential(digest: secret.digest),
      credential.kind == kind, isCurrent(credential, now: now),
      let account = try accounts.account(named: credential.accountName), !account.isDisabled
    else { return nil }
    if let idle, now - max(0, idle) - credential.lastUsedAt >= policy.noteInterval {
      try credentials.noteUse(ofDigest: credential.digest, at: now - max(0, idle))
    }
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
    try credentials.removeCredential(digest: secret.digest)
  }

  private func isCurrent(_ credential: Credential, now: Int64) -> Bool {
    if let expiry = credential.expiresAt, expiry <= now { return false }
    return credential.kind != .session || now - credential.lastUsedAt < policy.idleTimeout
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
