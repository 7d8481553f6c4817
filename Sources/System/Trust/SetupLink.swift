// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The one-time link by which the first administrator is made. Functions block.
public final class SetupLink: Sendable {
  /// How long a link is good for, in microseconds.
  public static let lifetime: Int64 = 24 * 3_600_000_000

  private let accounts: any AccountStore
  private let credentials: any CredentialStore
  private let redeeming = Mutex<Void>(())

  public init(accounts: any AccountStore, credentials: any CredentialStore) {
    self.accounts = accounts
    self.credentials = credentials
  }

  /// Nobody can sign in yet.
  public func isNeeded() throws -> Bool { try accounts.accounts().isEmpty }

  /// Makes a new link and takes back the earlier ones; nil where somebody can sign in already.
  public func issue(now: Int64) throws -> Secret? {
    guard try isNeeded() else { return nil }
    for old in try credentials.credentials(ofAccount: "") where old.kind == .setup {
      _ = try credentials.removeCredential(digest: old.digest)
    }
    let secret = Secret.random()
    try credentials.save(
      Credential(
        kind: .setup, digest: secret.digest, accountName: "", label: "set-up link", createdAt: now, lastUsedAt: now,
        expiresAt: now + Self.lifetime))
    return secret
  }

  /// Makes the first administrator. The link is used up only when that succeeds.
  public func redeem(_ secret: Secret, name: String, displayName: String, password: String, now: Int64) throws
    -> Account
  {
    try PasswordRules.check(name: name)
    try PasswordRules.check(password: password, accountName: name)
    return try redeeming.withLock { _ in
      guard try isNeeded() else { throw TrustError(.alreadySetUp, "The first administrator exists already.") }
      guard let link = try credentials.credential(digest: secret.digest), link.kind == .setup,
        link.expiresAt.map({ $0 > now }) ?? true
      else { throw TrustError(.linkNotValid, "The link is not valid, or no longer.") }
      let shown = displayName.isEmpty ? name : String(displayName.prefix(PasswordRules.maximumDisplayNameLength))
      let account = Account(
        name: name, displayName: shown, role: .administrator,
        passwordHash: try PasswordHash(password: password).text, createdAt: now)
      guard try credentials.removeCredential(digest: secret.digest) else {
        throw TrustError(.linkNotValid, "The link is not valid, or no longer.")
      }
      try accounts.save(account)
      return account
    }
  }
}
