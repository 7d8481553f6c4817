// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import SQLiteDriver
import Testing

@Suite struct SQLiteDialectTests {
  @Test(
    arguments: [
      ([WildcardToken.text("DOE"), .anyMany], ["DOE", "DOE^J"]),
      ([.text("D"), .anyOne, .text("E")], ["DOE"]),
      ([.anyMany, .text("*"), .anyMany], ["A*B"]),
      ([.text("["), .anyMany], ["[x]"]),
      ([.anyOne], ["é"]),
      ([.text("doe")], []),
    ] as [([WildcardToken], [String])])
  func patternsMatchAsWritten(_ pattern: [WildcardToken], _ expected: [String]) throws {
    let temporary = try TemporaryDatabase()
    let found = try temporary.database.write { connection in
      try connection.script("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT)")
      for name in ["DOE", "DOE^J", "A*B", "[x]", "é", "x\\"] {
        try connection.execute("INSERT INTO thing (name) VALUES (?)", [.text(name)])
      }
      let condition = connection.dialect.matches("name", pattern)
      return try connection.all(
        SQLFragment("SELECT name FROM thing WHERE \(condition.sql) ORDER BY id", condition.parameters)
      ) { $0.text(0) }
    }
    #expect(found == expected)
  }

  @Test func theInfixIndexFollowsItsTable() throws {
    let temporary = try TemporaryDatabase()
    try temporary.database.write { connection in
      let dialect = connection.dialect
      try connection.script("CREATE TABLE thing (id INTEGER PRIMARY KEY, words TEXT NOT NULL)")
      try connection.script(dialect.createInfixIndex(table: "thing", key: "id", column: "words"))
      func found(_ words: String...) throws -> [Int64] {
        let infix = try #require(dialect.infix(table: "thing", key: "id", column: "words", words: words))
        return try connection.all(infix) { $0.integer(0) }
      }
      try connection.execute("INSERT INTO thing VALUES (1, 'müller anna'), (2, 'smith \"bob\"'), (3, '田中 一郎')")
      #expect(try found("ülle") == [1])
      #expect(try found("mit", "bob") == [2])
      #expect(try found("\"bob\"") == [2])
      #expect(try found("中 一") == [3])
      try connection.execute("UPDATE thing SET words = 'jones' WHERE id = 2")
      #expect(try found("smith") == [])
      #expect(try found("jones") == [2])
      try connection.execute("DELETE FROM thing WHERE id = 1")
      #expect(try found("anna") == [])
      #expect(dialect.infix(table: "thing", key: "id", column: "words", words: ["anna", "ab"]) == nil)
    }
  }
}
