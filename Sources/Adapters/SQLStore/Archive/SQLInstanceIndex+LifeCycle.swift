// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SQLInterface

extension SQLInstanceIndex: LifeCycleIndex {
  public func unsettledStudies(quietSince: Int64, limit: Int) throws -> [UnsettledStudy] {
    try database.read { connection in
      try connection.all(
        """
        SELECT s.uid, s.generation, g.generation FROM study s LEFT JOIN study_generation g ON g.uid = s.uid
        WHERE s.unsettled = 1 AND s.last_received < ? ORDER BY s.last_received, s.id LIMIT ?
        """, [.integer(quietSince), .integer(limit)]
      ) { UnsettledStudy(study: UID($0.text(0)), generation: max($0.int(1), $0.int(2)) + 1) }
    }
  }

  public func allVersions(ofStudy study: UID) throws -> [StoredInstance] {
    try database.read { try Self.allVersions(ofStudy: study, $0) }
  }

  private static func allVersions(ofStudy study: UID, _ connection: any SQLConnection) throws -> [StoredInstance] {
    let current = try connection.all(
      """
      SELECT \(VersionQuery.columns), i.versions FROM \(VersionQuery.tables)
      WHERE s.uid = ? ORDER BY e.number, e.id, i.number, i.id
      """, [.text(study.rawValue)]
    ) { (stored: VersionQuery.stored($0), versions: $0.int(VersionQuery.width)) }
    return try current.flatMap { instance in
      instance.versions == 1
        ? [instance.stored]
        : try VersionQuery(connection).versions(of: instance.stored.identity.instance.rawValue).map(\.stored)
    }
  }

  public func relocate(_ study: UnsettledStudy, _ moves: [Relocation], releaseAt: Int64) throws -> Bool {
    try database.write(.flushed) { connection in
      guard try Self.allVersions(ofStudy: study.study, connection) == moves.map(\.instance) else { return false }
      let columns = InstanceColumns(connection)
      let files = columns.files
      for move in moves {
        try Self.retire(move.instance.location.extent, releaseAt, files, connection)
        let to = try files.key(move.to.file, end: move.to.offset + move.to.length)
        if let original = move.recoded?.original ?? move.instance.location.original {
          try columns.add(original, file: to, position: move.to.offset)
        }
        try Self.update(move, file: to, columns, connection)
      }
      try connection.execute(
        "UPDATE study SET unsettled = 0, generation = ? WHERE uid = ?",
        [.integer(study.generation), .text(study.study.rawValue)])
      try Self.note(study.generation, of: study.study, connection)
      try files.finish()
      return true
    }
  }

  /// Keeps the number of a study's files, whatever becomes of the study.
  static func note(_ generation: Int, of study: UID, _ connection: any SQLConnection) throws {
    try connection.execute(
      """
      INSERT INTO study_generation (uid, generation) VALUES (?, ?)
      ON CONFLICT (uid) DO UPDATE SET generation = excluded.generation
        WHERE study_generation.generation < excluded.generation
      """, [.text(study.rawValue), .integer(generation)])
  }

  static func retire(
    _ extent: ObjectExtent, _ releaseAt: Int64, _ files: FileTable, _ connection: any SQLConnection
  ) throws {
    let place: [SQLValue] = [.integer(try files.key(extent.file)), .integer(extent.offset)]
    try connection.execute("DELETE FROM original_form WHERE file = ? AND position = ?", place)
    try connection.execute(
      "INSERT INTO retired_extent (file, position, length, checksum, release_at) VALUES (?, ?, ?, ?, ?)",
      place + [.integer(extent.length), .integer(Int64(extent.checksum)), .integer(releaseAt)])
  }

  public func retire(_ extents: [ObjectExtent], releaseAt: Int64) throws {
    try database.write(.flushed) { connection in
      let files = FileTable(connection)
      for extent in extents { try Self.retire(extent, releaseAt, files, connection) }
    }
  }

  private static func update(
    _ move: Relocation, file: Int64, _ columns: InstanceColumns, _ connection: any SQLConnection
  ) throws {
    var changes = "file = ?, position = ?"
    var values: [SQLValue] = [.integer(file), .integer(move.to.offset)]
    if let recoded = move.recoded {
      changes += ", length = ?, checksum = ?, transfer_syntax = ?, data_set_offset = ?, pixel_data_offset = ?"
      values += [
        .integer(move.to.length), .integer(Int64(move.to.checksum)),
        .integer(try columns.term(recoded.transferSyntax.rawValue)), .integer(recoded.dataSetOffset),
        .integer(recoded.pixelDataOffset),
      ]
    }
    values.append(.text(move.instance.identity.instance.rawValue))
    if move.instance.version == 1 {
      try connection.execute("UPDATE instance SET \(changes) WHERE uid = ?", values)
    } else {
      try connection.execute(
        """
        UPDATE instance_version SET \(changes)
        WHERE instance = (SELECT id FROM instance WHERE uid = ?) AND version = ?
        """, values + [.integer(move.instance.version)])
    }
  }

