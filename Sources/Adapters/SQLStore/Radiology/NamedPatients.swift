// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import Radiology
import SQLInterface

/// The patients whom words mean: few, who can be gathered, or so many that a list is rather walked along its order.
enum NamedPatients {
  /// More than this are many.
  static let fewest = 4000
  /// Of what has two letters so much more than enough to be many is counted, since a name may have them twice.
  private static let pairsOfOne = 3

  /// Nothing is asked.
  case any
  /// A statement that gives their ids.
  case few(SQLFragment)
  /// The words of their names.
  case many([String])

  /// - Parameter fewest: more than these are many. A walk along a list meets one in so many of all that stand in it,
  ///   and the more a row of the list costs, the more are rather gathered.
  init(_ text: String, _ connection: any SQLConnection, fewest: Int = NamedPatients.fewest) throws {
    let words = TextFolding.words(text)
    guard !words.isEmpty else {
      self = .any
      return
    }
    let dialect = connection.dialect
    var ids: [Int64] = []
    // Names are read out of an index that stands closer than whole patients.
    var named = SQLFragment("SELECT n.id FROM ris_patient n")
    var conditions: [SQLFragment] = []
    if !dialect.infixIsExact, var found = Self.infix(words, dialect) {
      // Of so many the index alone says enough, which costs a part of reading the names.
      found.append("LIMIT ?", [.integer(fewest + 1)])
      ids = try connection.all(found, reused: true) { $0.integer(0) }
      named.append(SQLFragment(dialect.reading(index: "ris_patient_names")))
      conditions = [Self.condition(words, dialect, of: "n")]
    } else {
      if let pair = Self.pair(words, dialect) {
        let count = try connection.all(pair.count, reused: true) { $0.int(0) }.first ?? 0
        if count > fewest * Self.pairsOfOne {
          self = .many(words)
          return
        }
      }
      // Words of one letter are looked for in all names, so that this is done once.
      var found = Self.named(words, dialect)
      found.append("LIMIT ?", [.integer(fewest + 1)])
      ids = try connection.all(found) { $0.integer(0) }
    }
    if ids.count > fewest {
      self = .many(words)
      return
    }
    // Few forms of the statement are kept ready.
    let padded = ids + Array(repeating: ids.last ?? 0, count: max(1, ids.count).nextPowerOfTwo - ids.count)
    conditions.append(.isIn("n.id", padded.map { .integer($0) }))
    var few = SQLFragment("SELECT i.patient FROM ris_patient_identifier i WHERE i.value = ? UNION", [.text(text)])
    few.append(named)
    few.append("WHERE")
    few.append(.joined(conditions, by: "AND"))
    self = .few(few)
  }

  /// All words stand in the name of a patient `p`, or another name of the table.
  static func condition(_ words: [String], _ dialect: any SQLDialect, of name: String = "p") -> SQLFragment {
    .joined(words.map { SQLFragment(dialect.contains("\(name).search_text"), [.text($0)]) }, by: "AND")
  }

  private static func named(_ words: [String], _ dialect: any SQLDialect) -> SQLFragment {
    var select = SQLFragment("SELECT p.id FROM ris_patient p WHERE")
    if let found = indexed(words, dialect) {
      select.append("\(found.sql) AND", found.parameters)
    }
    select.append(condition(words, dialect))
    return select
  }

  /// Those who may have the words, by the index of trigrams; nil where it does not help.
  private static func indexed(_ words: [String], _ dialect: any SQLDialect) -> SQLFragment? {
    let long = words.filter { $0.unicodeScalars.count >= 3 }
    if !long.isEmpty { return dialect.infix(table: table, as: "p", key: key, column: column, words: long) }
    for word in words {
      guard let pair = dialect.pair(table: table, key: key, column: column, text: word) else { continue }
      return SQLFragment("p.id IN (\(pair.keys.sql))", pair.keys.parameters)
    }
    return nil
  }

  /// Those who may have all words, where all are long enough for the index of trigrams.
  private static func infix(_ words: [String], _ dialect: any SQLDialect) -> SQLFragment? {
    guard words.allSatisfy({ $0.unicodeScalars.count >= 3 }) else { return nil }
    return dialect.infix(table: table, key: key, column: column, words: words)
  }

  /// One word of two letters.
  private static func pair(_ words: [String], _ dialect: any SQLDialect) -> (keys: SQLFragment, count: SQLFragment)? {
    words.count == 1 ? dialect.pair(table: table, key: key, column: column, text: words[0]) : nil
  }

  private static let (table, key, column) = ("ris_patient", "id", "search_text")
}

extension Int {
  fileprivate var nextPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
