// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import SQLTestKit
import Testing

@Suite struct SQLDialectTests {
  @Test(
    arguments: Engine.available,
    [
      ([WildcardToken.text("DOE"), .anyMany], ["DOE", "DOE^J"]),
      ([.text("D"), .anyOne, .text("E")], ["DOE"]),
      ([.anyMany, .text("*"), .anyMany], ["A*B"]),
      ([.text("["), .anyMany], ["[x]"]),
      ([.anyOne], ["é"]), ([.text("x\\")], ["x\\"]), ([.text("50%_")], ["50%_"]), ([.text("50_%")], []),
      ([.text("doe")], []),
    ] as [([WildcardToken], [String])])
  func patternsMatchAsWritten(
    _ engine: Engine, _ case: ([WildcardToken], [String])
  ) throws {
    let (pattern, expected) = `case`
    let temporary = try TemporaryDatabase(engine)
    let found = try temporary.database.write { connection in
      try connection.script("CREATE TABLE thing (id \(connection.dialect.rowKey), name \(connection.dialect.textType))")
      for name in ["DOE", "DOE^J", "A*B", "[x]", "é", "x\\", "50%_"] {
        try connection.execute("INSERT INTO thing (name) VALUES (?)", [.text(name)])
      }
      let condition = connection.dialect.matches("name", pattern)
      return try connection.all(
        SQLFragment("SELECT name FROM thing WHERE \(condition.sql) ORDER BY id", condition.parameters)
      ) { $0.text(0) }
    }
    #expect(found == expected)
  }

  @Test(arguments: Engine.available) func theInfixIndexFollowsItsTable(_ engine: Engine) throws {
    let temporary = try TemporaryDatabase(engine)
    try temporary.database.write { connection in
      let dialect = connection.dialect
      try connection.script("CREATE TABLE thing (id \(dialect.sharedKey), words \(dialect.textType) NOT NULL)")
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

  @Test(arguments: Engine.available) func wordsAreFoundByTheirIndex(_ engine: Engine) throws {
    let temporary = try TemporaryDatabase(engine)
    try temporary.database.write { connection in
      let dialect = connection.dialect
      try connection.script(
        """
        CREATE TABLE thing (id \(dialect.sharedKey), words \(dialect.wordsType) NOT NULL);
        \(dialect.createWordIndex(table: "thing", key: "id", column: "words"))
        """)
      func found(_ terms: SearchTerm...) throws -> Set<Int64> {
        Set(try connection.all(dialect.hasWords(table: "thing", key: "id", column: "words", terms)) { $0.integer(0) })
      }
      let insert = try connection.statement("INSERT INTO thing (id, words) VALUES (?, ?)")
      try insert.runAll([
        [1, dialect.words(["no", "pulmonary", "embolism", "2e5", "the"])],
        [2, dialect.words(["embolism", "pulmonary", "größe", "肺", "炎"])], [3, dialect.words([])],
      ])
      #expect(try found(SearchTerm(["embolism"])) == [1, 2])
      #expect(try found(SearchTerm(["pulmonary", "embolism"])) == [1])
      #expect(try found(SearchTerm(["pulmonary"]), SearchTerm(["embolism"])) == [1, 2])
      #expect(try found(SearchTerm(["embol"])) == [])
      #expect(try found(SearchTerm(["embol"], isPrefix: true)) == [1, 2])
      #expect(try found(SearchTerm(["no", "pulm"], isPrefix: true)) == [1])
      #expect(try found(SearchTerm(["2e5"]), SearchTerm(["the"])) == [1])
      #expect(try found(SearchTerm(["肺", "炎"])) == [2])
      #expect(try found(SearchTerm(["größe"])) == [2])
      #expect(try found(SearchTerm(["grosse"])) == [])
      try connection.execute("UPDATE thing SET words = ? WHERE id = 2", [dialect.words(["normal"])])
      #expect(try found(SearchTerm(["embolism"])) == [1])
      #expect(try found(SearchTerm(["normal"])) == [2])
      try connection.execute("DELETE FROM thing WHERE id = 1")
      #expect(try found(SearchTerm(["embolism"])) == [])
    }
  }
}
