// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

extension SQLRadiologyTables: EventTable, NumberTable {
  private static let columns = """
    id, kind, at, patient, ris_order, ris_procedure, ris_step, from_state, to_state, actor, origin, cause, reason
    """

  func append(_ event: RadiologyEvent) throws {
    try connection.execute(
      """
      INSERT INTO ris_event (kind, at, patient, ris_order, ris_procedure, ris_step, from_state, to_state, actor, origin,
        cause, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(event.kind), .integer(event.at), .integer(event.subject.patient), .integer(event.subject.order),
        .integer(event.subject.procedure), .integer(event.subject.step), .text(event.from), .text(event.to),
        .text(event.by), .text(event.origin.rawValue), .text(event.cause), .text(event.reason),
      ])
    try noteTime(event)
    try connection.tell(SQLRadiologyStore.eventChannel)
  }

  func events(after sequence: Int64, limit: Int) throws -> [RadiologyEvent] {
    try connection.all(
      "SELECT \(Self.columns) FROM ris_event WHERE id > ? ORDER BY id LIMIT ?",
      [.integer(sequence), .integer(limit)], Self.event)
  }

  func lastEvent() throws -> Int64 {
    try connection.first("SELECT max(id) FROM ris_event") { $0.integer(0) } ?? 0
  }

  func events(ofOrder id: Int64) throws -> [RadiologyEvent] {
    try connection.all(
      "SELECT \(Self.columns) FROM ris_event WHERE ris_order = ? ORDER BY id", [.integer(id)], Self.event)
  }

  func position(of consumer: String) throws -> Int64? {
    try connection.first("SELECT position FROM ris_consumer WHERE name = ?", [.text(consumer)]) { $0.integer(0) }
  }

  func advance(_ consumer: String, to sequence: Int64) throws {
    try connection.execute(
      """
      INSERT INTO ris_consumer (name, position) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET position = excluded.position WHERE ris_consumer.position < excluded.position
      """, [.text(consumer), .integer(sequence)])
  }

  func next(_ counter: String) throws -> Int64 {
    try connection.first(
      """
      INSERT INTO ris_counter (name, value) VALUES (?, 1)
      ON CONFLICT (name) DO UPDATE SET value = ris_counter.value + 1 RETURNING value
      """, [.text(counter)]
    ) { $0.integer(0) } ?? 1
  }

  private static func event(_ row: any SQLRow) throws -> RadiologyEvent {
    guard let origin = Performer.Origin(rawValue: row.text(10)) else {
      throw SQLError(.schema, reason: "unknown origin of an event: \(row.text(10))")
    }
    var event = RadiologyEvent(
      row.text(1), at: row.integer(2),
      subject: .init(
        patient: row.integer(3), order: row.integer(4), procedure: row.integer(5), step: row.integer(6)),
      from: row.text(7), to: row.text(8),
      by: Performer(name: row.text(9), origin: origin, cause: row.text(11)), reason: row.text(12))
    event.sequence = row.integer(0)
    return event
  }
}
