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
    i.pixel_data_offset, i.data_set_checksum
    """

  /// The tables of `columns`.
  static let tables = """
    instance i JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study JOIN stored_file f ON f.id = i.file
    JOIN term c ON c.id = i.sop_class JOIN term t ON t.id = i.transfer_syntax
    """

  static func stored(_ row: any SQLRow, version: Int = 1) -> StoredInstance {
    StoredInstance(
      identity: InstanceIdentity(
        study: UID(row.text(0)), series: UID(row.text(1)), instance: UID(row.text(2)), sopClass: UID(row.text(3))),
      transferSyntax: UID(row.text(4)),
      location: StoredLocation(
        file: row.text(5), offset: row.integer(6), length: row.integer(7),
        checksum: UInt32(truncatingIfNeeded: row.integer(8)), dataSetOffset: row.integer(9),
        pixelDataOffset: row.integerIfAny(10)),
      dataSetChecksum: UInt32(truncatingIfNeeded: row.integer(11)), version: version)
  }

  /// Of instances that have one version or none; of the others there is no entry.
  func versions(of uids: [String]) throws -> [String: [Row]] {
    var rows: [String: [Row]] = Dictionary(uids.map { ($0, []) }) { first, _ in first }
    let select = try connection.statement(
      "SELECT \(Self.columns), i.id, i.versions FROM \(Self.tables) WHERE i.uid = ?")
    try select.runEach(uids.map { [.text($0)] }) { number, row in
      rows[uids[number]] =
        row.int(13) == 1 ? [Row(stored: Self.stored(row), instance: row.integer(12))] : nil
    }
    return rows
  }

  /// The current version first, then by number.
  func versions(of uid: String) throws -> [Row] {
    guard
      let current = try connection.first(
        "SELECT \(Self.columns), i.id, i.versions FROM \(Self.tables) WHERE i.uid = ?", [.text(uid)],
        { (row: Row(stored: Self.stored($0), instance: $0.integer(12)), count: $0.int(13)) })
    else { return [] }
    if current.count == 1 { return [current.row] }
    let others = try connection.all(
      """
      SELECT i.study_uid, i.series_uid, ?, c.text, t.text, f.path, i.position, i.length, i.checksum,
        i.data_set_offset, i.pixel_data_offset, i.data_set_checksum, i.version
      FROM instance_version i JOIN stored_file f ON f.id = i.file
        JOIN term c ON c.id = i.sop_class JOIN term t ON t.id = i.transfer_syntax
      WHERE i.instance = ? ORDER BY i.version
      """, [.text(uid), .integer(current.row.instance)]
    ) { Row(stored: Self.stored($0, version: $0.int(12)), instance: current.row.instance) }
    return [current.row] + others
  }
}
