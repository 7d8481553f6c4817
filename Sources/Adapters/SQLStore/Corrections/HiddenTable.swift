// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SQLInterface

/// Rows of objects that are rejected or in the bin.
struct HiddenTable {
  /// In place of a correction, for a second copy of what is visible.
  static let duplicate = "duplicate"

  private let connection: any SQLConnection
  private let columns: InstanceColumns

  init(_ connection: any SQLConnection, _ columns: InstanceColumns) {
    self.connection = connection
    self.columns = columns
  }

  func add(_ instance: CorrectedInstance, by correction: String, isDeleted: Bool) throws {
    let (record, patient) = (instance.record, instance.patient)
    let attributes = try AttributesByLevel(record.attributes)
    let all = QueryLevel.allCases.flatMap { attributes[$0] }.sorted { $0.tag < $1.tag }
    let values: [SQLValue] = [
      .text(correction), .integer(isDeleted ? 1 : 0), .text(record.identity.instance.rawValue),
      .text(record.identity.study.rawValue), .text(record.identity.series.rawValue), .text(patient.id),
      .text(patient.issuer), .text(patient.unidentified),
    ]
    try connection.execute(
      """
      INSERT INTO hidden_instance (correction, is_deleted, uid, study_uid, series_uid, patient_id, issuer, unidentified,
        sop_class, transfer_syntax, file, position, length, checksum, data_set_offset, pixel_data_offset,
        data_set_checksum, source, received_at, header_change, attributes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      values + (try columns.body(record)) + [
        try columns.change(instance.change), .blob(AttributeBlob.encode(all, byteOrder: .littleEndian)),
      ])
  }

  /// The columns and tables of `VersionQuery.stored` for hidden objects `i`.
  static let storedColumns = """
    i.study_uid, i.series_uid, i.uid, c.text, t.text, f.path, i.position, i.length, i.checksum, i.data_set_offset,
    i.pixel_data_offset, i.data_set_checksum, h.content, oc.text, o.length, o.checksum
    """
  static let storedTables = """
    hidden_instance i JOIN stored_file f ON f.id = i.file JOIN term c ON c.id = i.sop_class
    JOIN term t ON t.id = i.transfer_syntax LEFT JOIN header_change h ON h.id = i.header_change
    \(VersionQuery.originalTables)
    """

  /// A hidden object that an arriving one looks like: a rejected one, or one in the bin that is the same arrival.
  func twin(of record: InstanceRecord) throws -> StoredLocation? {
    try connection.all(
      """
      SELECT \(Self.storedColumns) FROM \(Self.storedTables)
      WHERE i.uid = ? AND i.data_set_checksum = ? AND (i.is_deleted = 0 OR i.received_at = ?)
      """,
      [
        .text(record.identity.instance.rawValue), .integer(Int64(record.dataSetChecksum)),
        .integer(record.receivedAt),
      ]
    ) { VersionQuery.stored($0) }.first { $0.looksLike(record) }?.location
  }
}
