// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import Synchronization

/// A database that remembers which statements were run, so that their plans can be looked at.
final class StatementRecorder: SQLDatabase {
  private let base: any SQLDatabase
  private let statements = Mutex<[SQLFragment]>([])

  init(_ base: any SQLDatabase) { self.base = base }

  var dialect: any SQLDialect { base.dialect }

  func read<Result>(
    _ cancellation: SQLCancellation?, _ body: (any SQLConnection) throws -> Result
  ) throws -> Result {
    try base.read(cancellation) { try body(RecordingConnection($0, self)) }
  }

  func write<Result>(_ durability: Durability, _ body: (any SQLConnection) throws -> Result) throws -> Result {
    try base.write(durability) { try body(RecordingConnection($0, self)) }
  }

  func listen(_ channel: String, _ handler: @escaping @Sendable () -> Void) throws -> any SQLListener {
    try base.listen(channel, handler)
  }

  func close() throws { try base.close() }

  fileprivate func record(_ sql: String, _ parameters: [SQLValue]) {
    statements.withLock { $0.append(SQLFragment(sql, parameters)) }
  }

  /// SQLite's plans of the different statements run since the last call, a line for each step.
  func plans() throws -> [String] {
    let recorded = statements.withLock { list in
      let all = list
      list = []
      return all
    }
    var seen: Set<String> = []
    return try recorded.filter { seen.insert($0.sql).inserted }.flatMap { statement in
      try base.read { connection in
        try connection.all(SQLFragment("EXPLAIN QUERY PLAN " + statement.sql, statement.parameters)) { $0.text(3) }
      }
    }
  }
}

private final class RecordingConnection: SQLConnection {
  private let base: any SQLConnection
  private let recorder: StatementRecorder

  init(_ base: any SQLConnection, _ recorder: StatementRecorder) {
    self.base = base
    self.recorder = recorder
  }

  var dialect: any SQLDialect { base.dialect }

  func statement(_ sql: String, reused: Bool) throws -> any SQLStatement {
    RecordingStatement(try base.statement(sql, reused: reused), sql, recorder)
  }

  func script(_ sql: String) throws { try base.script(sql) }
  func tell(_ channel: String) throws { try base.tell(channel) }
}

private final class RecordingStatement: SQLStatement {
  private let base: any SQLStatement
  private let sql: String
  private let recorder: StatementRecorder

  init(_ base: any SQLStatement, _ sql: String, _ recorder: StatementRecorder) {
    self.base = base
    self.sql = sql
    self.recorder = recorder
  }

  func run(_ parameters: [SQLValue], each: (any SQLRow) throws -> Bool) throws -> Int {
    recorder.record(sql, parameters)
    return try base.run(parameters, each: each)
  }
}
