// SPDX-License-Identifier: Apache-2.0

import SQLInterface

/// SQLite's words; infix search by an FTS5 trigram index (SQLite 3.34 or later).
public struct SQLiteDialect: SQLDialect {
  public init() {}

  public var name: String { "sqlite" }
  public var rowKey: String { "INTEGER PRIMARY KEY" }
  public var ascendingKey: String { "INTEGER PRIMARY KEY AUTOINCREMENT" }
  public var sharedKey: String { "INTEGER PRIMARY KEY" }
  public var textType: String { "TEXT" }
  public var wordsType: String { "TEXT" }
  public var bytesType: String { "BLOB" }

  public var orderedJoin: String { "CROSS JOIN" }
  public func reading(index: String) -> String { "INDEXED BY \(index)" }
  // One writes at a time.
  public var skippingLocked: String { "" }

  public func contains(_ column: String) -> String { "instr(\(column), ?) > 0" }

  /// In order, without which both sides would be gathered first.
  public func intersection(_ selects: [SQLFragment], of column: String) -> SQLFragment {
    SQLFragment(
      selects.map(\.sql).joined(separator: " INTERSECT ") + " ORDER BY 1", selects.flatMap(\.parameters))
  }

  public func matches(_ column: String, _ pattern: [WildcardToken]) -> SQLFragment {
    var glob = ""
    for token in pattern {
      switch token {
      case .anyOne: glob += "?"
      case .anyMany: glob += "*"
      case .text(let text):
        for character in text.unicodeScalars {
          if character == "*" || character == "?" || character == "[" {
            glob += "[\(character)]"
          } else {
            glob.unicodeScalars.append(character)
          }
        }
      }
    }
    return SQLFragment("\(column) GLOB ?", [.text(glob)])
  }

  public func refuseOverlaps(table: String, key: String, from: String, to: String, exempt: String) -> String {
    let check = """
      WHEN new.\(exempt) = 0 AND EXISTS (
        SELECT 1 FROM \(table) o WHERE o.\(key) = new.\(key) AND o.\(from) < new.\(to) AND o.\(to) > new.\(from)
          AND o.\(exempt) = 0 AND o.rowid <> new.rowid)
      BEGIN SELECT RAISE(ABORT, 'ranges of \(table) overlap'); END;
      """
    return """
      CREATE INDEX \(table)_ranges ON \(table) (\(key), \(from), \(to));
      CREATE TRIGGER \(table)_insert_overlap AFTER INSERT ON \(table) \(check)
      CREATE TRIGGER \(table)_update_overlap AFTER UPDATE ON \(table) \(check)
      """
  }

  public func refuseChanges(table: String) -> String {
    ["UPDATE", "DELETE"].map { act in
      """
      CREATE TRIGGER \(table)_no_\(act.lowercased()) BEFORE \(act) ON \(table)
        BEGIN SELECT RAISE(ABORT, 'rows of \(table) stay as they are'); END;
      """
    }.joined(separator: "\n")
  }

  public func keepVisible(table: String) -> String { "" }

  public func countRareWords(table: String, column: String) -> String { "" }

  public func createInfixIndex(table: String, key: String, column: String) -> String {
    Self.createIndex(
      "\(table)_trigrams", table: table, key: key, column: column,
      options: "tokenize = 'trigram case_sensitive 1',\n  detail = none, columnsize = 0")
  }

  /// An FTS5 index whose text stands in the table, and the triggers that keep it.
  private static func createIndex(
    _ index: String, table: String, key: String, column: String, options: String
  ) -> String {
    let remove = "INSERT INTO \(index) (\(index), rowid, \(column)) VALUES ('delete', old.\(key), old.\(column));"
    let insert = "INSERT INTO \(index) (rowid, \(column)) VALUES (new.\(key), new.\(column));"
    return """
      CREATE VIRTUAL TABLE \(index) USING fts5(
        \(column), content = '\(table)', content_rowid = '\(key)', \(options));
      CREATE TRIGGER \(index)_insert AFTER INSERT ON \(table) BEGIN \(insert) END;
      CREATE TRIGGER \(index)_delete AFTER DELETE ON \(table) BEGIN \(remove) END;
      CREATE TRIGGER \(index)_update AFTER UPDATE OF \(column) ON \(table)
        WHEN old.\(column) <> new.\(column) BEGIN \(remove) \(insert) END;
      """
  }

