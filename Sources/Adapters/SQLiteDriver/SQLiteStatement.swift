// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite
import SQLInterface

/// A prepared statement, bound and stepped directly: GRDB prepares and caches it, and its row values are not needed.
final class SQLiteStatement: SQLStatement {
  private let statement: Statement
  private let database: Database
  private var handle: OpaquePointer { statement.sqliteStatement }

  init(_ statement: Statement, database: Database) {
    self.statement = statement
    self.database = database
  }

  @discardableResult
  func run(_ parameters: [SQLValue], each: (any SQLRow) throws -> Bool) throws -> Int {
    let handle = self.handle
    guard sqlite3_stmt_busy(handle) == 0 else {
      throw SQLError(.other, reason: "the statement is already running", statement: statement.sql)
    }
    guard Int(sqlite3_bind_parameter_count(handle)) == parameters.count else {
      throw SQLError(.other, reason: "\(parameters.count) parameters were given", statement: statement.sql)
    }
    defer { sqlite3_reset(handle) }
    for (index, value) in parameters.enumerated() {
      try check(Self.bind(value, handle, Int32(index + 1)))
    }
    var row: SQLiteRow?
    while true {
      let code = sqlite3_step(handle)
      if code == SQLITE_DONE { break }
      guard code == SQLITE_ROW else {
        try check(code)
        break
      }
      let current = row ?? SQLiteRow(handle)
      row = current
      if try !each(current) { break }
    }
    return sqlite3_stmt_readonly(handle) == 0 ? Int(sqlite3_changes(sqlite3_db_handle(handle))) : 0
  }

  private func check(_ code: Int32) throws {
    guard code != SQLITE_OK, code != SQLITE_DONE else { return }
    let connection = sqlite3_db_handle(handle)
    let reason = sqlite3_errmsg(connection).map { String(cString: $0) } ?? "code \(code)"
    throw SQLError(
      SQLError.Code(sqlite: sqlite3_extended_errcode(connection)), reason: reason, statement: statement.sql)
  }

  private static func bind(_ value: SQLValue, _ handle: OpaquePointer, _ index: Int32) -> Int32 {
    // SQLITE_TRANSIENT: the engine copies.
    let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    switch value {
    case .null: return sqlite3_bind_null(handle, index)
    case .integer(let number): return sqlite3_bind_int64(handle, index, number)
    case .real(let number): return sqlite3_bind_double(handle, index, number)
    case .text(var text):
      return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { characters in
          guard let base = characters.baseAddress else { return sqlite3_bind_text(handle, index, "", 0, copied) }
          return sqlite3_bind_text(handle, index, base, Int32(characters.count), copied)
        }
      }
    case .blob(let bytes):
      if bytes.isEmpty { return sqlite3_bind_zeroblob(handle, index, 0) }
      return bytes.withUnsafeBytes { sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), copied) }
    }
  }
}
