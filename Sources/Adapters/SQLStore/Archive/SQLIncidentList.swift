// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLInterface

/// Incidents in the table `incident`. Since whoever sends can make incidents, only the newest are kept; versions in
/// conflict stay in the index all the same.
public struct SQLIncidentList: IncidentList {
  /// More than a person looks through.
  static let capacity: Int64 = 10_000

  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  public func add(_ incident: Incident) throws {
    try database.write { connection in
      let id = try connection.first(
        """
        INSERT INTO incident (kind, at, sender, reason, instance_uid, file, size) VALUES (?, ?, ?, ?, ?, ?, ?)
        RETURNING id
        """,
        [
          .text(incident.kind.rawValue), .integer(incident.at), .text(incident.sender), .text(incident.reason),
          .text(incident.instanceUID), .text(incident.file), .integer(incident.size),
        ]
      ) { $0.integer(0) }
      try connection.execute("DELETE FROM incident WHERE id <= ?", [.integer((id ?? 0) - Self.capacity)])
    }
  }

  public func incidents(limit: Int) throws -> [Incident] {
    try database.read { connection in
      try connection.all(
        "SELECT id, kind, at, sender, reason, instance_uid, file, size FROM incident ORDER BY id DESC LIMIT ?",
        [.integer(limit)], Self.incident)
    }
  }

  public func remove(id: Int64) throws {
    try database.write { connection in
      _ = try connection.execute("DELETE FROM incident WHERE id = ?", [.integer(id)])
    }
  }

  private static func incident(_ row: any SQLRow) throws -> Incident {
    guard let kind = Incident.Kind(rawValue: row.text(1)) else {
      throw SQLError(.schema, reason: "unknown kind of incident \(row.text(1))")
    }
    return Incident(
      id: row.integer(0), kind: kind, at: row.integer(2), sender: row.text(3), reason: row.text(4),
      instanceUID: row.text(5), file: row.text(6), size: row.integer(7))
  }
}
