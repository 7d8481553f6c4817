// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import Workflow

extension SQLJobStore {
  @discardableResult
  public func tell(_ event: JobEvent, _ query: JobQuery, now: Int64) throws -> Int {
    guard [.pause, .resume, .retry, .cancel].contains(event) else {
      throw SQLError(.other, reason: "\(event) is not for a person to say")
    }
    return try change { connection in
      var count = 0
      for target in JobState.allCases {
        let sources = JobState.before(event).filter { $0.after(event) == target }
        if sources.isEmpty { continue }
        var condition = Self.condition(query)
        condition.append("AND")
        condition.append(.joined([.isIn("state", sources.map { .text($0.rawValue) })], by: "AND"))
        if event == .retry { try Self.retryItems(condition, connection) }
        var statement = SQLFragment(
          "UPDATE job SET state = ?, changed_at = ?, interruptions = 0",
          [.text(target.rawValue), .integer(now)])
        if event == .retry { statement.append(", attempts = 0, not_before = ?, reason = ''", [.integer(now)]) }
        if target.isFinished { statement.append(", join_key = NULL") }
        statement.append("WHERE")
        statement.append(condition)
        count += try connection.statement(statement.sql, reused: false).run(statement.parameters)
      }
      return count
    }
  }

  /// Failed items wait again.
  private static func retryItems(_ condition: SQLFragment, _ connection: any SQLConnection) throws {
    var items = SQLFragment("UPDATE job_item SET state = 0, reason = '' WHERE state = 3 AND job IN (SELECT id FROM job")
    items.append("WHERE")
    items.append(condition)
    items.append(")")
    try connection.statement(items.sql, reused: false).run(items.parameters)
    var jobs = SQLFragment("UPDATE job SET failed = 0 WHERE")
    jobs.append(condition)
    try connection.statement(jobs.sql, reused: false).run(jobs.parameters)
  }

  public func prioritise(_ query: JobQuery, _ priority: JobPriority, now: Int64) throws -> Int {
    try change { connection in
      var statement = SQLFragment(
        "UPDATE job SET priority = ?, changed_at = ? WHERE",
        [.integer(priority.rawValue), .integer(now)])
      statement.append(Self.condition(query))
      statement.append("AND state IN ('waiting', 'running', 'paused')")
      return try connection.statement(statement.sql, reused: false).run(statement.parameters)
    }
  }

  public func pause(queue: String, _ isPaused: Bool) throws {
    try change { connection in
      _ =
        isPaused
        ? try connection.execute(
          "INSERT INTO paused_queue (name) VALUES (?) ON CONFLICT (name) DO NOTHING", [.text(queue)])
        : try connection.execute("DELETE FROM paused_queue WHERE name = ?", [.text(queue)])
    }
  }

  @discardableResult
  public func remove(_ query: JobQuery) throws -> Int {
    try change { connection in
      var condition = Self.condition(query)
      condition.append("AND state <> 'running'")
      return try Self.remove(condition, connection)
    }
  }

  @discardableResult
  public func trim(before: Int64, limit: Int) throws -> Int {
    let oldest = SQLFragment(
      """
      id IN (SELECT id FROM job WHERE state IN ('done', 'failed', 'cancelled') AND changed_at < ?
        ORDER BY changed_at, id LIMIT ?)
      """, [.integer(before), .integer(limit)])
    return try database.write { connection in try Self.remove(oldest, connection) }
  }

  private static func remove(_ condition: SQLFragment, _ connection: any SQLConnection) throws -> Int {
    var items = SQLFragment("DELETE FROM job_item WHERE job IN (SELECT id FROM job WHERE")
    items.append(condition)
    items.append(")")
    try connection.statement(items.sql, reused: false).run(items.parameters)
    var jobs = SQLFragment("DELETE FROM job WHERE")
    jobs.append(condition)
    return try connection.statement(jobs.sql, reused: false).run(jobs.parameters)
  }
}
