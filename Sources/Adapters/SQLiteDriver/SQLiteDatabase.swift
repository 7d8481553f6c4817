// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite
import SQLInterface

/// An SQLite file behind GRDB's pool: one writer, several readers, write-ahead log. Other processes may use the same
/// file at the same time; their writers wait for each other.
///
/// A commit appends to the log. Under `synchronous = FULL` the log is flushed by each commit, under `NORMAL` only
/// before its pages move into the database file; its frames are chained by checksums, so a power failure takes away
/// whole transactions from the end. Hence an unflushed transaction is one committed under `NORMAL`, and a flushed one
/// carries all before it to the disk, since they stand before it in the same file.
public final class SQLiteDatabase: SQLDatabase {
  /// Its writer alone is used.
  private let pool: DatabasePool
  private let readers: SQLiteReaders
  private let listeners = ListenerList()
  public let dialect: any SQLDialect = SQLiteDialect()

  /// Opens the file, or creates it.
  public init(path: String, options: SQLiteOptions = SQLiteOptions()) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(options.busyTimeout)
    configuration.prepareDatabase { database in
      let isReader = database.configuration.readonly
      let size = isReader ? options.readerCacheKiB : options.writerCacheKiB
      try database.execute(sql: "PRAGMA cache_size = -\(size)")
      if !isReader {
        try database.execute(sql: "PRAGMA wal_autocheckpoint = \(options.checkpointPages)")
        try database.execute(sql: "PRAGMA journal_size_limit = \(64 << 20)")
      }
    }
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      configuration.readonly = true
      readers = try SQLiteReaders(path: path, configuration: configuration, count: options.readers)
    } catch {
      throw SQLError(sqlite: error)
    }
  }

  public func read<Result>(
    _ cancellation: SQLCancellation?, _ body: (any SQLConnection) throws -> Result
  ) throws -> Result {
    do {
      return try readers.use { database in
        var result: Result?
        guard let cancellation else {
          try database.inTransaction(.deferred) {
            result = try body(SQLiteConnection(database, dialect: dialect))
            return .commit
          }
          return try Self.some(result)
        }
        nonisolated(unsafe) let handle = database.sqliteConnection  // May be interrupted from any thread.
        try cancellation.attach { sqlite3_interrupt(handle) }
        defer { cancellation.detach() }
        try database.inTransaction(.deferred) {
          result = try body(SQLiteConnection(database, dialect: dialect, cancellation: cancellation))
          return .commit
        }
        return try Self.some(result)
      }
    } catch {
      throw SQLError.passing(error)
    }
  }

  public func look<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result {
    do {
      return try readers.use { try body(SQLiteConnection($0, dialect: dialect)) }
    } catch {
      throw SQLError.passing(error)
    }
  }

  private static func some<Result>(_ result: Result?) throws -> Result {
    guard let result else { throw SQLError(.other, reason: "the transaction had no result") }
    return result
  }

  public func write<Result>(
    _ durability: Durability, _ body: (any SQLConnection) throws -> Result
  ) throws -> Result {
    do {
      return try pool.writeWithoutTransaction { database in
        // Outside the transaction: inside one, SQLite leaves the setting as it is.
        let level = durability == .flushed ? "FULL" : "NORMAL"
        try database.cachedStatement(sql: "PRAGMA synchronous = \(level)").execute()
        var result: Result?
        let connection = SQLiteConnection(database, dialect: dialect)
        try database.inTransaction(.immediate) {
          result = try body(connection)
          return .commit
        }
        listeners.tell(connection.told)
        return try Self.some(result)
      }
    } catch {
      throw SQLError.passing(error)
    }
  }

  public func listen(_ channel: String, _ handler: @escaping @Sendable () -> Void) -> any SQLListener {
    listeners.add(channel, handler)
  }

  /// Writes the database, as it is at one moment, into a new file, and looks whether that is whole. Writers go on.
  public func copy(to path: String) throws {
    do {
      let target = try DatabaseQueue(path: path)
      try pool.backup(to: target)
      let verdict = try target.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
      guard verdict == "ok" else { throw SQLError(.corrupt, reason: verdict ?? "the copy cannot be checked") }
      // One file, which needs no log beside it.
      try target.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
      try target.close()
    } catch {
      throw SQLError.passing(error)
    }
  }

  public func close() throws {
    do {
      try readers.close()
      try pool.close()
    } catch {
      throw SQLError(sqlite: error)
    }
  }
}
