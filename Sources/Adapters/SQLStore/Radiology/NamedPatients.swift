// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import Radiology
import SQLInterface

/// The patients whom words mean: few, who can be gathered, or so many that a list is rather walked along its order.
enum NamedPatients {
  /// More than this are many.
  static let fewest = 2000

  /// Nothing is asked.
  case any
  /// A statement that gives their ids.
  case few(SQLFragment)
  /// The words of their names.
  case many([String])

  init(_ text: String, _ connection: any SQLConnection) throws {
    let words = TextFolding.words(text)
    guard !words.isEmpty else {
      self = .any
      return
    }
    let named = Self.named(words, connection.dialect)
    var probe = SQLFragment("SELECT count(*) FROM (\(named.sql)", named.parameters)
    probe.append("LIMIT ?) named", [.integer(Self.fewest + 1)])
    if try connection.all(probe, { $0.int(0) }).first ?? 0 > Self.fewest {
      self = .many(words)
      return
    }
    self = .few(
      SQLFragment(
        named.sql + " UNION SELECT i.patient FROM ris_patient_identifier i WHERE i.value = ?",
        named.parameters + [.text(text)]))
  }

  /// All words stand in the name of a patient `p`.
  static func condition(_ words: [String], _ dialect: any SQLDialect) -> SQLFragment {
    .joined(words.map { SQLFragment(dialect.contains("p.search_text"), [.text($0)]) }, by: "AND")
  }

  private static func named(_ words: [String], _ dialect: any SQLDialect) -> SQLFragment {
    var select = SQLFragment("SELECT p.id FROM ris_patient p WHERE")
    if let found = dialect.infix(table: "ris_patient", key: "id", column: "search_text", words: words) {
      select.append("p.id IN (\(found.sql)) AND", found.parameters)
    }
    select.append(condition(words, dialect))
    return select
  }
}
