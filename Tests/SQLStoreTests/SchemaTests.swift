// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import SQLiteDriver
import Testing

@testable import SQLStore

@Suite struct SchemaTests {
  @Test func stepsAreMadeOnce() throws {
    let temporary = try TemporaryStore()
    #expect(try Schema.migrate(temporary.database) == 0)
  }

  @Test func numbersAscendFromOne() {
    #expect(Schema.migrations.map(\.number) == Array(1...Schema.migrations.count))
  }

  @Test func aChangedStepIsRefused() throws {
    let temporary = try TemporaryStore()
    try temporary.database.write { connection in
      try connection.execute("UPDATE migration SET checksum = 'x' WHERE number = 1")
    }
    #expect(throws: SQLError(.schema, reason: "")) { try Schema.migrate(temporary.database) }
  }

  @Test func anOlderProgramRefusesANewerDatabase() throws {
    let temporary = try TemporaryStore()
    #expect(throws: SQLError(.schema, reason: "")) {
      try Schema.migrate(temporary.database, to: Schema.migrations.dropLast())
    }
  }

  @Test func aStepThatFailsLeavesNothing() throws {
    let temporary = try TemporaryStore()
    let number = Schema.migrations.count + 1
    let broken = Migration(number: number, name: "broken") { _ in
      "CREATE TABLE half (x TEXT); CREATE TABLE half (x TEXT)"
    }
    #expect(throws: SQLError.self) {
      try Schema.migrate(temporary.database, to: Schema.migrations + [broken])
    }
    let whole = Migration(number: number, name: "whole") { _ in "CREATE TABLE half (x TEXT)" }
    #expect(try Schema.migrate(temporary.database, to: Schema.migrations + [whole]) == 1)
  }

  @Test func twoProgramsMayStartTogether() async throws {
    let temporary = try TemporaryStore()
    let path = temporary.folder + "/fresh.sqlite"
    let made = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<3 {
        group.addTask {
          let database = try SQLiteDatabase(path: path)
          defer { try? database.close() }
          return try Schema.migrate(database)
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(made == Schema.migrations.count)
  }
}
