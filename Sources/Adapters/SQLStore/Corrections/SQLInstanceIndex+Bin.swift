// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import SQLInterface

extension SQLInstanceIndex {
  public func hidden(_ kind: Correction.Kind, offset: Int, limit: Int) throws -> [HiddenStudy] {
    try database.read { connection in
      let groups = try connection.all(
        """
        SELECT c.content, h.study_uid, count(DISTINCT h.series_uid), count(*), sum(h.length), min(h.id)
        FROM correction c JOIN hidden_instance h ON h.correction = c.name
        WHERE c.kind = ? GROUP BY c.content, c.at, c.name, h.study_uid
        ORDER BY c.at DESC, c.name DESC, h.study_uid LIMIT ? OFFSET ?
        """, [.text(kind.rawValue), .integer(limit), .integer(offset)]
      ) { row in
        (
          correction: try Correction(json: Array(row.text(0).utf8)), study: UID(row.text(1)), series: row.int(2),
          instances: row.int(3), bytes: row.integer(4), first: row.integer(5)
        )
      }
      return try groups.map { group in
        let attributes =
          try connection.first("SELECT attributes FROM hidden_instance WHERE id = ?", [.integer(group.first)]) {
            LevelAttributes(try AttributeBlob.decode($0.bytes(0))).dataSet
          } ?? DataSet(inheritedCharacterSet: .utf8)
        return HiddenStudy(
          correction: group.correction, study: group.study, patientID: Columns.text(attributes, .patientID),
          issuer: Columns.text(attributes, .issuerOfPatientID), patientName: Columns.text(attributes, .patientName),
          date: Columns.date(attributes, .studyDate), description: Columns.text(attributes, .studyDescription),
          seriesCount: group.series, instanceCount: group.instances, bytes: group.bytes)
      }
    }
  }

  public func deletions(before: Int64, limit: Int) throws -> [Correction] {
    try database.read { connection in
      try connection.all(
        """
        SELECT c.content FROM correction c WHERE c.kind = 'deletion' AND c.is_purged = 0 AND c.undone_by IS NULL
          AND c.at < ? ORDER BY c.at LIMIT ?
        """, [.integer(before), .integer(limit)]
      ) { try Correction(json: Array($0.text(0).utf8)) }
    }
  }

  public func purge(_ purge: (Correction, RecordPlace), releaseAt: Int64) throws -> Int {
    guard let deletion = purge.0.refersTo else { return 0 }
    return try database.write(.flushed) { connection in
      // Undone meanwhile: then nothing of it is in the bin.
      let objects = try connection.all(
        """
        SELECT \(HiddenTable.storedColumns), i.id FROM \(HiddenTable.storedTables)
        WHERE i.correction = ? AND i.is_deleted = 1 ORDER BY i.id
        """, [.text(deletion)]
      ) { (extent: VersionQuery.stored($0).location.extent, id: $0.integer(VersionQuery.width)) }
      try Self.insert(purge, connection)
      try CorrectionCache.raise(connection)
      let files = FileTable(connection)
      for object in objects { try Self.retire(object.extent, releaseAt, files, connection) }
      try connection.statement("DELETE FROM hidden_instance WHERE id = ?").runAll(objects.map { [.integer($0.id)] })
      return objects.count
    }
  }

  public func studies(quietSince: Int64, modalities: [String], limit: Int) throws -> [UID] {
    try database.read { connection in
      var statement = SQLFragment("SELECT s.uid FROM study s WHERE s.last_received < ?", [.integer(quietSince)])
      if !modalities.isEmpty {
        statement.append("AND")
        let any = modalities.map {
          SQLFragment(connection.dialect.contains("s.modalities"), [.text("\\\($0)\\")])
        }
        statement.append(.joined([.joined(any, by: "OR")], by: "AND"))
      }
      statement.append("ORDER BY s.last_received, s.id LIMIT ?", [.integer(limit)])
      return try connection.all(statement) { UID($0.text(0)) }
    }
  }
}
