// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

extension SQLRadiologyTables: CatalogueTable {
  func catalogue() throws -> [CatalogueEntry] {
    try connection.all("SELECT document FROM ris_catalogue ORDER BY code") {
      try DocumentColumn.decode(CatalogueEntry.self, $0, 0)
    }
  }

  func catalogueEntry(code: String) throws -> CatalogueEntry? {
    try connection.first("SELECT document FROM ris_catalogue WHERE code = ?", [.text(code)]) {
      try DocumentColumn.decode(CatalogueEntry.self, $0, 0)
    }
  }

  func save(_ entry: CatalogueEntry) throws {
    try connection.execute(
      """
      INSERT INTO ris_catalogue (code, document) VALUES (?, ?)
      ON CONFLICT (code) DO UPDATE SET document = excluded.document
      """, [.text(entry.code), DocumentColumn.encode(entry)])
  }

  func answers(ofExam id: Int64) throws -> SafetyAnswers? {
    try connection.first(
      "SELECT document FROM ris_screening WHERE ris_procedure = ? ORDER BY id DESC LIMIT 1", [.integer(id)]
    ) { try DocumentColumn.decode(SafetyAnswers.self, $0, 0) }
  }

  func add(_ answers: SafetyAnswers, ofExam id: Int64) throws {
    try connection.execute(
      "INSERT INTO ris_screening (ris_procedure, document) VALUES (?, ?)",
      [.integer(id), DocumentColumn.encode(answers)])
  }
}
