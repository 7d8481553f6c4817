// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SQLInterface

extension SQLInstanceIndex: CorrectionIndex {
  public func correctionSet() throws -> CorrectionSet {
    try database.read { try corrections.set($0) }
  }

  public func objects(in reach: CorrectionReach) throws -> [IndexedObject] {
    try database.read { connection in
      let query = CorrectionReachQuery(reach, connection)
      return try query.objects(of: query.patients())
    }
  }

  public func apply(
    _ correction: (Correction, RecordPlace)?, reach: CorrectionReach, objects: [IndexedObject],
    originals: [InstanceRecord]
  ) throws -> Bool {
    guard objects.count == originals.count else { return false }
    return try database.write(.flushed) { connection in
      let query = CorrectionReachQuery(reach, connection)
      let patients = try query.patients()
      guard try query.objects(of: patients) == objects else { return false }
      if let correction {
        try Self.insert(correction, connection)
        try CorrectionCache.raise(connection)
        let studies = Set(objects.map(\.stored.identity.study)).union(correction.0.studies)
        try Self.note(studies, of: correction.0, connection)
      }
      try Derivation(connection, CorrectionCache.load(connection)).run(
        patients: patients, objects: objects, originals: originals)
      try connection.tell(Self.eventChannel)
      return true
    }
  }

  static func insert(_ correction: (Correction, RecordPlace), _ connection: any SQLConnection) throws {
    let (one, place) = correction
    try connection.execute(
      "INSERT INTO correction (name, kind, at, note, content, is_purged) VALUES (?, ?, ?, ?, ?, ?)",
      [
        .text(one.name), .text(one.kind.rawValue), .integer(one.at), .text(one.note?.rawValue ?? ""),
        .text(String(decoding: one.json, as: UTF8.self)), .integer(one.kind == .purge ? 1 : 0),
      ])
    if one.kind == .purge {
      try connection.execute("UPDATE correction SET is_purged = 1 WHERE name = ?", [.text(one.refersTo)])
    }
    try connection.execute(
      """
      INSERT INTO record_file (path, known_end) VALUES (?, ?)
      ON CONFLICT (path) DO UPDATE SET known_end = excluded.known_end WHERE record_file.known_end < excluded.known_end
      """, [.text(place.file), .integer(place.end)])
    if one.kind == .undo { try settleUndoing(connection) }
  }

  /// An undo that was undone itself does not count: what each record's fate is follows from all of them.
  private static func settleUndoing(_ connection: any SQLConnection) throws {
    let undoing = try connection.all("SELECT content FROM correction WHERE kind = 'undo' ORDER BY at DESC, name DESC") {
      try Correction(json: Array($0.text(0).utf8))
    }
    var undoneBy: [String: String] = [:]
    for one in undoing where undoneBy[one.name] == nil {
      if let other = one.refersTo { undoneBy[other] = one.name }
    }
    try connection.execute("UPDATE correction SET undone_by = NULL WHERE undone_by IS NOT NULL")
    try connection.statement("UPDATE correction SET undone_by = ? WHERE name = ?").runAll(
      undoneBy.sorted { $0.key < $1.key }.map { [.text($0.value), .text($0.key)] })
  }

  private static func note(
    _ studies: Set<UID>, of correction: Correction, _ connection: any SQLConnection
  ) throws {
    try connection.statement(
      """
      INSERT INTO correction_study (study_uid, correction) SELECT CAST(? AS TEXT), id
      FROM correction WHERE name = ? ON CONFLICT (study_uid, correction) DO NOTHING
      """
    ).runAll(studies.map(\.rawValue).sorted().map { [.text($0), .text(correction.name)] })
  }

  public func restore(_ corrections: [(Correction, RecordPlace)]) throws {
    try database.write(.flushed) { connection in
      for correction in corrections { try Self.insert(correction, connection) }
      try CorrectionCache.raise(connection)
    }
  }

  public func recordEnds() throws -> [String: Int64] {
    try database.read { connection in
      let rows = try connection.all("SELECT path, known_end FROM record_file") { ($0.text(0), $0.integer(1)) }
      return Dictionary(uniqueKeysWithValues: rows)
    }
  }

  // MARK: Lists

  private static let listed = "SELECT c.content, c.undone_by, c.is_purged FROM correction c"

  private static func listed(_ row: any SQLRow) throws -> ListedCorrection {
    ListedCorrection(
      correction: try Correction(json: Array(row.text(0).utf8)), undoneBy: row.textIfAny(1), isPurged: row.int(2) == 1)
  }

  public func corrections(ofStudy study: UID?, offset: Int, limit: Int) throws -> [ListedCorrection] {
    try database.read { connection in
      var statement = SQLFragment(Self.listed)
      if let study {
        statement.append(
          "WHERE c.id IN (SELECT correction FROM correction_study WHERE study_uid = ?)", [.text(study.rawValue)])
      }
      statement.append("ORDER BY c.at DESC, c.name DESC LIMIT ? OFFSET ?", [.integer(limit), .integer(offset)])
      return try connection.all(statement, Self.listed)
    }
  }

  public func correction(named name: String) throws -> ListedCorrection? {
    try database.read { try $0.first(Self.listed + " WHERE c.name = ?", [.text(name)], Self.listed) }
  }

  public func hasCorrection(note: UID) throws -> Bool {
    try database.read { connection in
      try connection.first("SELECT 1 FROM correction WHERE note = ?", [.text(note.rawValue)]) { _ in true } ?? false
    }
  }

  public func lastCorrectionTime() throws -> Int64 {
    try database.read { try $0.first("SELECT max(at) FROM correction") { $0.integer(0) } ?? 0 }
  }

  public func attributes(of patient: PatientKey) throws -> DataSet? {
    try database.read { connection in
      try connection.first(
        "SELECT attributes FROM patient WHERE patient_id = ? AND issuer = ? AND unidentified = ?",
        [.text(patient.id), .text(patient.issuer), .text(patient.unidentified)]
      ) { LevelAttributes(try AttributeBlob.decode($0.bytes(0))).dataSet }
    }
  }

  public func attributes(aboveSeriesOf study: UID) throws -> DataSet? {
    try database.read { connection in
      try connection.first(
        "SELECT p.attributes, s.attributes FROM study s JOIN patient p ON p.id = s.patient WHERE s.uid = ?",
        [.text(study.rawValue)]
      ) { AnswerReader.merged([try AttributeBlob.decode($0.bytes(0)), try AttributeBlob.decode($0.bytes(1))]) }
    }
  }
}

extension Correction {
  /// The studies that it names.
  fileprivate var studies: Set<UID> {
    var studies = Set(values.filter { $0.tag == Tag(0x0020, 0x000D) }.map { UID($0.text) })
    switch scope {
    case .study(let study), .series(let study, _): studies.insert(study)
    case .patient, .instances: break
    }
    return studies
  }
}
