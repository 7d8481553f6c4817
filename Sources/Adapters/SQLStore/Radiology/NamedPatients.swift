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
    var named = Self.named(words, connection.dialect)
    named.append("LIMIT ?", [.integer(Self.fewest + 1)])
    let ids = try connection.all(named) { $0.integer(0) }
    if ids.count > Self.fewest {
      self = .many(words)
      return
    }
    // Words of one or two letters are looked for in all names, so that this is done once.
    var few = SQLFragment("SELECT i.patient FROM ris_patient_identifier i WHERE i.value = ?", [.text(text)])
    if let last = ids.last {
      // Few forms of the statement are kept ready.
      let padded = ids + Array(repeating: last, count: ids.count.nextPowerOfTwo - ids.count)
      few.append("UNION SELECT n.id FROM ris_patient n WHERE")
      few.append(.isIn("n.id", padded.map { .integer($0) }))
    }
    self = .few(few)
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

extension Int {
  fileprivate var nextPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
