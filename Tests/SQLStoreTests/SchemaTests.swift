// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import SQLTestKit
import Testing

@testable import SQLStore

@Suite struct SchemaTests {
  @Test(arguments: Engine.available) func stepsAreMadeOnce(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine, isShared: false)
    #expect(try Schema.migrate(temporary.database) == 0)
  }

  @Test func numbersAscend() {
    let numbers = Schema.migrations.map(\.number)
    #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
  }

  @Test(arguments: Engine.available) func aChangedStepIsRefused(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine, isShared: false)
    try temporary.database.write { connection in
      try connection.execute("UPDATE migration SET checksum = 'x' WHERE number = 1")
    }
    #expect(throws: SQLError(.schema, reason: "")) { try Schema.migrate(temporary.database) }
  }

  @Test(arguments: Engine.available) func anOlderProgramRefusesANewerDatabase(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine, isShared: false)
    #expect(throws: SQLError(.schema, reason: "")) {
      try Schema.migrate(temporary.database, to: Schema.migrations.dropLast())
    }
  }

  @Test(arguments: Engine.available) func aStepThatFailsLeavesNothing(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine, isShared: false)
    let number = 1000
    let broken = Migration(number: number, name: "broken") { _ in
      "CREATE TABLE half (x TEXT); CREATE TABLE half (x TEXT)"
    }
    #expect(throws: SQLError.self) {
      try Schema.migrate(temporary.database, to: Schema.migrations + [broken])
    }
    let whole = Migration(number: number, name: "whole") { _ in "CREATE TABLE half (x TEXT)" }
    #expect(try Schema.migrate(temporary.database, to: Schema.migrations + [whole]) == 1)
  }

  @Test(arguments: Engine.available) func severalProgramsMayStartTogether(_ engine: Engine) async throws {
    let temporary = try TemporaryDatabase(engine)
    let made = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<3 {
        group.addTask {
          let database = try temporary.second()
          defer { try? database.close() }
          return try Schema.migrate(database)
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(made == Schema.migrations.count)
  }
}
