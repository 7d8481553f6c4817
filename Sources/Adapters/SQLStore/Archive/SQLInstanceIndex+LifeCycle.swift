// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SQLInterface

extension SQLInstanceIndex: LifeCycleIndex {
  public func unsettledStudies(quietSince: Int64, limit: Int) throws -> [UnsettledStudy] {
    try database.read { connection in
      try connection.all(
        """
        SELECT uid, generation FROM study WHERE unsettled = 1 AND last_received < ? ORDER BY last_received, id LIMIT ?
        """, [.integer(quietSince), .integer(limit)]
      ) { UnsettledStudy(study: UID($0.text(0)), generation: $0.int(1) + 1) }
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
    ) { (stored: VersionQuery.stored($0), versions: $0.int(12)) }
    return try current.flatMap { instance in
      instance.versions == 1
        ? [instance.stored]
        : try VersionQuery(connection).versions(of: instance.stored.identity.instance.rawValue).map(\.stored)
    }
  }

  public func relocate(_ study: UnsettledStudy, _ moves: [Relocation], releaseAt: Int64) throws -> Bool {
    try database.write(.flushed) { connection in
      guard try Self.allVersions(ofStudy: study.study, connection) == moves.map(\.instance) else { return false }
      let files = FileTable(connection)
      for move in moves {
        try Self.retire(move.instance.location.extent, releaseAt, files, connection)
        let to = try files.key(move.to.file, end: move.to.offset + move.to.length)
        try Self.update(move, file: to, connection)
      }
      try connection.execute(
        "UPDATE study SET unsettled = 0, generation = ? WHERE uid = ?",
        [.integer(study.generation), .text(study.study.rawValue)])
      try files.finish()
      return true
    }
  }

  private static func retire(
    _ extent: ObjectExtent, _ releaseAt: Int64, _ files: FileTable, _ connection: any SQLConnection
  ) throws {
    try connection.execute(
      "INSERT INTO retired_extent (file, position, length, checksum, release_at) VALUES (?, ?, ?, ?, ?)",
      [
        .integer(try files.key(extent.file)), .integer(extent.offset), .integer(extent.length),
        .integer(Int64(extent.checksum)), .integer(releaseAt),
      ])
  }

  public func retire(_ extents: [ObjectExtent], releaseAt: Int64) throws {
    try database.write(.flushed) { connection in
      let files = FileTable(connection)
      for extent in extents { try Self.retire(extent, releaseAt, files, connection) }
    }
  }

  private static func update(_ move: Relocation, file: Int64, _ connection: any SQLConnection) throws {
    let values: [SQLValue] = [
      .integer(file), .integer(move.to.offset), .text(move.instance.identity.instance.rawValue),
    ]
    if move.instance.version == 1 {
      try connection.execute("UPDATE instance SET file = ?, position = ? WHERE uid = ?", values)
    } else {
      try connection.execute(
        """
        UPDATE instance_version SET file = ?, position = ?
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
        DELETE FROM stored_file WHERE path = ?
          AND id IN (SELECT f.id FROM stored_file f WHERE NOT (\(Self.isReferenced)))
        """, [.text(file)])
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
        SELECT i.study_uid, i.series_uid, n.uid, c.text, t.text, f.path, i.position, i.length, i.checksum,
          i.data_set_offset, i.pixel_data_offset, i.data_set_checksum, i.version
        FROM instance_version i JOIN instance n ON n.id = i.instance JOIN stored_file f ON f.id = i.file
          JOIN term c ON c.id = i.sop_class JOIN term t ON t.id = i.transfer_syntax
        WHERE f.path = ?
        """, [.text(file)]
      ) { VersionQuery.stored($0, version: $0.int(12)) }
      return (current + others).sorted { $0.location.offset < $1.location.offset }
    }
  }
}
