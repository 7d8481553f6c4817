// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SQLInterface

/// Texts of reports in the table `report`.
public struct SQLReportTexts: ReportTexts {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  public func save(_ reports: [ReportText]) throws {
    try database.write { connection in
      // What changed goes behind: the newest texts have the highest numbers.
      try connection.statement("DELETE FROM report WHERE uid = ?").runAll(reports.map { [.text($0.uid)] })
      try connection.statement(
        """
        INSERT INTO report (uid, study_uid, at, text, words) VALUES (?, ?, ?, ?, ?)
        """
      ).runAll(
        reports.map { report in
          [
            .text(report.uid), .text(report.study.rawValue), .integer(report.at), .text(report.text),
            connection.dialect.words(SearchWords.words(report.text)),
          ]
        })
    }
  }

  public func removeReport(uid: String) throws {
    try database.write { connection in
      _ = try connection.execute("DELETE FROM report WHERE uid = ?", [.text(uid)])
    }
  }

  public func reports(with words: String, offset: Int, limit: Int) throws -> [ReportText] {
    let terms = SearchWords.terms(words)
    if terms.isEmpty { return [] }
    return try database.read { connection in
      let found = connection.dialect.hasWords(table: "report", key: "id", column: "words", terms)
      // The keys alone first, so that the engine may walk along the index from the newest.
      var keys = found
      keys.append("ORDER BY 1 DESC LIMIT ? OFFSET ?", [.integer(limit), .integer(offset)])
      let ids = try connection.all(keys) { $0.integer(0) }
      var reports: [Int: ReportText] = [:]
      let select = try connection.statement(
        "SELECT uid, study_uid, at, text FROM report WHERE id = ?")
      try select.runEach(ids.map { [.integer($0)] }) { number, row in
        reports[number] = ReportText(uid: row.text(0), study: UID(row.text(1)), at: row.integer(2), text: row.text(3))
      }
      return ids.indices.compactMap { reports[$0] }
    }
  }
}
