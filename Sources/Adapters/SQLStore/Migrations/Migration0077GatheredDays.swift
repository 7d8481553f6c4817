// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Exams of past days together, for statistics; reports are found by one or two letters that a word begins with,
  /// patients and studies by any two letters.
  static let gatheredDays = Migration(number: 77, name: "gathered days") { dialect in
    let beginnings = ["ris_report_text", "ris_report_affirmed"].map { table in
      dialect.indexBeginnings(table: table, key: "id", column: "words", lengths: 1...7)
    }
    return """
      CREATE TABLE ris_times_day (day \(dialect.sharedKey), exams \(dialect.bytesType) NOT NULL);
      \(beginnings.joined(separator: "\n"))
      \(dialect.createPairIndex(table: "ris_patient", key: "id", column: "search_text"))
      \(dialect.createPairIndex(table: "study_search", key: "study", column: "words"))
      """
  }
}
