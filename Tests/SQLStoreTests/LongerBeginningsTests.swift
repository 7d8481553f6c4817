// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import SQLTestKit
import Testing

@testable import SQLStore

/// The index of words that knows longer beginnings takes over what stood in the old one, and is kept like it.
@Suite struct LongerBeginningsTests {
  private let table = "words_kept"

  private func found(_ database: any SQLDatabase, _ beginning: String) throws -> [Int64] {
    try database.read { connection in
      let select = connection.dialect.hasWords(
        table: table, key: "id", column: "words", [SearchTerm([beginning], isPrefix: true)])
      return try connection.all(select) { $0.integer(0) }.sorted()
    }
  }

  @Test(arguments: Engine.available) func whatWasIndexedIsFoundByLongerBeginnings(_ engine: Engine) throws {
    let temporary = try TemporaryDatabase(engine)
    let database = temporary.database
    func add(_ id: Int64, _ words: [String]) throws {
      try database.write { connection in
        _ = try connection.execute(
          "INSERT INTO \(table) (id, words) VALUES (?, ?)", [.integer(id), connection.dialect.words(words)])
      }
    }
    try database.write { connection in
      let dialect = connection.dialect
      try connection.script(
        """
        CREATE TABLE \(table) (id BIGINT NOT NULL PRIMARY KEY, words \(dialect.wordsType) NOT NULL);
        \(dialect.createWordIndex(table: table, key: "id", column: "words"))
        """)
    }
    try add(1, ["appendicitis"])
    try add(2, ["fracture"])
    try add(3, ["appendectomy"])
    try database.write { connection in
      let dialect = connection.dialect
      try connection.script(dialect.indexBeginnings(table: table, key: "id", column: "words", lengths: 1...7))
    }
    try add(4, ["appendix"])
    try database.write { _ = try $0.execute("DELETE FROM \(table) WHERE id = 3", []) }
    #expect(try found(database, "append") == [1, 4])
    #expect(try found(database, "appendi") == [1, 4])
    #expect(try found(database, "appendici") == [1])
    #expect(try found(database, "appende") == [])
    #expect(try found(database, "frac") == [2])
    #expect(try found(database, "a") == [1, 4] && found(database, "fr") == [2])
    guard engine == .sqlite else { return }
    let index = try database.read { connection in
      try connection.all("SELECT sql FROM sqlite_master WHERE name = '\(table)_words'") { $0.text(0) }
    }
    #expect(index.first?.contains("prefix = '1 2 3 4 5 6 7'") == true, "\(index)")
  }
}
