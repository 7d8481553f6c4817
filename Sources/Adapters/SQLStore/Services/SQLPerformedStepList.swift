// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile
import DICOMServices
import Foundation
import Radiology
import SQLInterface

/// Modality performed procedure steps in the table `performed_step`. Attributes are kept as a data set in explicit VR
/// little endian, so that nothing of what a modality said is lost.
public struct SQLPerformedStepList: PerformedStepList {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  private static let columns =
    "id, sop_instance, state, source, created_at, changed_at, imaging_order, study_uid, discrepancies, attributes"

  public func add(_ record: PerformedStepRecord) throws -> Bool {
    try database.write { connection in
      let id = try connection.first(
        """
        INSERT INTO performed_step
          (sop_instance, state, source, created_at, changed_at, imaging_order, study_uid, discrepancies, attributes)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sop_instance) DO NOTHING RETURNING id
        """, [.text(record.sopInstance.rawValue)] + Self.values(record)
      ) { $0.integer(0) }
      guard let id else { return false }
      try Self.setObjects(of: id, record, connection)
      return true
    }
  }

  public func record(_ sopInstance: UID) throws -> PerformedStepRecord? {
    try database.read { try Self.find(sopInstance, $0)?.record }
  }

  public func change<Value>(
    _ sopInstance: UID, _ body: (inout PerformedStepRecord) throws -> Value
  ) throws -> Value? {
    try database.write { connection in
      guard let (id, found) = try Self.find(sopInstance, connection) else { return nil }
      var record = found
      let value = try body(&record)
      try connection.execute(
        """
        UPDATE performed_step SET state = ?, source = ?, created_at = ?, changed_at = ?, imaging_order = ?,
          study_uid = ?, discrepancies = ?, attributes = ? WHERE id = ?
        """, Self.values(record) + [.integer(id)])
      try Self.setObjects(of: id, record, connection)
      return value
    }
  }

  public func records(_ query: PerformedStepQuery) throws -> [PerformedStepRecord] {
    var conditions: [String] = []
    var parameters: [SQLValue] = []
    if !query.study.isEmpty {
      conditions.append("study_uid = ?")
      parameters.append(.text(query.study))
    }
    if let order = query.order {
      conditions.append("imaging_order = ?")
      parameters.append(.integer(order))
    }
    if let state = query.state {
      conditions.append("state = ?")
      parameters.append(.text(state.rawValue))
    }
    if query.isDiscrepant { conditions.append("discrepancies <> '[]'") }
    let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    parameters += [.integer(query.limit), .integer(query.offset)]
    return try database.read { connection in
      try connection.all(
        SQLFragment(
          "SELECT \(Self.columns) FROM performed_step\(condition) ORDER BY id DESC LIMIT ? OFFSET ?", parameters)
      ) { try Self.row($0).record }
    }
  }

  public func steps(thatMade sopInstance: UID) throws -> [UID] {
    try database.read { connection in
      try connection.all(
        """
        SELECT s.sop_instance FROM performed_object o JOIN performed_step s ON s.id = o.step
        WHERE o.sop_instance = ? ORDER BY s.id
        """, [.text(sopInstance.rawValue)]
      ) { UID($0.text(0)) }
    }
  }

  private static func setObjects(
    of id: Int64, _ record: PerformedStepRecord, _ connection: any SQLConnection
  ) throws {
    try connection.execute("DELETE FROM performed_object WHERE step = ?", [.integer(id)])
    try connection.statement(
      "INSERT INTO performed_object (step, sop_instance) VALUES (?, ?) ON CONFLICT (step, sop_instance) DO NOTHING"
    ).runAll(record.step.produced.map { [.integer(id), .text($0.reference.sopInstance.rawValue)] })
  }

  private static func find(
    _ sopInstance: UID, _ connection: any SQLConnection
  ) throws -> (id: Int64, record: PerformedStepRecord)? {
    try connection.first(
      "SELECT \(columns) FROM performed_step WHERE sop_instance = ?", [.text(sopInstance.rawValue)], row)
  }

  /// All columns but the instance, in their order.
  private static func values(_ record: PerformedStepRecord) throws -> [SQLValue] {
    [
      .text(record.step.state.rawValue), .text(record.source), .integer(record.createdAt), .integer(record.changedAt),
      .integer(record.order), .text(record.study),
      .text(String(decoding: try JSONEncoder().encode(record.discrepancies), as: UTF8.self)),
      .blob(try DataSetWriter.write(record.step.attributes, transferSyntax: .explicitVRLittleEndian)),
    ]
  }

  private static func row(_ row: any SQLRow) throws -> (id: Int64, record: PerformedStepRecord) {
    guard let state = PerformedStepState(rawValue: row.text(2)) else {
      throw SQLError(.schema, reason: "unknown state of a performed step \(row.text(2))")
    }
    let attributes = try DataSetReader.read(ByteSlice(row.blob(9)), transferSyntax: .explicitVRLittleEndian)
    let discrepancies = try JSONDecoder().decode(
      [PerformedStepDiscrepancy].self, from: Data(row.text(8).utf8))
    return (
      row.integer(0),
      PerformedStepRecord(
        sopInstance: UID(row.text(1)), step: PerformedProcedureStep(attributes: attributes, state: state),
        source: row.text(3), createdAt: row.integer(4), changedAt: row.integer(5), order: row.integerIfAny(6),
        study: row.text(7), discrepancies: discrepancies)
    )
  }
}
