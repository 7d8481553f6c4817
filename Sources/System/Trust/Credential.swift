// SPDX-License-Identifier: Apache-2.0

/// A secret that somebody carries: a session cookie, a bearer token or the one-time set-up link. Only its digest is
/// kept.
public struct Credential: Sendable, Hashable {
  public enum Kind: String, Sendable {
    case session, bearer, setup
    /// A signed link, of which nothing is kept.
    case link
  }

  public var kind: Kind
  /// SHA-256 of the secret, in hexadecimal.
  public var digest: String
  /// The account it stands for; empty for the set-up link.
  public var accountName: String
  /// What it is for, as the administrator reads it in the list.
  public var label: String
  /// Microseconds since 1970-01-01 UTC.
  public var createdAt: Int64
  public var lastUsedAt: Int64
  /// Nil never expires.
  public var expiresAt: Int64?

  public init(
    kind: Kind, digest: String, accountName: String, label: String, createdAt: Int64, lastUsedAt: Int64,
    expiresAt: Int64?
  ) {
    self.kind = kind
    self.digest = digest
    self.accountName = accountName
    self.label = label
    self.createdAt = createdAt
    self.lastUsedAt = lastUsedAt
    self.expiresAt = expiresAt
  }
}
