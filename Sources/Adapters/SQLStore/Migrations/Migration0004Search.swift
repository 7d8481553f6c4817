// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import SQLInterface

extension Migration {
  /// Infix search of names, the words of series, reports, regions of a study, counts, consumers of events.
  static let search = Migration(number: 4, name: "search") { dialect in
    """
    CREATE TABLE fact (name \(dialect.textType) NOT NULL PRIMARY KEY, value \(dialect.textType) NOT NULL);
    CREATE TABLE tally (name \(dialect.textType) NOT NULL PRIMARY KEY, value BIGINT NOT NULL);
    INSERT INTO tally (name, value) SELECT 'studies', count(*) FROM study;
    CREATE TABLE event_consumer (name \(dialect.textType) NOT NULL PRIMARY KEY, position BIGINT NOT NULL);

    DROP INDEX study_by_date;
    CREATE INDEX study_by_date ON study (date, time_of_day, id, modalities, patient);
    ALTER TABLE study ADD COLUMN series_text \(dialect.textType) NOT NULL DEFAULT '';
    ALTER TABLE study ADD COLUMN anatomic_regions \(dialect.bytesType);

    """ + names(dialect) + reports(dialect)
  } fill: { connection in
    try SearchFilling(connection).run()
  }

  /// The names anew, with a key, as the index of trigrams needs one.
  private static func names(_ dialect: any SQLDialect) -> String {
    """
    DROP TABLE person_name;
    CREATE TABLE person_name (
      id \(dialect.rowKey),
      kind BIGINT NOT NULL,
      owner BIGINT NOT NULL,
      group_text \(dialect.textType) NOT NULL);
    CREATE INDEX person_name_by_group ON person_name (kind, group_text, owner);
    CREATE INDEX person_name_by_owner ON person_name (kind, owner, group_text);
    \(dialect.createInfixIndex(table: "person_name", key: "id", column: "group_text"))
    DELETE FROM person_name_word;
    DROP INDEX person_name_word_by_owner;
    CREATE INDEX person_name_word_by_owner ON person_name_word (kind, owner, word, code);

    """
  }

  /// A report is no part of what comes out of files, so it names its study by UID.
  private static func reports(_ dialect: any SQLDialect) -> String {
    """
    CREATE TABLE report (
      id \(dialect.ascendingKey),
      uid \(dialect.textType) NOT NULL UNIQUE,
      study_uid \(dialect.textType) NOT NULL,
      at BIGINT NOT NULL,
      text \(dialect.textType) NOT NULL,
      words \(dialect.wordsType) NOT NULL);
    CREATE INDEX report_by_study ON report (study_uid, id);
    \(dialect.createWordIndex(table: "report", key: "id", column: "words"))
    """
  }
}

/// Fills the columns of step 4 out of the attributes of rows that are older, part by part.
private struct SearchFilling {
  private static let part: Int64 = 500

  private let connection: any SQLConnection

  init(_ connection: any SQLConnection) { self.connection = connection }

  func run() throws {
    try each("SELECT id, attributes FROM patient WHERE id > ? ORDER BY id LIMIT ?") { key, attributes in
      try PersonNames(connection).add(.ofPatient, owner: key, attributes)
    }
    try each("SELECT id, attributes FROM study WHERE id > ? ORDER BY id LIMIT ?") { key, attributes in
      try PersonNames(connection).add(.ofStudy, owner: key, attributes)
      try fillStudy(key, attributes)
    }
  }

  private func each(_ statement: String, _ body: (Int64, DataSet) throws -> Void) throws {
    var last: Int64 = 0
    while true {
      let rows = try connection.all(statement, [.integer(last), .integer(Self.part)]) {
        (key: $0.integer(0), attributes: LevelAttributes(try AttributeBlob.decode($0.bytes(1))).dataSet)
      }
      for row in rows { try body(row.key, row.attributes) }
      guard let end = rows.last else { return }
      last = end.key
    }
  }

  private func fillStudy(_ key: Int64, _ attributes: DataSet) throws {
    var gathered = GatheredFromSeries()
    let series = try connection.all("SELECT attributes FROM series WHERE study = ? ORDER BY id", [.integer(key)]) {
      LevelAttributes(try AttributeBlob.decode($0.bytes(0))).dataSet
    }
    for one in series { gathered.add(one) }
    guard gathered.isChanged else { return }
    try connection.execute(
      "UPDATE study SET series_text = ?, anatomic_regions = ? WHERE id = ?",
      [.text(gathered.text), .blob(gathered.regions), .integer(key)])
    let patient = try connection.first(
      "SELECT p.name, p.patient_id FROM study s JOIN patient p ON p.id = s.patient WHERE s.id = ?", [.integer(key)]
    ) { (name: $0.text(0), id: $0.text(1)) }
    let words = Columns.searchText(
      name: patient?.name ?? "", patientID: patient?.id ?? "",
      accession: Columns.text(attributes, .accessionNumber),
      description: Columns.text(attributes, .studyDescription), series: gathered.text)
    try connection.execute("UPDATE study_search SET words = ? WHERE study = ?", [.text(words), .integer(key)])
  }
}
