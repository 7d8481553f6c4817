// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SQLInterface

/// Reads the versions of an instance, and rows of stored instances in general.
struct VersionQuery {
  struct Row {
    let stored: StoredInstance
    /// Key of the current version's row.
    let instance: Int64
  }

  private let connection: any SQLConnection

  init(_ connection: any SQLConnection) { self.connection = connection }

  /// The columns of `stored(_:)` for the instance `i`, its series `e`, its study `s` and its file `f`.
  static let columns = """
    s.uid, e.uid, i.uid, c.text, t.text, f.path, i.position, i.length, i.checksum, i.data_set_offset,
    i.pixel_data_offset, i.data_set_checksum, h.content, oc.text, o.length, o.checksum
    """
  /// How many they are.
  static let width = 16

  /// What the instance `i` was before it was compressed.
  static let originalTables = """
    LEFT JOIN original_form o ON o.file = i.file AND o.position = i.position LEFT JOIN term oc ON oc.id = o.common
    """

  /// The tables of `columns`.
  static let tables = """
    instance i JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study JOIN stored_file f ON f.id = i.file
    JOIN term c ON c.id = i.sop_class JOIN term t ON t.id = i.transfer_syntax
    LEFT JOIN header_change h ON h.id = i.header_change
    \(originalTables)
    """

  /// The same for further versions `i` of instances `n`.
  static let versionColumns = """
    i.study_uid, i.series_uid, n.uid, c.text, t.text, f.path, i.position, i.length, i.checksum, i.data_set_offset,
    i.pixel_data_offset, i.data_set_checksum, h.content, oc.text, o.length, o.checksum
    """
  static let versionTables = """
    instance_version i JOIN instance n ON n.id = i.instance JOIN stored_file f ON f.id = i.file
    JOIN term c ON c.id = i.sop_class JOIN term t ON t.id = i.transfer_syntax
    LEFT JOIN header_change h ON h.id = i.header_change
    \(originalTables)
    """

  static func stored(_ row: any SQLRow, version: Int = 1) -> StoredInstance {
    StoredInstance(
      identity: InstanceIdentity(
        study: UID(row.text(0)), series: UID(row.text(1)), instance: UID(row.text(2)), sopClass: UID(row.text(3))),
      transferSyntax: UID(row.text(4)),
      location: StoredLocation(
        file: row.text(5), offset: row.integer(6), length: row.integer(7),
        checksum: UInt32(truncatingIfNeeded: row.integer(8)), dataSetOffset: row.integer(9),
        pixelDataOffset: row.integerIfAny(10), original: original(row)),
      dataSetChecksum: UInt32(truncatingIfNeeded: row.integer(11)), version: version,
      change: row.textIfAny(12).map { HeaderChange(text: $0) })
  }

  private static func original(_ row: any SQLRow) -> OriginalForm? {
    row.textIfAny(13).flatMap {
      OriginalForm(
        common: $0, dataSetLength: row.integer(14), fileChecksum: UInt32(truncatingIfNeeded: row.integer(15)))
    }
  }

  /// Of instances that have one version or none; of the others there is no entry.
  func versions(of uids: [String]) throws -> [String: [Row]] {
    var rows: [String: [Row]] = Dictionary(uids.map { ($0, []) }) { first, _ in first }
    let select = try connection.statement(
      "SELECT \(Self.columns), i.id, i.versions FROM \(Self.tables) WHERE i.uid = ?")
    try select.runEach(uids.map { [.text($0)] }) { number, row in
      rows[uids[number]] =
        row.int(Self.width + 1) == 1
        ? [Row(stored: Self.stored(row), instance: row.integer(Self.width))] : nil
    }
    return rows
  }

  /// The current version first, then by number.
  func versions(of uid: String) throws -> [Row] {
    guard
      let current = try connection.first(
        "SELECT \(Self.columns), i.id, i.versions FROM \(Self.tables) WHERE i.uid = ?", [.text(uid)],
        { (row: Row(stored: Self.stored($0), instance: $0.integer(Self.width)), count: $0.int(Self.width + 1)) })
    else { return [] }
    if current.count == 1 { return [current.row] }
    let others = try connection.all(
      """
      SELECT \(Self.versionColumns), i.version FROM \(Self.versionTables) WHERE i.instance = ? ORDER BY i.version
      """, [.integer(current.row.instance)]
    ) { Row(stored: Self.stored($0, version: $0.int(Self.width)), instance: current.row.instance) }
    return [current.row] + others
  }
}
