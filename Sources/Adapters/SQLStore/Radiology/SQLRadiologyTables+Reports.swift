// SPDX-License-Identifier: Apache-2.0

import Crypto
import Radiology
import SQLInterface

extension SQLRadiologyTables: ReportTable {
  /// Reports of any language that are looked at for each one of some languages.
  private static let reachOfOtherLanguages = 4

  /// The states that clinicians may see, as the statements name them.
  private static var visible: SQLFragment {
    .isIn("status", ReportStatus.allCases.filter(\.isVisible).map { .text($0.rawValue) })
  }

  func versions(ofExam id: Int64) throws -> [ReportVersion] {
    try connection.all(
      "SELECT document FROM ris_report_version WHERE ris_procedure = ? ORDER BY number", [.integer(id)], Self.version)
  }

  func visibleVersions(ofExam id: Int64) throws -> [ReportVersion] {
    var select = SQLFragment(
      "SELECT document FROM ris_report_version WHERE ris_procedure = ? AND", [.integer(id)])
    select.append(Self.visible)
    select.append("ORDER BY number")
    return try connection.all(select, Self.version)
  }

  func reportedExams(ofPatient id: Int64, limit: Int) throws -> [ExamItem] {
    var select = SQLFragment(
      """
      SELECT r.id FROM ris_order o JOIN ris_procedure r ON r.ris_order = o.id WHERE o.patient = ? AND EXISTS (
        SELECT 1 FROM ris_report_version v WHERE v.ris_procedure = r.id AND
      """, [.integer(id)])
    select.append(Self.visible)
    select.append(") ORDER BY r.id DESC LIMIT ?", [.integer(limit)])
    return try connection.all(select) { $0.integer(0) }.compactMap { try item($0) }
  }

