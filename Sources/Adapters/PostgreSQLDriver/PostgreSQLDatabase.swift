// SPDX-License-Identifier: Apache-2.0

import LibPQ
import SQLInterface

/// A PostgreSQL database: one session that writes and several that read.
///
/// A transaction that writes first takes an advisory lock of the database, so that writers of all programs follow each
/// other as they do in an embedded database: what a transaction sees is what all before it left, numbers of rows
/// ascend in the order of commits, and nothing has to be tried again. A transaction that reads sees one snapshot.
///
/// After the server was restarted the next transaction connects anew, and only one that was under way fails.
public final class PostgreSQLDatabase: SQLDatabase {
  /// "Martlet": the key of the lock.
  private static let writerLock: Int64 = 0x4D_6172_746C_6574

  /// Compiling a statement to machine code costs more than any of ours runs.
  private static let settings = "SET jit = off"

  public let dialect: any SQLDialect = PostgreSQLDialect()
  private let options: PostgreSQLOptions
  private let writer: SessionPool
  private let readers: SessionPool

  /// Connects once, so that a wrong address shows at once.
  public init(_ options: PostgreSQLOptions) throws {
    self.options = options
    let milliseconds = Int(options.busyTimeout * 1000)
    writer = SessionPool(capacity: 1, patience: options.busyTimeout) {
      let session = try PostgreSQLSession(options)
      session.queue([Self.settings, "SET lock_timeout = \(milliseconds)", "SET statement_timeout = 0"])
      return session
    }
    let limit = Int(options.readTimeout * 1000)
    readers = SessionPool(capacity: options.readers, patience: options.busyTimeout) {
      let session = try PostgreSQLSession(options)
      session.queue([Self.settings, "SET statement_timeout = \(limit)"])
      return session
    }
    try read { _ = try $0.first("SELECT 1") { $0.int(0) } }
  }

  public func read<Result>(
    _ cancellation: SQLCancellation?, _ body: (any SQLConnection) throws -> Result
  ) throws -> Result {
    try transaction(readers, begin: ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"]) { session in
      if let cancellation {
        try cancellation.attach(session.canceller())
        defer {
          cancellation.detach()
          // The request may reach the server when another statement runs.
          if cancellation.isCancelled { session.discard() }
        }
        return try body(PostgreSQLConnection(session, dialect: dialect, cancellation: cancellation))
      }
      return try body(PostgreSQLConnection(session, dialect: dialect))
    } end: { session in
      // What was read is good, whatever becomes of the transaction.
      if !session.isBroken { try? session.post(["COMMIT"]) }
    }
  }

  public func write<Result>(
    _ durability: Durability, _ body: (any SQLConnection) throws -> Result
  ) throws -> Result {
    let begin = [
      "BEGIN ISOLATION LEVEL READ COMMITTED", "SET LOCAL synchronous_commit = on",
      "SELECT pg_advisory_xact_lock(\(Self.writerLock))",
    ]
    return try transaction(writer, begin: begin) { session in
      try body(PostgreSQLConnection(session, dialect: dialect))
    } end: { session in
      let tag = try session.run(["COMMIT"]).flatMap { PQcmdStatus($0.handle) }.map { String(cString: $0) }
      guard tag == "COMMIT" else {
        throw SQLError(.other, reason: "the transaction was rolled back because a statement in it had failed")
      }
    }
  }

  private func transaction<Result>(
    _ pool: SessionPool, begin: [String], _ body: (PostgreSQLSession) throws -> Result,
    end: (PostgreSQLSession) throws -> Void
  ) throws -> Result {
    while true {
      let result = try pool.use { session -> Result? in
        // One that lay idle may be dead; then a new one is taken.
        guard !session.isUsed || session.isAlive() else { return nil }
        session.queue(begin)
        do {
          let result = try body(session)
          try end(session)
          return result
        } catch {
          if !session.isBroken {
            do { _ = try session.run(["ROLLBACK"]) } catch { session.discard() }
          }
          throw error
        }
      }
      if let result { return result }
    }
  }

  public func listen(_ channel: String, _ handler: @escaping @Sendable () -> Void) throws -> any SQLListener {
    try PostgreSQLListener(options, channel: channel, handler)
  }

  public func close() throws {
    writer.close()
    readers.close()
  }
}
