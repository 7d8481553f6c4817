// SPDX-License-Identifier: Apache-2.0

import GRDB
import SQLInterface

/// A connection inside a transaction.
final class SQLiteConnection: SQLConnection {
  private let database: Database
  let dialect: any SQLDialect

  init(_ database: Database, dialect: any SQLDialect) {
    self.database = database
    self.dialect = dialect
  }

  func statement(_ sql: String, reused: Bool) throws -> any SQLStatement {
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
}