  func add(_ version: ReportVersion) throws -> ReportVersion {
    var version = version
    let last = try connection.first(
      "SELECT number, hash FROM ris_report_version WHERE ris_procedure = ? ORDER BY number DESC LIMIT 1",
      [.integer(version.exam)]
    ) { (number: $0.int(0), hash: $0.text(1)) }
    version.number = (last?.number ?? 0) + 1
    version.hash = Self.hash(version, after: last?.hash ?? "")
    try refusing("Somebody else wrote meanwhile.") {
      _ = try connection.execute(
        """
        INSERT INTO ris_report_version (ris_procedure, number, status, at, author, hash, document)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [
          .integer(version.exam), .integer(version.number), .text(version.status.rawValue), .integer(version.at),
          .text(version.author), .text(version.hash), DocumentColumn.encode(version),
        ])
    }
    if version.status.isVisible { try index(version) }
    return version
  }

  func firstBrokenLink(ofExam id: Int64) throws -> Int? {
    var hash = ""
    for version in try versions(ofExam: id) {
      if version.hash != Self.hash(version, after: hash) { return version.number }
      hash = version.hash
    }
    return nil
  }

  private static func hash(_ version: ReportVersion, after previous: String) -> String {
    SHA256.hash(data: version.bytes(after: previous)).hexadecimal
  }

  static func version(_ row: any SQLRow) throws -> ReportVersion {
    try DocumentColumn.decode(ReportVersion.self, row, 0)
  }

  // MARK: Words

  /// The newest visible version is the one that is found. What was validated last has the highest number.
  func index(_ version: ReportVersion) throws {
    let old = try connection.all(
      "SELECT id FROM ris_report_text WHERE ris_procedure = ?", [.integer(version.exam)]
    ) { $0.integer(0) }
    for id in old {
      try connection.execute("DELETE FROM ris_report_affirmed WHERE id = ?", [.integer(id)])
      try connection.execute("DELETE FROM ris_report_text WHERE id = ?", [.integer(id)])
    }
    let language = ReportLanguage(version.content.language)
    let words = ReportWords(language)
    let text = version.content.text
    let id = try insert(
      "INSERT INTO ris_report_text (ris_procedure, language, at, words) VALUES (?, ?, ?, ?)",
      [
        .integer(version.exam), .text(language.rawValue), .integer(version.at),
        connection.dialect.words(words.stems(of: text) + [language.mark]),
      ])
    try connection.execute(
      "INSERT INTO ris_report_affirmed (id, words) VALUES (?, ?)",
      [.integer(id), connection.dialect.words(words.affirmedStems(of: text) + [language.mark])])
  }

  func reports(matching query: ReportQuery) throws -> [ReportFound] {
    let languages = query.language.map { [ReportLanguage($0)] } ?? ReportLanguage.allCases
    // Most questions are the same words in all languages, and are asked once then.
    let asked = Dictionary(grouping: languages) { ReportWords($0).terms(query.words) }
    guard asked.keys.allSatisfy({ !$0.isEmpty }) else { return [] }
    var ids: [Int64] = []
    for (terms, languages) in asked { ids += try newest(query, terms, languages) }
    var markers: [ReportLanguage: ReportWordMarker] = [:]
    return try ids.sorted(by: >).dropFirst(query.offset).prefix(query.limit).compactMap { id in
      let exam = try connection.first(
        "SELECT ris_procedure FROM ris_report_text WHERE id = ?", [.integer(id)]
      ) { $0.integer(0) }
      guard let exam, let item = try item(exam), let report = try visibleVersions(ofExam: exam).last else { return nil }
      let language = ReportLanguage(report.content.language)
      let marker = markers[language] ?? ReportWordMarker(ReportWords(language), question: query.words)
      markers[language] = marker
      return ReportFound(exam: item, report: report, matched: marker.matches(in: report.content.text))
    }
  }

  /// The newest reports of some languages with the words, as many as the page reaches, newest first.
  private func newest(
    _ query: ReportQuery, _ terms: [SearchTerm], _ languages: [ReportLanguage]
  ) throws -> [Int64] {
    let table = query.affirmedOnly ? "ris_report_affirmed" : "ris_report_text"
    let reach = query.offset + query.limit
    func walk(_ terms: [SearchTerm], _ limit: Int) throws -> [Int64] {
      var select = connection.dialect.hasWords(table: table, key: "id", column: "words", terms)
      select.append("ORDER BY 1 DESC LIMIT ?", [.integer(limit)])
      return try connection.all(select, reused: true) { $0.integer(0) }
    }
    if languages.count == ReportLanguage.allCases.count { return try walk(terms, reach) }
    // The language is looked up where few have the words, or the newest are mostly of it: it costs less than to walk
    // all that is written in it.
    let wide = reach * Self.reachOfOtherLanguages
    let newest = try walk(terms, wide)
    let own = try newest.filter { id in
      let language = try connection.first("SELECT language FROM ris_report_text WHERE id = ?", [.integer(id)]) {
        $0.text(0)
      }
      return languages.contains { $0.rawValue == language }
    }
    if newest.count < wide || own.count >= reach { return Array(own.prefix(reach)) }
    // Of each language its newest, by the mark among the words.
    return try languages.flatMap { try walk(terms + [SearchTerm([$0.mark])], reach) }.sorted(by: >)
  }
}

extension SQLRadiologyTables: ReportAidTable {
  func templates() throws -> [ReportTemplate] {
    try connection.all("SELECT document FROM ris_template ORDER BY name") {
      try DocumentColumn.decode(ReportTemplate.self, $0, 0)
    }
  }

  func template(name: String) throws -> ReportTemplate? {
    try connection.first("SELECT document FROM ris_template WHERE name = ?", [.text(name)]) {
      try DocumentColumn.decode(ReportTemplate.self, $0, 0)
    }
  }

  func save(_ template: ReportTemplate) throws {
    try connection.execute(
      """
      INSERT INTO ris_template (name, document) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET document = excluded.document
      """, [.text(template.name), DocumentColumn.encode(template)])
  }

  func openCriticalResults() throws -> [CriticalResult] {
    try connection.all(
      "SELECT id, document FROM ris_critical WHERE is_open = 1 ORDER BY at, id", [], Self.critical)
  }

  func criticalResults(ofExam id: Int64) throws -> [CriticalResult] {
    try connection.all(
      "SELECT id, document FROM ris_critical WHERE ris_procedure = ? ORDER BY id", [.integer(id)], Self.critical)
  }

  func criticalResult(id: Int64) throws -> CriticalResult? {
    try connection.first("SELECT id, document FROM ris_critical WHERE id = ?", [.integer(id)], Self.critical)
  }

  func save(_ result: CriticalResult) throws -> Int64 {
    let columns: [SQLValue] = [
      .integer(result.exam), .integer(result.isAcknowledged ? 0 : 1), .integer(result.at),
      try DocumentColumn.encode(result),
    ]
    if result.id == 0 {
      return try insert(
        "INSERT INTO ris_critical (ris_procedure, is_open, at, document) VALUES (?, ?, ?, ?)", columns)
    }
    try connection.execute(
      "UPDATE ris_critical SET ris_procedure = ?, is_open = ?, at = ?, document = ? WHERE id = ?",
      columns + [.integer(result.id)])
    return result.id
  }

  func draft(ofExam id: Int64, by author: String) throws -> ReportDraft? {
    try connection.first(
      "SELECT document FROM ris_report_draft WHERE ris_procedure = ? AND author = ?", [.integer(id), .text(author)]
    ) { try DocumentColumn.decode(ReportDraft.self, $0, 0) }
  }

  func save(_ draft: ReportDraft) throws {
    try connection.execute(
      """
      INSERT INTO ris_report_draft (ris_procedure, author, saved_at, document) VALUES (?, ?, ?, ?)
      ON CONFLICT (ris_procedure, author) DO UPDATE SET saved_at = excluded.saved_at, document = excluded.document
      """, [.integer(draft.exam), .text(draft.author), .integer(draft.savedAt), DocumentColumn.encode(draft)])
  }

  func removeDraft(ofExam id: Int64, by author: String) throws {
    try connection.execute(
      "DELETE FROM ris_report_draft WHERE ris_procedure = ? AND author = ?", [.integer(id), .text(author)])
  }

  private static func critical(_ row: any SQLRow) throws -> CriticalResult {
    var result = try DocumentColumn.decode(CriticalResult.self, row, 1)
    result.id = row.integer(0)
    return result
  }
}
