// SPDX-License-Identifier: Apache-2.0

import SQLInterface

/// A statement of one session, prepared on the server at its first run where it has a name. All rows of a run are
/// fetched before the first is given out.
final class PostgreSQLStatement: SQLStatement {
  let sql: String
  let name: String?
  var isPrepared = false
  private let count: Int
  private weak var session: PostgreSQLSession?
  private var isRunning = false

  init(_ text: String, name: String?, session: PostgreSQLSession) {
    let placeholders = Placeholders(text)
    sql = placeholders.sql
    count = placeholders.count
    self.name = name
    self.session = session
  }

  /// Is no longer known to the session.
  func forget() { isPrepared = false }

  @discardableResult
  func run(_ parameters: [SQLValue], each: (any SQLRow) throws -> Bool) throws -> Int {
    var changes = 0
    try run([parameters]) { _, rows in
      changes = rows.changes
      let row = PostgreSQLRow(rows)
      for index in 0..<rows.count {
        row.index = Int32(index)
        if try !each(row) { break }
      }
    }
    return changes
  }

  func runAll(_ sets: [[SQLValue]]) throws { try run(sets) { _, _ in } }

  func runEach(_ sets: [[SQLValue]], _ each: (Int, any SQLRow) throws -> Void) throws {
    try run(sets) { number, rows in
      let row = PostgreSQLRow(rows)
      for index in 0..<rows.count {
        row.index = Int32(index)
        try each(number, row)
      }
    }
  }

  private func run(_ sets: [[SQLValue]], _ each: (Int, ResultRows) throws -> Void) throws {
    guard let session else { throw SQLError(.other, reason: "the transaction has ended", statement: sql) }
    guard !isRunning else { throw SQLError(.other, reason: "the statement is already running", statement: sql) }
    for parameters in sets where parameters.count != count {
      throw SQLError(.other, reason: "\(parameters.count) parameters were given", statement: sql)
    }
    isRunning = true
    defer { isRunning = false }
    try session.run(self, sets.map { ParameterBuffer($0) }, each)
  }
}
