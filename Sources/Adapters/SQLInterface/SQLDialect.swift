// SPDX-License-Identifier: Apache-2.0

/// The few words in which the engines differ. Upserts (`ON CONFLICT … DO UPDATE`), `RETURNING` and `LIMIT ? OFFSET ?`
/// are the same in SQLite and PostgreSQL and need none.
public protocol SQLDialect: Sendable {
  /// `sqlite`, `postgresql`.
  var name: String { get }
  /// Type and constraint of a key column that numbers its rows by itself.
  var rowKey: String { get }
  /// The same, and never gives a number twice, even after rows were removed.
  var ascendingKey: String { get }
  /// Type and constraint of a key column whose numbers are another table's.
  var sharedKey: String { get }
  /// Type of a column of text that is compared by code points.
  var textType: String { get }
  /// Type of a column of words (`words`).
  var wordsType: String { get }
  /// Type of a column of bytes.
  var bytesType: String { get }

  /// Between two tables of which the first is to be walked through, where the engine can be told so.
  var orderedJoin: String { get }

  /// Behind a table of which only what an index has is asked, where the engine can be told to read that alone.
  func reading(index: String) -> String

  /// What all of these `SELECT`s have in common, each of one column of this name: lists that come in its order out of
  /// an index are merged as they come. May name a value more than once.
  func intersection(_ selects: [SQLFragment], of column: String) -> SQLFragment

  /// Behind a `SELECT` that picks rows to be changed: leaves those that others are changing to them.
  var skippingLocked: String { get }

  /// Whether a text column contains the text of one parameter.
  func contains(_ column: String) -> String

  /// Whether a text column matches a pattern, with regard to case, by code points.
  func matches(_ column: String, _ pattern: [WildcardToken]) -> SQLFragment

  /// Statements after which no two rows of a table with the same key have ranges of whole numbers that overlap, the
  /// upper ends not in them; rows with another number than 0 in `exempt` are left out.
  func refuseOverlaps(table: String, key: String, from: String, to: String, exempt: String) -> String

  /// Statements after which rows of a table are added and never changed or removed.
  func refuseChanges(table: String) -> String

  /// Statements after which an index that has all that is asked for answers by itself for new rows of a table too,
  /// where the engine would look into the rows until it has cleaned up behind their writers.
  func keepVisible(table: String) -> String

  /// Statements that create an index for `infix` on a text column; `key` is the table's whole-number key.
  func createInfixIndex(table: String, key: String, column: String) -> String

  /// The keys of all rows whose column may contain each of the words, by that index: never too few, perhaps too many.
  /// Nil where a word is too short for the index.
  func infix(table: String, key: String, column: String, words: [String]) -> SQLFragment?

  /// Whether `infix` gives no key too many.
  var infixIsExact: Bool { get }

  /// The same as a condition on the rows of the table, which the statement calls `name`.
  func infix(table: String, as name: String, key: String, column: String, words: [String]) -> SQLFragment?

  /// Statements that let an index for `infix` find two letters too, where the engine can be told so.
  func createPairIndex(table: String, key: String, column: String) -> String

  /// The keys of all rows whose column contains two characters, by that index, and a statement that counts about how
  /// many these are. Nil where the engine has no such index, or the text is not of two characters.
  func pair(table: String, key: String, column: String, text: String) -> (keys: SQLFragment, count: SQLFragment)?

  /// The value of a column of words: letters and digits, folded, in the order of the text.
  func words(_ words: [String]) -> SQLValue

  /// Statements that create an index for `hasWords` on a column of words.
  func createWordIndex(table: String, key: String, column: String) -> String

  /// Statements that let such an index find beginnings of words of these numbers of letters at once, where the engine's
  /// does not anyway.
  func indexBeginnings(table: String, key: String, column: String, lengths: ClosedRange<Int>) -> String

  /// Statements after which the engine's own statistics of a column of words know ten thousand words and more, where it
  /// has any: what it does not know it takes for so frequent that it reads all texts.
  func countRareWords(table: String, column: String) -> String

  /// The keys of all rows whose column has all of the terms, by that index.
  func hasWords(table: String, key: String, column: String, _ terms: [SearchTerm]) -> SQLFragment
}

extension SQLDialect {
  public func infix(table: String, as name: String, key: String, column: String, words: [String]) -> SQLFragment? {
    infix(table: table, key: key, column: column, words: words).map {
      SQLFragment("\(name).\(key) IN (\($0.sql))", $0.parameters)
    }
  }
}

/// A part of a wildcard pattern (PS3.4 §C.2.2.2.4).
public enum WildcardToken: Sendable, Hashable {
  case text(String)
  /// `?`
  case anyOne
  /// `*`
  case anyMany
}
