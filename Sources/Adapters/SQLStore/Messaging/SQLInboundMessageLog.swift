// SPDX-License-Identifier: Apache-2.0

import Messaging
import SQLInterface

/// Messages that came in, in the table `hl7_message`.
public struct SQLInboundMessageLog: InboundMessageLog {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  public func receive(_ message: InboundMessage, comparesBytes: Bool) throws -> Reception {
    try database.write { connection in
      if let known = try Self.known(message, comparesBytes, connection) {
        guard known.state == InboundState.processed.rawValue else {
          try connection.execute(
            """
            UPDATE hl7_message SET received_at = ?, peer = ?, name = ?, body = ?, state = 'received', edited = 0
            WHERE id = ?
            """,
            [
              .integer(message.receivedAt), .text(message.peer), .text(message.name), .blob(message.bytes),
              .integer(known.id),
            ])
          return .process(known.id)
        }
        try connection.execute("UPDATE hl7_message SET repeats = repeats + 1 WHERE id = ?", [.integer(known.id)])
        return .repeated(answer: known.answer)
      }
      let id = try connection.first(
        """
        INSERT INTO hl7_message
          (received_at, peer, application, facility, control_id, name, body, state, attempts, repeats, failure, answer,
           edited)
        VALUES (?, ?, ?, ?, ?, ?, ?, 'received', 0, 0, '', ?, 0) RETURNING id
        """,
        [
          .integer(message.receivedAt), .text(message.peer), .text(message.sender.application),
          .text(message.sender.facility), .text(message.controlID), .text(message.name), .blob(message.bytes),
          .blob([]),
        ]
      ) { $0.integer(0) }
      return .process(id ?? 0)
    }
  }

  /// The newest message with this control ID of this sender.
  private static func known(
    _ message: InboundMessage, _ comparesBytes: Bool, _ connection: any SQLConnection
  ) throws -> (id: Int64, state: String, answer: [UInt8])? {
    guard !message.controlID.isEmpty else { return nil }
    let known = try connection.first(
      """
      SELECT id, state, answer, body FROM hl7_message
      WHERE control_id = ? AND application = ? AND facility = ? ORDER BY id DESC LIMIT 1
      """,
      [.text(message.controlID), .text(message.sender.application), .text(message.sender.facility)]
    ) { (id: $0.integer(0), state: $0.text(1), answer: $0.blob(2), isSame: $0.blob(3) == message.bytes) }
    guard let known, known.isSame || !comparesBytes else { return nil }
    return (known.id, known.state, known.answer)
  }

  public func finish(_ id: Int64, as state: InboundState, failure: String, answer: [UInt8]) throws {
    try database.write { connection in
      _ = try connection.execute(
        "UPDATE hl7_message SET state = ?, failure = ?, answer = ?, attempts = attempts + 1 WHERE id = ?",
        [.text(state.rawValue), .text(failure), .blob(answer), .integer(id)])
    }
  }

  public func edit(_ id: Int64, bytes: [UInt8]) throws -> Bool {
    try database.write { connection in
      try connection.execute(
        "UPDATE hl7_message SET body = ?, edited = 1, state = 'received' WHERE id = ? AND state <> 'processed'",
        [.blob(bytes), .integer(id)]) > 0
    }
  }

  private static let columns = """
    id, received_at, peer, application, facility, control_id, name, state, attempts, repeats, failure, edited
    """

  public func message(_ id: Int64) throws -> InboundMessage? {
    try database.read { connection in
      try connection.first(
        "SELECT \(Self.columns), body, answer FROM hl7_message WHERE id = ?", [.integer(id)]
      ) { row in
        var message = try Self.message(row)
        message.bytes = row.blob(12)
        message.answer = row.blob(13)
        return message
      }
    }
  }

  public func messages(matching query: InboundQuery) throws -> [InboundMessage] {
    var conditions: [SQLFragment] = []
    if !query.states.isEmpty {
      let names = query.states.map(\.rawValue).sorted()
      conditions.append(.isIn("state", names.map { .text($0) }))
    }
    if !query.controlID.isEmpty { conditions.append(SQLFragment("control_id = ?", [.text(query.controlID)])) }
    if let before = query.before { conditions.append(SQLFragment("id < ?", [.integer(before)])) }
    var statement = SQLFragment("SELECT \(Self.columns) FROM hl7_message")
    if !conditions.isEmpty {
      statement.append("WHERE")
      statement.append(.joined(conditions, by: "AND"))
    }
    statement.append("ORDER BY id DESC LIMIT ?", [.integer(query.limit)])
    return try database.read { try $0.all(statement, Self.message) }
  }

  public func counts() throws -> [InboundState: Int] {
    try database.read { connection in
      let rows = try connection.all("SELECT state, COUNT(*) FROM hl7_message GROUP BY state") {
        (InboundState(rawValue: $0.text(0)), $0.int(1))
      }
      return rows.reduce(into: [:]) { counts, row in if let state = row.0 { counts[state] = row.1 } }
    }
  }

  public func removeDone(before time: Int64) throws -> Int {
    try database.write { connection in
      try connection.execute(
        "DELETE FROM hl7_message WHERE received_at < ? AND state IN ('processed', 'dismissed')", [.integer(time)])
    }
  }

  private static func message(_ row: any SQLRow) throws -> InboundMessage {
    guard let state = InboundState(rawValue: row.text(7)) else {
      throw SQLError(.schema, reason: "unknown state of a message \(row.text(7))")
    }
    var message = InboundMessage(
      id: row.integer(0), receivedAt: row.integer(1), peer: row.text(2),
      sender: MessageSender(application: row.text(3), facility: row.text(4)), controlID: row.text(5), name: row.text(6),
      bytes: [])
    message.state = state
    message.attempts = row.int(8)
    message.repeats = row.int(9)
    message.failure = row.text(10)
    message.isEdited = row.integer(11) != 0
    return message
  }
}
