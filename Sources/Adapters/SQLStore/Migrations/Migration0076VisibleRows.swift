// SPDX-License-Identifier: Apache-2.0

import SQLInterface

extension Migration {
  /// Lists and searches are answered by indexes alone also for the newest rows of large tables.
  static let visibleRows = Migration(number: 76, name: "visible rows") { dialect in
    ["study", "series", "person_name", "person_name_word", "ris_procedure", "ris_times"].map {
      dialect.keepVisible(table: $0)
    }.joined(separator: "\n")
  }
}