  public func retired(before: Int64, limit: Int) throws -> [RetiredExtent] {
    try database.read { connection in
      try connection.all(
        """
        SELECT r.id, f.path, r.position, r.length, r.checksum FROM retired_extent r JOIN stored_file f ON f.id = r.file
        WHERE r.release_at < ? ORDER BY r.release_at, r.id LIMIT ?
        """, [.integer(before), .integer(limit)]
      ) { row in
        RetiredExtent(
          id: row.integer(0),
          extent: ObjectExtent(
            file: row.text(1), offset: row.integer(2), length: row.integer(3),
            checksum: UInt32(truncatingIfNeeded: row.integer(4))))
      }
    }
  }

  public func forget(retired ids: [Int64]) throws {
    try database.write(.flushed) { connection in
      for id in ids { try connection.execute("DELETE FROM retired_extent WHERE id = ?", [.integer(id)]) }
    }
  }

  /// What keeps a file, for the file `f`.
  private static let isReferenced = """
    EXISTS (SELECT 1 FROM instance i WHERE i.file = f.id)
      OR EXISTS (SELECT 1 FROM instance_version v WHERE v.file = f.id)
      OR EXISTS (SELECT 1 FROM hidden_instance x WHERE x.file = f.id)
      OR EXISTS (SELECT 1 FROM retired_extent r WHERE r.file = f.id)
    """

  public func unreferencedFiles() throws -> [String] {
    try database.read { connection in
      try connection.all("SELECT f.path FROM stored_file f WHERE NOT (\(Self.isReferenced)) ORDER BY f.path") {
        $0.text(0)
      }
    }
  }

  public func forget(file: String) throws {
    try database.write(.flushed) { connection in
      try connection.execute(
        """
        DELETE FROM original_form
        WHERE file IN (SELECT f.id FROM stored_file f WHERE f.path = ? AND NOT (\(Self.isReferenced)))
        """, [.text(file)])
      try connection.execute(
        """
        DELETE FROM stored_file WHERE path = ?
          AND id IN (SELECT f.id FROM stored_file f WHERE NOT (\(Self.isReferenced)))
        """, [.text(file)])
    }
  }

  public func unsettle(_ study: UID) throws {
    try database.write(.flushed) { connection in
      try connection.execute("UPDATE study SET unsettled = 1 WHERE uid = ?", [.text(study.rawValue)])
    }
  }

  public func isKnown(file: String) throws -> Bool {
    try database.read { connection in
      try connection.first("SELECT 1 FROM stored_file WHERE path = ?", [.text(file)]) { _ in true } ?? false
    }
  }

  public func filePaths() throws -> [String] {
    try database.read { connection in
      try connection.all("SELECT path FROM stored_file ORDER BY path") { $0.text(0) }
    }
  }

  public func retired(in file: String) throws -> [ObjectExtent] {
    try database.read { connection in
      try connection.all(
        """
        SELECT r.position, r.length, r.checksum FROM retired_extent r JOIN stored_file f ON f.id = r.file
        WHERE f.path = ? ORDER BY r.position
        """, [.text(file)]
      ) { row in
        ObjectExtent(
          file: file, offset: row.integer(0), length: row.integer(1),
          checksum: UInt32(truncatingIfNeeded: row.integer(2)))
      }
    }
  }

  public func locations(in file: String) throws -> [StoredInstance] {
    try database.read { connection in
      let current = try connection.all(
        "SELECT \(VersionQuery.columns) FROM \(VersionQuery.tables) WHERE f.path = ?", [.text(file)]
      ) { VersionQuery.stored($0) }
      let others = try connection.all(
        """
        SELECT \(VersionQuery.versionColumns), i.version FROM \(VersionQuery.versionTables) WHERE f.path = ?
        """, [.text(file)]
      ) { VersionQuery.stored($0, version: $0.int(VersionQuery.width)) }
      let hidden = try connection.all(
        "SELECT \(HiddenTable.storedColumns) FROM \(HiddenTable.storedTables) WHERE f.path = ?", [.text(file)]
      ) { VersionQuery.stored($0) }
      return (current + others + hidden).sorted { $0.location.offset < $1.location.offset }
    }
  }
}
