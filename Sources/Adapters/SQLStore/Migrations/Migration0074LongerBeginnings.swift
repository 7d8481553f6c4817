// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Reports that have a word of a common beginning of five to seven letters are found without putting the lists of all
  /// its words together.
  static let longerBeginnings = Migration(number: 74, name: "longer beginnings") { dialect in
    ["ris_report_text", "ris_report_affirmed"].map { table in
      dialect.indexBeginnings(table: table, key: "id", column: "words", lengths: 3...7)
    }.joined(separator: "\n")
  }
}