  public var infixIsExact: Bool { false }

  /// The index keeps no positions, so that it is small and cheap to write: a word is found by all of its trigrams at
  /// any place.
  public func infix(table: String, key: String, column: String, words: [String]) -> SQLFragment? {
    var trigrams: [String] = []
    for word in words {
      let scalars = Array(word.unicodeScalars)
      guard scalars.count >= 3 else { return nil }
      for start in 0...scalars.count - 3 {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<start + 3])
        let trigram =
          "\"" + String(view).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
        if !trigrams.contains(trigram) { trigrams.append(trigram) }
      }
    }
    let index = "\(table)_trigrams"
    return SQLFragment(
      "SELECT rowid FROM \(index) WHERE \(index) MATCH ?", [.text(trigrams.joined(separator: " AND "))])
  }

  // MARK: Two letters

  /// The list of all trigrams, and the ends of the texts, where no trigram begins.
  public func createPairIndex(table: String, key: String, column: String) -> String {
    """
    CREATE VIRTUAL TABLE \(table)_terms USING fts5vocab('\(table)_trigrams', 'row');
    CREATE INDEX \(table)_by_end ON \(table) (substr(\(column), -2));
    """
  }

  /// Two characters are in a text where a trigram of it begins with them, or where it ends with them.
  public func pair(
    table: String, key: String, column: String, text: String
  ) -> (keys: SQLFragment, count: SQLFragment)? {
    guard text.unicodeScalars.count == 2 else { return nil }
    let index = "\(table)_trigrams"
    let terms = "\(table)_terms WHERE term >= ? AND term < ?"
    let range: [SQLValue] = [.text(text), .text(text + "\u{10FFFF}")]
    // Without any trigram, a text of no words, which nothing has.
    let keys = """
      SELECT rowid FROM \(index) WHERE \(index) MATCH (
        SELECT COALESCE(group_concat('"' || replace(term, '"', '""') || '"', ' OR '), '""') FROM \(terms))
      UNION ALL SELECT \(key) FROM \(table) ended WHERE substr(ended.\(column), -2) = ?
      """
    return (
      SQLFragment(keys, range + [.text(text)]), SQLFragment("SELECT CAST(total(doc) AS INTEGER) FROM \(terms)", range)
    )
  }

  // MARK: Words

  public func words(_ words: [String]) -> SQLValue { .text(words.joined(separator: " ")) }

  private static let wordOptions = "tokenize = 'unicode61 remove_diacritics 0'"

  public func createWordIndex(table: String, key: String, column: String) -> String {
    Self.createIndex(
      "\(table)_words", table: table, key: key, column: column, options: "\(Self.wordOptions), prefix = '3 4'")
  }

  public func indexBeginnings(
    table: String, key: String, column: String, lengths: ClosedRange<Int>
  ) -> String {
    let index = "\(table)_words"
    let triggers = ["insert", "delete", "update"].map { "DROP TRIGGER \(index)_\($0);" }
    return """
      \(triggers.joined(separator: "\n"))
      DROP TABLE \(index);
      \(Self.createIndex(index, table: table, key: key, column: column,
        options: "\(Self.wordOptions), prefix = '\(lengths.map(String.init).joined(separator: " "))'"))
      INSERT INTO \(index) (\(index)) VALUES ('rebuild');
      """
  }

  public func hasWords(table: String, key: String, column: String, _ terms: [SearchTerm]) -> SQLFragment {
    let query = terms.map { "\"" + $0.words.joined(separator: " ") + "\"" + ($0.isPrefix ? " *" : "") }
    let index = "\(table)_words"
    return SQLFragment("SELECT rowid FROM \(index) WHERE \(index) MATCH ?", [.text(query.joined(separator: " AND "))])
  }
}
