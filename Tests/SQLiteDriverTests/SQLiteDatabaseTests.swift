// SPDX-License-Identifier: Apache-2.0

import Foundation
import SQLInterface
import SQLiteDriver
import Testing

/// A database in a folder of its own that goes away with this value.
final class TemporaryDatabase {
  let folder: String
  let database: SQLiteDatabase
  var path: String { folder + "/index.sqlite" }

  init(options: SQLiteOptions = SQLiteOptions()) throws {
    folder = NSTemporaryDirectory() + "sqlite-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    database = try SQLiteDatabase(path: folder + "/index.sqlite", options: options)
  }

  deinit {
    try? database.close()
    try? FileManager.default.removeItem(atPath: folder)
  }
}

@Suite struct SQLiteDatabaseTests {
  let temporary: TemporaryDatabase
  var database: SQLiteDatabase { temporary.database }

  init() throws {
    temporary = try TemporaryDatabase()
    try temporary.database.write { connection in
      try connection.script(
        "CREATE TABLE thing (id \(connection.dialect.ascendingKey), name TEXT UNIQUE, size REAL, body BLOB)")
    }
  }

  private func names() throws -> [String] {
    try database.read { try $0.all("SELECT name FROM thing ORDER BY id") { $0.text(0) } }
  }

  @Test func valuesComeBackAsTheyWent() throws {
    let sets: [[SQLValue]] = [
      ["é\0x", .real(0.5), .blob([0, 255, 1])], ["", .real(-1), .blob([])], [nil, nil, nil],
    ]
    try database.write { connection in
      try connection.statement("INSERT INTO thing (name, size, body) VALUES (?, ?, ?)").runAll(sets)
    }
    let rows = try database.read { connection in
      try connection.all("SELECT name, size, body, id FROM thing ORDER BY id") { row -> [SQLValue] in
        [
          .text(row.textIfAny(0)), row.isNull(1) ? .null : .real(row.real(1)),
          row.isNull(2) ? .null : .blob(row.blob(2)),
        ]
      }
    }
    #expect(rows == sets)
  }

  @Test func changesAreCountedWithoutThoseOfReads() throws {
    try database.write { connection in
      #expect(try connection.execute("INSERT INTO thing (name) VALUES ('a'), ('b')") == 2)
      #expect(try connection.execute("SELECT 1") == 0)
      #expect(try connection.execute("DELETE FROM thing WHERE name = ?", ["b"]) == 1)
      let id = try connection.first("INSERT INTO thing (name) VALUES (?) RETURNING id", ["c"]) { $0.integer(0) }
      #expect(id == 3)
    }
  }

  @Test(arguments: [Durability.flushed, .unflushed])
  func anErrorRollsBack(_ durability: Durability) throws {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try database.write(durability) { connection in
        try connection.execute("INSERT INTO thing (name) VALUES ('a')")
        throw Stop()
      }
    }
    #expect(try names() == [])
    try database.write(durability) { connection in
      _ = try connection.execute("INSERT INTO thing (name) VALUES ('b')")
    }
    #expect(try names() == ["b"])
  }

  @Test func constraintsHaveTheirCode() throws {
    #expect(throws: SQLError(.constraint, reason: "")) {
      try database.write { connection in
        try connection.execute("INSERT INTO thing (name) VALUES ('a')")
        try connection.execute("INSERT INTO thing (name) VALUES ('a')")
      }
    }
    #expect(throws: SQLError(.readOnly, reason: "")) {
      try database.read { connection in
        _ = try connection.execute("INSERT INTO thing (name) VALUES ('a')")
      }
    }
    #expect(throws: SQLError(.other, reason: "")) {
      try database.read { connection in
        _ = try connection.execute("SELECT ?")
      }
    }
  }

  @Test func aFileThatIsNoDatabaseIsCorrupt() throws {
    let path = temporary.folder + "/other.sqlite"
    try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
    #expect(throws: SQLError(.corrupt, reason: "")) { try SQLiteDatabase(path: path) }
  }

  @Test func durabilitySetsTheFlushOfTheCommit() throws {
    for (durability, level) in [(Durability.flushed, 2), (.unflushed, 1), (.flushed, 2)] as [(Durability, Int64)] {
      let seen = try database.write(durability) { try $0.first("PRAGMA synchronous") { $0.integer(0) } }
      #expect(seen == level)
    }
  }

  @Test func readersSeeWhatWasCommittedWhileAWriterWorks() throws {
    try database.write { connection in
      _ = try connection.execute("INSERT INTO thing (name) VALUES ('a')")
    }
    let second = try SQLiteDatabase(path: temporary.path)
    try second.write { connection in
      _ = try connection.execute("INSERT INTO thing (name) VALUES ('b')")
      #expect(try names() == ["a"])
    }
    #expect(try names() == ["a", "b"])
    try second.close()
  }

  @Test func writersOfTwoConnectionsWaitForEachOther() async throws {
    let path = temporary.path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<2 {
        group.addTask {
          let other = try SQLiteDatabase(path: path)
          for number in 0..<25 {
            try other.write(.unflushed) { connection in
              _ = try connection.execute("INSERT INTO thing (name) VALUES (?)", [.text("\(writer)-\(number)")])
            }
          }
          try other.close()
        }
      }
      try await group.waitForAll()
    }
    #expect(try names().count == 50)
  }

  @Test func aWriterThatWaitsTooLongIsBusy() throws {
    var options = SQLiteOptions()
    options.busyTimeout = 0.05
    let second = try SQLiteDatabase(path: temporary.path, options: options)
    try database.write { _ in
      #expect(throws: SQLError(.busy, reason: "")) { try second.write { _ in } }
    }
    try second.close()
  }

  @Test func aRunningStatementIsNotStartedAgain() throws {
    try database.write { connection in
      try connection.execute("INSERT INTO thing (name) VALUES ('a'), ('b')")
      let statement = try connection.statement("SELECT name FROM thing")
      #expect(throws: SQLError(.other, reason: "")) {
        try statement.run([]) { _ in try statement.run([]) { _ in true } > 0 }
      }
      #expect(try connection.all("SELECT name FROM thing") { $0.text(0) } == ["a", "b"])
    }
  }
}
