// SPDX-License-Identifier: Apache-2.0

import SQLInterface

/// The schema as the list of all its steps, oldest first.
public enum Schema {
  static let migrations: [Migration] = [
    .trust, .directories, .archive, .search, .lifeCycle, .corrections, .alarms, .orders, .reports, .inboundMessages,
    .outboundMessages, .commitment, .performedSteps, .jobs, .routes, .preferences, .unifiedProcedureSteps,
    .announcedStudies, .door, .reportDeliveries, .originalForms, .reconciliations, .outsideResults, .departmentLists,
    .longerBeginnings, .oneTimePasswords, .visibleRows, .gatheredDays, .closerLists,
  ]

  /// Brings a database to the newest step, in one transaction. Refuses a database whose steps are not those of this
  /// program.
  /// - Returns: how many steps were made.
  @discardableResult
  public static func migrate(_ database: any SQLDatabase) throws -> Int {
    try migrate(database, to: migrations)
  }

  static func migrate(_ database: any SQLDatabase, to migrations: [Migration]) throws -> Int {
    try database.write { connection in
      try connection.script(
        """
        CREATE TABLE IF NOT EXISTS migration (
          number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)
        """)
      let applied = try connection.all("SELECT number, name, checksum FROM migration ORDER BY number") {
        (number: $0.int(0), name: $0.text(1), checksum: $0.text(2))
      }
      for step in applied {
        guard let known = migrations.first(where: { $0.number == step.number }) else {
          throw SQLError(.schema, reason: "the database was made by a newer version of the program")
        }
        guard step.checksum == known.checksum(connection.dialect) else {
          throw SQLError(.schema, reason: "step \(step.number) (\(step.name)) of the schema differs from the program's")
        }
      }
      let missing = migrations.filter { known in !applied.contains { $0.number == known.number } }
      for migration in missing {
        try connection.script(migration.script(connection.dialect))
        try migration.fill(connection)
        try connection.execute(
          "INSERT INTO migration (number, name, checksum) VALUES (?, ?, ?)",
          [.integer(migration.number), .text(migration.name), .text(migration.checksum(connection.dialect))])
      }
      return missing.count
    }
  }
}
