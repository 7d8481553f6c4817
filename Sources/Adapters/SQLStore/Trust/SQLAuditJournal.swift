// SPDX-License-Identifier: Apache-2.0

import Crypto
import SQLInterface
import Trust

/// The audit trail in the table `audit_event`. Each row carries the SHA-256 of the row before it and of its own
/// fields, so that a row that was changed, removed from the middle or put between breaks the chain behind it.
public struct SQLAuditJournal: AuditJournal {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  private static let columns = "at, event, outcome, actor, address, object, patient_id"

  public func append(_ events: [AuditEvent]) throws {
    if events.isEmpty { return }
    try database.write { connection in
      var hash = try connection.first("SELECT hash FROM audit_event ORDER BY id DESC LIMIT 1") { $0.blob(0) } ?? []
      let insert = try connection.statement(
        "INSERT INTO audit_event (\(Self.columns), hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      for event in events {
        hash = Self.link(event, to: hash)
        try insert.run([
          .integer(event.at), .text(event.event), .text(event.outcome), .text(event.actor), .text(event.address),
          .text(event.object), .text(event.patientID), .blob(hash),
        ])
      }
    }
  }

  public func events(matching query: AuditQuery) throws -> [AuditEvent] {
    var select = SQLFragment("SELECT \(Self.columns) FROM audit_event WHERE 1 = 1")
    for (column, text) in [
      ("actor", query.actor), ("patient_id", query.patientID), ("object", query.object), ("event", query.event),
    ] where !text.isEmpty {
      select.append("AND \(column) = ?", [.text(text)])
    }
    if let from = query.from { select.append("AND at >= ?", [.integer(from)]) }
    if let to = query.to { select.append("AND at < ?", [.integer(to)]) }
    select.append("ORDER BY id DESC LIMIT ?", [.integer(query.limit)])
    return try database.read { [select] in try $0.all(select.sql, select.parameters, Self.event) }
  }

  public func firstBrokenLink() throws -> Int64? {
    try database.read { connection in
      var hash: [UInt8] = []
      var broken: Int64?
      let statement = try connection.statement("SELECT \(Self.columns), hash, id FROM audit_event ORDER BY id")
      try statement.run([]) { row in
        hash = Self.link(Self.event(row), to: hash)
        if hash != row.blob(7) { broken = row.integer(8) }
        return broken == nil
      }
      return broken
    }
  }

  private static func event(_ row: any SQLRow) -> AuditEvent {
    AuditEvent(
      at: row.integer(0), event: row.text(1), outcome: row.text(2), actor: row.text(3), address: row.text(4),
      object: row.text(5), patientID: row.text(6))
  }

  /// Fields go in with their lengths, so that no two events are the same bytes.
  static func link(_ event: AuditEvent, to previous: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: previous)
    withUnsafeBytes(of: event.at.bigEndian) { hash.update(bufferPointer: $0) }
    for field in [event.event, event.outcome, event.actor, event.address, event.object, event.patientID] {
      withUnsafeBytes(of: UInt32(field.utf8.count).bigEndian) { hash.update(bufferPointer: $0) }
      hash.update(data: Array(field.utf8))
    }
    return Array(hash.finalize())
  }
}
