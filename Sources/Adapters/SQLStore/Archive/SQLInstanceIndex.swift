// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SQLInterface

/// The image index in SQL. Each function is one transaction but for `find`, which reads in portions and calls out
/// between them, so that a slow peer holds up nobody and may ask the index again.
public struct SQLInstanceIndex: InstanceIndex {
  let database: any SQLDatabase
  /// For what concerns events alone: whoever follows them gets what has none yet later.
  let eventDatabase: any SQLDatabase
  let corrections = CorrectionCache()
  /// Fewer persons than this are always looked up first.
  var fewNames = 2000

  public init(_ database: any SQLDatabase) {
    self.database = database
    eventDatabase = database
  }

  /// The same index, which first awaits something in each transaction but those for events.
  public init(_ index: SQLInstanceIndex, awaiting wait: @escaping @Sendable () -> Void) {
    database = AwaitingDatabase(index.database, wait)
    eventDatabase = index.database
  }

  /// Commits unflushed: rows of instances are replayed from the segments (`Durability`).
  public func add(_ records: [InstanceRecord], evenIfIdentical: Bool) throws -> [AddOutcome] {
    try ArchiveError.translating {
      try database.write(.unflushed) { connection in
        let transaction = IngestTransaction(
          connection, corrections: try corrections.set(connection), evenIfIdentical: evenIfIdentical)
        let outcomes = try transaction.add(records)
        try transaction.finish()
        return outcomes
      }
    }
  }

  public func versions(of instance: UID) throws -> [StoredInstance] {
    try ArchiveError.translating {
      // Nearly always it is a new one.
      let isKnown = try database.look { connection in
        try connection.first("SELECT 1 FROM instance WHERE uid = ?", [.text(instance.rawValue)]) { _ in true } ?? false
      }
      guard isKnown else { return [] }
      return try database.read { try VersionQuery($0).versions(of: instance.rawValue).map(\.stored) }
    }
  }

  public func instances(_ selection: InstanceSelection) throws -> [StoredInstance] {
    try database.read { connection in
      var instances: [StoredInstance] = []
      for part in SelectionTranslation.parts(selection) {
        let condition = SelectionTranslation.condition(part)
        let statement = SQLFragment(
          """
          SELECT \(VersionQuery.columns) FROM \(VersionQuery.tables)
          JOIN patient p ON p.id = s.patient WHERE \(condition.sql)
          ORDER BY s.id, e.number, e.id, i.number, i.id
          """, condition.parameters)
        // With one unique key of a kind at the most there are few such texts.
        let isFixed = max(part.studies.count, part.series.count, part.instances.count) <= 1
        instances += try connection.all(statement, reused: isFixed) { VersionQuery.stored($0) }
      }
      return instances
    }
  }

  public func studyList(_ query: StudyListQuery) throws -> StudyListPage {
    try database.read { try StudyListSearch(query, $0).page() }
  }

  public func attributes(ofStudy study: UID) throws -> [(instance: StoredInstance, attributes: DataSet)] {
    try database.read { connection in
      guard
        let id = try connection.first("SELECT id FROM study WHERE uid = ?", [.text(study.rawValue)], { $0.integer(0) })
      else { return [] }
      let above = try connection.first(
        "SELECT p.attributes, s.attributes FROM study s JOIN patient p ON p.id = s.patient WHERE s.id = ?",
        [.integer(id)]
      ) { [try AttributeBlob.decode($0.bytes(0)), try AttributeBlob.decode($0.bytes(1))] }
      var series: (key: Int64, elements: [DataElement]) = (-1, [])
      return try connection.all(
        """
        SELECT \(VersionQuery.columns), e.id, e.attributes, i.attributes FROM \(VersionQuery.tables)
        WHERE e.study = ? ORDER BY e.number, e.id, i.number, i.id
        """, [.integer(id)]
      ) { row in
        let width = VersionQuery.width
        if series.key != row.integer(width) {
          series = (row.integer(width), try AttributeBlob.decode(row.bytes(width + 1)))
        }
        let own = try AttributeBlob.decode(row.bytes(width + 2))
        return (VersionQuery.stored(row), AnswerReader.merged((above ?? []) + [series.elements, own]))
      }
    }
  }

  public func indexedEnds() throws -> [String: Int64] {
    try database.read { connection in
      let rows = try connection.all("SELECT path, indexed_end FROM stored_file") { ($0.text(0), $0.integer(1)) }
      return Dictionary(uniqueKeysWithValues: rows)
    }
  }
}
