// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import Trust

/// Accounts in the table `account`.
public struct SQLAccountStore: AccountStore {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  private static let columns = "name, display_name, role, password_hash, is_disabled, created_at, one_time_until"

  public func account(named name: String) throws -> Account? {
    try database.read { connection in
      try connection.first(
        "SELECT \(Self.columns) FROM account WHERE name_key = ?", [.text(name.lowercased())], Self.account)
    }
  }

  public func accounts() throws -> [Account] { try database.read(Self.all) }

  public func save(_ account: Account) throws {
    try database.write { connection in try Self.save(account, connection) }
  }

  public func change(_ make: ([Account]) throws -> Account?) throws {
    try database.write { connection in
      if let changed = try make(try Self.all(connection)) { try Self.save(changed, connection) }
    }
  }

  private static func all(_ connection: any SQLConnection) throws -> [Account] {
    try connection.all("SELECT \(columns) FROM account ORDER BY name_key", [], account)
  }

  private static func save(_ account: Account, _ connection: any SQLConnection) throws {
    try connection.execute(
      """
      INSERT INTO account
        (name_key, name, display_name, role, password_hash, is_disabled, created_at, one_time_until)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (name_key) DO UPDATE SET name = excluded.name, display_name = excluded.display_name,
        role = excluded.role, password_hash = excluded.password_hash, is_disabled = excluded.is_disabled,
        created_at = excluded.created_at, one_time_until = excluded.one_time_until
      """,
      [
        .text(account.name.lowercased()), .text(account.name), .text(account.displayName),
        .text(account.role.rawValue), .text(account.passwordHash), .integer(account.isDisabled ? 1 : 0),
        .integer(account.createdAt), .integer(account.oneTimeUntil),
      ])
  }

  private static func account(_ row: any SQLRow) throws -> Account {
    guard let role = Role(rawValue: row.text(2)) else {
      throw SQLError(.schema, reason: "account \(row.text(0)) has the unknown role \(row.text(2))")
    }
    return Account(
      name: row.text(0), displayName: row.text(1), role: role, passwordHash: row.text(3),
      isDisabled: row.integer(4) != 0, createdAt: row.integer(5), oneTimeUntil: row.integerIfAny(6))
  }
}
