// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLInterface

/// Alarms in the table `alarm`.
public struct SQLAlarmList: AlarmList {
  /// Of those that are over, so many are kept.
  static let capacity = 10_000

  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  public func save(_ alarms: [Alarm]) throws {
    try database.write { connection in
      for alarm in alarms {
        try connection.execute(
          """
          INSERT INTO alarm (kind, subject, severity, reason, first_at, last_at, occurrences, cleared_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (kind, subject) DO UPDATE SET severity = excluded.severity, reason = excluded.reason,
            first_at = excluded.first_at, last_at = excluded.last_at, occurrences = excluded.occurrences,
            cleared_at = excluded.cleared_at
          """,
          [
            .text(alarm.kind.rawValue), .text(alarm.subject), .text(alarm.severity.rawValue), .text(alarm.reason),
            .integer(alarm.firstAt), .integer(alarm.lastAt), .integer(alarm.count), .integer(alarm.clearedAt),
          ])
      }
      try connection.execute(
        """
        DELETE FROM alarm WHERE cleared_at IS NOT NULL AND id NOT IN (
          SELECT id FROM alarm WHERE cleared_at IS NOT NULL ORDER BY last_at DESC, id DESC LIMIT ?)
        """, [.integer(Self.capacity)])
    }
  }

  public func alarms(onlyOpen: Bool, limit: Int) throws -> [Alarm] {
    try database.read { connection in
      try connection.all(
        """
        SELECT kind, subject, severity, reason, first_at, last_at, occurrences, cleared_at FROM alarm
        WHERE cleared_at IS NULL OR ? = 0
        ORDER BY CASE WHEN cleared_at IS NULL THEN 0 ELSE 1 END, last_at DESC, id DESC LIMIT ?
        """, [.integer(onlyOpen ? 1 : 0), .integer(limit)]
      ) { row in
        Alarm(
          kind: Alarm.Kind(rawValue: row.text(0)), subject: row.text(1),
          severity: Alarm.Severity(rawValue: row.text(2)) ?? .warning, reason: row.text(3), firstAt: row.integer(4),
          lastAt: row.integer(5), count: row.int(6), clearedAt: row.integerIfAny(7))
      }
    }
  }
}
