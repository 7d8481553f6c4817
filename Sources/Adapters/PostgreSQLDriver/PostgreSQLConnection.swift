// SPDX-License-Identifier: Apache-2.0

import SQLInterface

/// A session inside a transaction.
final class PostgreSQLConnection: SQLConnection {
  private let session: PostgreSQLSession
  let dialect: any SQLDialect
  private let cancellation: SQLCancellation?

  init(_ session: PostgreSQLSession, dialect: any SQLDialect, cancellation: SQLCancellation? = nil) {
    self.session = session
    self.dialect = dialect
    self.cancellation = cancellation
  }

  func statement(_ sql: String, reused: Bool) throws -> any SQLStatement {
    try cancellation?.check()
    return session.statement(sql, reused: reused)
  }

  func script(_ sql: String) throws { try session.script(sql) }

  func tell(_ channel: String) throws {
    _ = try session.statement("SELECT pg_notify(?, '')", reused: true).run([.text(channel)])
  }
}
