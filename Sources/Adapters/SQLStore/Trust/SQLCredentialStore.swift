// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import Trust

/// Digests of credentials in the table `credential`.
public struct SQLCredentialStore: CredentialStore {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  private static let columns = "kind, digest, account_name, label, created_at, last_used_at, expires_at"

  public func credential(digest: String) throws -> Credential? {
    try database.read { connection in
      try connection.first(
        "SELECT \(Self.columns) FROM credential WHERE digest = ?", [.text(digest)], Self.credential)
    }
  }

  public func credentials(ofAccount name: String?) throws -> [Credential] {
    try database.read { connection in
      guard let name else {
        return try connection.all(
          "SELECT \(Self.columns) FROM credential ORDER BY account_key, created_at, digest", [], Self.credential)
      }
      return try connection.all(
        "SELECT \(Self.columns) FROM credential WHERE account_key = ? ORDER BY created_at, digest",
        [.text(name.lowercased())], Self.credential)
    }
  }

  public func save(_ credential: Credential) throws {
    try database.write { connection in
      try connection.execute(
        """
        INSERT INTO credential
          (digest, kind, account_key, account_name, label, created_at, last_used_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (digest) DO UPDATE SET kind = excluded.kind, account_key = excluded.account_key,
          account_name = excluded.account_name, label = excluded.label, created_at = excluded.created_at,
          last_used_at = excluded.last_used_at, expires_at = excluded.expires_at
        """,
        [
          .text(credential.digest), .text(credential.kind.rawValue), .text(credential.accountName.lowercased()),
          .text(credential.accountName), .text(credential.label), .integer(credential.createdAt),
          .integer(credential.lastUsedAt), .integer(credential.expiresAt),
        ])
    }
  }

  public func noteUse(ofDigest digest: String, at time: Int64) throws {
    try database.write { connection in
      _ = try connection.execute(
        "UPDATE credential SET last_used_at = ? WHERE digest = ? AND last_used_at < ?",
        [.integer(time), .text(digest), .integer(time)])
    }
  }

  public func removeCredential(digest: String) throws -> Bool {
    try database.write { connection in
      try connection.execute("DELETE FROM credential WHERE digest = ?", [.text(digest)]) > 0
    }
  }

  public func removeCredentials(
    ofAccount name: String, kinds: Set<Credential.Kind>, keeping digest: String?
  ) throws -> Int {
    guard !kinds.isEmpty else { return 0 }
    let places = kinds.map { _ in "?" }.joined(separator: ", ")
    return try database.write { connection in
      try connection.execute(
        "DELETE FROM credential WHERE account_key = ? AND digest <> ? AND kind IN (\(places))",
        [.text(name.lowercased()), .text(digest ?? "")] + kinds.map { .text($0.rawValue) })
    }
  }

  public func removeExpired(before: Int64) throws {
    try database.write { connection in
      _ = try connection.execute("DELETE FROM credential WHERE expires_at < ?", [.integer(before)])
    }
  }

  private static func credential(_ row: any SQLRow) throws -> Credential {
    guard let kind = Credential.Kind(rawValue: row.text(0)) else {
      throw SQLError(.schema, reason: "unknown kind of credential \(row.text(0))")
    }
    return Credential(
      kind: kind, digest: row.text(1), accountName: row.text(2), label: row.text(3), createdAt: row.integer(4),
      lastUsedAt: row.integer(5), expiresAt: row.integerIfAny(6))
  }
}
