// SPDX-License-Identifier: Apache-2.0

import Foundation

#if canImport(GRDBSQLite)
  import GRDBSQLite
#endif

#if canImport(GRDBSQLite)

  /// Rows in a table of a new SQLite database. A number is a number, what is absent is NULL.
  final class SQLiteWriter: ExtractWriter {
    private let path: String
    private let temporary: String
    private var database: OpaquePointer?
    private var statement: OpaquePointer?
    // The value is copied while it is bound.
    private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ path: String, table: String, columns: [String]) throws {
      self.path = path
      temporary = path + ".partial"
      unlink(temporary)
      let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
      try check(sqlite3_open_v2(temporary, &database, flags, nil))
      // The file gets its name when it is whole, so it needs no journal.
      try execute("PRAGMA journal_mode = OFF")
      try execute("PRAGMA synchronous = OFF")
      let names = columns.map(Self.quoted)
      try execute("CREATE TABLE \(Self.quoted(table)) (\(names.joined(separator: ", ")))")
      try execute("BEGIN")
      let places = columns.map { _ in "?" }.joined(separator: ", ")
      try check(
        sqlite3_prepare_v2(database, "INSERT INTO \(Self.quoted(table)) VALUES (\(places))", -1, &statement, nil))
    }

    deinit {
      sqlite3_finalize(statement)
      sqlite3_close_v2(database)
    }

    var text: ExtractText? { nil }

    func write(_ rows: [UInt8]) throws { throw CommandFailure("\(path): SQLite takes no text") }

    func write(_ row: [ExtractCell]) throws {
      for (index, cell) in row.enumerated() { try bind(cell, Int32(index + 1)) }
      guard sqlite3_step(statement) == SQLITE_DONE else { throw failure() }
      try check(sqlite3_reset(statement))
    }

    func close() throws {
      try execute("COMMIT")
      sqlite3_finalize(statement)
      statement = nil
      try check(sqlite3_close_v2(database))
      database = nil
      guard rename(temporary, path) == 0 else {
        throw CommandFailure("\(path): \(String(cString: strerror(errno)))")
      }
    }

    func discard() { unlink(temporary) }

    private func bind(_ cell: ExtractCell, _ index: Int32) throws {
      if cell.isAbsent { return try check(sqlite3_bind_null(statement, index)) }
      if cell.isNumber, cell.texts.count == 1 {
        if let integer = Int64(cell.texts[0]) { return try check(sqlite3_bind_int64(statement, index, integer)) }
        if let number = Double(cell.texts[0]), number.isFinite {
          return try check(sqlite3_bind_double(statement, index, number))
        }
      }
      try check(sqlite3_bind_text(statement, index, cell.texts.joined(separator: "\\"), -1, transient))
    }

    private func execute(_ sql: String) throws { try check(sqlite3_exec(database, sql, nil, nil, nil)) }

    private func check(_ code: Int32) throws { if code != SQLITE_OK { throw failure() } }

    private func failure() -> CommandFailure {
      CommandFailure("\(path): \(database.map { String(cString: sqlite3_errmsg($0)) } ?? "SQLite cannot be opened")")
    }

    private static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
  }

#else

  /// This build has no SQLite.
  struct SQLiteWriter: ExtractWriter {
    init(_ path: String, table: String, columns: [String]) throws {
      throw CommandFailure("\(path): this build has no SQLite; write CSV and import it")
    }

    var text: ExtractText? { nil }
    func write(_ rows: [UInt8]) throws {}
    func write(_ row: [ExtractCell]) throws {}
    func close() throws {}
    func discard() {}
  }

#endif
