// SPDX-License-Identifier: Apache-2.0

import Messaging
import SQLInterface

/// Messages to be sent, in the table `hl7_queue`.
public struct SQLOutboundQueue: OutboundQueue {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  public func add(_ messages: [QueuedMessage]) throws -> Int {
    try database.write { connection in
      try messages.reduce(0) { count, message in
        try count
          + connection.execute(
            """
            INSERT INTO hl7_queue
              (destination, ordering_key, unique_key, name, control_id, body, state, attempts, created_at,
               next_attempt_at, failure, answer, exam, report_version, settled)
            VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?, '', ?, ?, ?, ?)
            ON CONFLICT (destination, unique_key) DO NOTHING
            """,
            [
              .text(message.destination), .text(message.orderingKey),
              message.uniqueKey.isEmpty ? .null : .text(message.uniqueKey), .text(message.name),
              .text(message.controlID), .blob(message.bytes), .integer(message.createdAt),
              .integer(message.nextAttemptAt), .blob([]), .integer(message.report?.exam ?? 0),
              .integer(message.report?.version ?? 0), .integer(message.report == nil ? 1 : 0),
            ])
      }
    }
  }

  private static let columns = """
    id, destination, ordering_key, unique_key, name, control_id, state, attempts, created_at, next_attempt_at,
    delivered_at, failure, exam, report_version
    """

  public func next(for destination: String, at time: Int64) throws -> QueuedMessage? {
    try database.read { connection in
      try connection.first(
        """
        SELECT \(Self.columns), body, answer FROM hl7_queue AS candidate
        WHERE destination = ? AND state = 'waiting' AND next_attempt_at <= ?
          AND NOT EXISTS (
            SELECT 1 FROM hl7_queue AS earlier
            WHERE earlier.destination = candidate.destination AND earlier.ordering_key = candidate.ordering_key
              AND earlier.state = 'waiting' AND earlier.id < candidate.id AND candidate.ordering_key <> '')
        ORDER BY id LIMIT 1
        """, [.text(destination), .integer(time)], Self.whole)
    }
  }

  public func nextDue(for destination: String) throws -> Int64? {
    try database.read { connection in
      try connection.first(
        "SELECT MIN(next_attempt_at) FROM hl7_queue WHERE destination = ? AND state = 'waiting'", [.text(destination)]
      ) { $0.integerIfAny(0) } ?? nil
    }
  }

  public func delivered(_ id: Int64, at time: Int64, answer: [UInt8]) throws {
    try database.write { connection in
      _ = try connection.execute(
        """
        UPDATE hl7_queue SET state = 'delivered', attempts = attempts + 1, delivered_at = ?, answer = ?, failure = ''
        WHERE id = ? AND state = 'waiting'
        """, [.integer(time), .blob(answer), .integer(id)])
    }
  }

  public func postpone(_ id: Int64, until time: Int64, failure: String) throws {
    try database.write { connection in
      _ = try connection.execute(
        """
        UPDATE hl7_queue SET attempts = attempts + 1, next_attempt_at = ?, failure = ?
        WHERE id = ? AND state = 'waiting'
        """, [.integer(time), .text(failure), .integer(id)])
    }
  }

  public func refused(_ id: Int64, failure: String, answer: [UInt8]) throws {
    try database.write { connection in
      _ = try connection.execute(
        """
        UPDATE hl7_queue SET state = 'refused', attempts = attempts + 1, failure = ?, answer = ?
        WHERE id = ? AND state = 'waiting'
        """, [.text(failure), .blob(answer), .integer(id)])
    }
  }

  public func resend(_ id: Int64, bytes: [UInt8]?, at time: Int64) throws -> Bool {
    try database.write { connection in
      if let bytes {
        try connection.execute("UPDATE hl7_queue SET body = ? WHERE id = ?", [.blob(bytes), .integer(id)])
      }
      return try connection.execute(
        "UPDATE hl7_queue SET state = 'waiting', next_attempt_at = ?, delivered_at = NULL WHERE id = ?",
        [.integer(time), .integer(id)]) > 0
    }
  }

