// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SQLInterface

extension SQLInstanceIndex {
  /// Tables whose rows come out of files, those that refer to others first.
  private static let derivedTables = [
    "event", "original_form", "retired_extent", "instance_version", "instance", "hidden_instance",
    "header_change_correction",
    "header_change", "series", "study_search", "study", "person_name", "person_name_word", "patient", "stored_file",
    "source", "correction_study", "correction", "record_file", "study_generation",
  ]

  public func beginRebuild() throws {
    try database.write(.flushed) { connection in
      for table in Self.derivedTables { try connection.execute("DELETE FROM \(table)") }
      try connection.execute("UPDATE tally SET value = 0 WHERE name = 'studies'")
      // The number of the corrections goes on, so that nobody takes old ones for the new.
      try CorrectionCache.raise(connection)
      try connection.execute("DELETE FROM index_rebuild")
      try connection.execute("INSERT INTO index_rebuild (begun_at) VALUES (?)", [.integer(ArchiveOptions.systemTime())])
    }
  }

  public func isRebuilding() throws -> Bool {
    try database.read { try $0.first("SELECT COUNT(*) FROM index_rebuild") { $0.int(0) } ?? 0 } > 0
  }

  public func endRebuild() throws {
    try database.write(.flushed) { connection in
      // What arrived long ago is no news.
      try connection.execute("DELETE FROM event")
      try connection.execute("DELETE FROM index_rebuild")
      try CorrectionCache.raise(connection)
    }
  }

  public func setGeneration(of study: UID, to generation: Int) throws {
    try database.write(.flushed) { connection in
      try Self.note(generation, of: study, connection)
      try Self.setGeneration(of: study, to: generation, connection)
    }
  }

  /// A study is settled where all of it stands in study files.
  static func setGeneration(of study: UID, to generation: Int, _ connection: any SQLConnection) throws {
    try connection.execute(
      """
      UPDATE study SET generation = ?, unsettled = CASE WHEN EXISTS (
        SELECT 1 FROM instance i JOIN series e ON e.id = i.series JOIN stored_file f ON f.id = i.file
          LEFT JOIN instance_version v ON v.instance = i.id LEFT JOIN stored_file g ON g.id = v.file
        WHERE e.study = study.id AND (f.path NOT LIKE 'studies/%' OR g.path NOT LIKE 'studies/%')
      ) THEN 1 ELSE 0 END WHERE uid = ?
      """, [.integer(generation), .text(study.rawValue)])
  }
}
