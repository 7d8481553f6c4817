// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLInterface

extension SQLInstanceIndex: EventConsumers {
  /// The channel on which transactions with events tell of themselves.
  public static let eventChannel = "martlet_events"

  public func events(after sequence: Int64, limit: Int) throws -> [ArchiveEvent] {
    try eventDatabase.read { connection in
      try connection.all(
        """
        SELECT v.id, k.text, s.uid, e.uid, i.uid, v.at FROM event v JOIN term k ON k.id = v.kind
        JOIN instance i ON i.id = v.instance JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study
        WHERE v.id > ? ORDER BY v.id LIMIT ?
        """, [.integer(sequence), .integer(limit)]
      ) { row in
        ArchiveEvent(
          sequence: row.integer(0), kind: row.text(1), studyUID: row.text(2), seriesUID: row.text(3),
          instanceUID: row.text(4), at: row.integer(5))
      }
    }
  }

  public func position(of consumer: String) throws -> Int64? {
    try eventDatabase.read { connection in
      try connection.first("SELECT position FROM event_consumer WHERE name = ?", [.text(consumer)]) { $0.integer(0) }
    }
  }

  public func advance(_ consumer: String, to sequence: Int64) throws {
    try eventDatabase.write { connection in
      _ = try connection.execute(
        """
        INSERT INTO event_consumer (name, position) VALUES (?, ?)
        ON CONFLICT (name) DO UPDATE SET position = excluded.position WHERE event_consumer.position < excluded.position
        """, [.text(consumer), .integer(sequence)])
    }
  }

  public func forget(consumer: String) throws {
    try eventDatabase.write { connection in
      _ = try connection.execute("DELETE FROM event_consumer WHERE name = ?", [.text(consumer)])
    }
  }

  public func trimEvents(before: Int64, limit: Int) throws -> Int {
    try eventDatabase.write(.unflushed) { connection in
      let taken = try connection.first("SELECT min(position) FROM event_consumer") { $0.integerIfAny(0) } ?? nil
      let oldest = try connection.all(
        "SELECT id, at FROM event WHERE id <= ? ORDER BY id LIMIT ?", [.integer(taken ?? .max), .integer(limit)]
      ) { (id: $0.integer(0), at: $0.integer(1)) }
      guard let last = oldest.prefix(while: { $0.at < before }).last else { return 0 }
      return try connection.execute("DELETE FROM event WHERE id <= ?", [.integer(last.id)])
    }
  }
}