  public func cancel(_ id: Int64) throws -> Bool {
    try database.write { connection in
      try connection.execute(
        "UPDATE hl7_queue SET state = 'cancelled' WHERE id = ? AND state IN ('waiting', 'refused')", [.integer(id)]) > 0
    }
  }

  public func deliveredReports(limit: Int) throws -> [ReportReference] {
    try database.read { connection in
      try connection.all(
        """
        SELECT exam, report_version FROM hl7_queue WHERE settled = 0 GROUP BY exam, report_version
        HAVING SUM(CASE WHEN state IN ('waiting', 'refused') THEN 1 ELSE 0 END) = 0
          AND SUM(CASE WHEN state = 'delivered' THEN 1 ELSE 0 END) > 0
        ORDER BY exam, report_version LIMIT ?
        """, [.integer(limit)]
      ) { ReportReference(exam: $0.integer(0), version: $0.int(1)) }
    }
  }

  public func settle(_ report: ReportReference) throws {
    try database.write { connection in
      _ = try connection.execute(
        "UPDATE hl7_queue SET settled = 1 WHERE settled = 0 AND exam = ? AND report_version = ?",
        [.integer(report.exam), .integer(report.version)])
    }
  }

  public func message(_ id: Int64) throws -> QueuedMessage? {
    try database.read { connection in
      try connection.first(
        "SELECT \(Self.columns), body, answer FROM hl7_queue WHERE id = ?", [.integer(id)], Self.whole)
    }
  }

  public func messages(matching query: OutboundQuery) throws -> [QueuedMessage] {
    var conditions: [SQLFragment] = []
    if !query.states.isEmpty {
      conditions.append(.isIn("state", query.states.map(\.rawValue).sorted().map { .text($0) }))
    }
    if !query.destination.isEmpty { conditions.append(SQLFragment("destination = ?", [.text(query.destination)])) }
    if let before = query.before { conditions.append(SQLFragment("id < ?", [.integer(before)])) }
    var statement = SQLFragment("SELECT \(Self.columns) FROM hl7_queue")
    if !conditions.isEmpty {
      statement.append("WHERE")
      statement.append(.joined(conditions, by: "AND"))
    }
    statement.append("ORDER BY id DESC LIMIT ?", [.integer(query.limit)])
    return try database.read { try $0.all(statement, Self.message) }
  }

  public func counts() throws -> [OutboundState: Int] {
    try database.read { connection in
      let rows = try connection.all("SELECT state, COUNT(*) FROM hl7_queue GROUP BY state") {
        (OutboundState(rawValue: $0.text(0)), $0.int(1))
      }
      return rows.reduce(into: [:]) { counts, row in if let state = row.0 { counts[state] = row.1 } }
    }
  }

  public func removeDone(before time: Int64) throws -> Int {
    try database.write { connection in
      try connection.execute(
        "DELETE FROM hl7_queue WHERE created_at < ? AND state IN ('delivered', 'cancelled')", [.integer(time)])
    }
  }

  private static func whole(_ row: any SQLRow) throws -> QueuedMessage {
    var message = try message(row)
    message.bytes = row.blob(14)
    message.answer = row.blob(15)
    return message
  }

  private static func message(_ row: any SQLRow) throws -> QueuedMessage {
    guard let state = OutboundState(rawValue: row.text(6)) else {
      throw SQLError(.schema, reason: "unknown state of a queued message \(row.text(6))")
    }
    var message = QueuedMessage(
      destination: row.text(1), orderingKey: row.text(2), uniqueKey: row.text(3), name: row.text(4),
      controlID: row.text(5), bytes: [], at: row.integer(8))
    message.id = row.integer(0)
    message.state = state
    message.attempts = row.int(7)
    message.nextAttemptAt = row.integer(9)
    message.deliveredAt = row.integerIfAny(10)
    message.failure = row.text(11)
    if row.integer(12) != 0 { message.report = ReportReference(exam: row.integer(12), version: row.int(13)) }
    return message
  }
}
