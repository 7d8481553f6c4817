// SPDX-License-Identifier: Apache-2.0

import GRDB
import SQLInterface

/// A connection inside a transaction.
final class SQLiteConnection: SQLConnection {
  private let database: Database
  let dialect: any SQLDialect
  private let cancellation: SQLCancellation?
  /// Channels to tell after the commit.
  private(set) var told: Set<String> = []

  init(_ database: Database, dialect: any SQLDialect, cancellation: SQLCancellation? = nil) {
    self.database = database
    self.dialect = dialect
    self.cancellation = cancellation
  }

  func statement(_ sql: String, reused: Bool) throws -> any SQLStatement {
    try cancellation?.check()
    do {
      let statement = reused ? try database.cachedStatement(sql: sql) : try database.makeStatement(sql: sql)
      return SQLiteStatement(statement, database: database)
    } catch {
      throw SQLError(sqlite: error)
    }
  }

  func script(_ sql: String) throws {
    do { try database.execute(sql: sql) } catch { throw SQLError(sqlite: error) }
  }

  func tell(_ channel: String) throws { told.insert(channel) }
}
