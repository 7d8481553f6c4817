// SPDX-License-Identifier: Apache-2.0

import Foundation
import SQLInterface
import SQLTestKit
import SQLiteDriver
import Testing

/// What only SQLite does; what all drivers do stands in `SQLDatabaseTests`.
@Suite struct SQLiteDatabaseTests {
  let temporary: TemporaryDatabase

  init() throws { temporary = try TemporaryDatabase(.sqlite) }

  @Test func aFileThatIsNoDatabaseIsCorrupt() throws {
    let path = temporary.name + "-other"
    try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
    #expect(throws: SQLError(.corrupt, reason: "")) { try SQLiteDatabase(path: path) }
  }

  @Test func durabilitySetsTheFlushOfTheCommit() throws {
    for (durability, level) in [(Durability.flushed, 2), (.unflushed, 1), (.flushed, 2)] as [(Durability, Int64)] {
      let seen = try temporary.database.write(durability) { try $0.first("PRAGMA synchronous") { $0.integer(0) } }
      #expect(seen == level)
    }
  }
}
