// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMServices
import Radiology
import SQLInterface

/// Unified procedure steps in the tables `ups` and `ups_*`. Attributes are kept as data sets in explicit VR little
/// endian.
public struct SQLUnifiedProcedureStepStore: UnifiedProcedureStepStore {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  public func read<Result>(_ body: (any UnifiedProcedureStepTables) throws -> Result) throws -> Result {
    try database.read { try body(SQLUnifiedProcedureStepTables(connection: $0)) }
  }

  public func write<Result>(_ body: (any UnifiedProcedureStepTables) throws -> Result) throws -> Result {
    try database.write { try body(SQLUnifiedProcedureStepTables(connection: $0)) }
  }
}

/// The tables inside one transaction.
struct SQLUnifiedProcedureStepTables: UnifiedProcedureStepTables {
  let connection: any SQLConnection

  private static let columns =
    "sop_instance, state, transaction_uid, source, performer, created_at, changed_at, attributes"

  func step(_ sopInstance: UID) throws -> UnifiedProcedureStepRecord? {
    try connection.first(
      "SELECT \(Self.columns) FROM ups WHERE sop_instance = ?", [.text(sopInstance.rawValue)], Self.record)
  }

  func add(_ record: UnifiedProcedureStepRecord) throws -> Bool {
    try connection.first(
      """
      INSERT INTO ups (sop_instance, state, is_final, transaction_uid, source, performer, patient_id, worklist_label,
        created_at, changed_at, attributes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sop_instance) DO NOTHING RETURNING id
      """, [.text(record.sopInstance.rawValue)] + Self.values(record)
    ) { $0.integer(0) } != nil
  }

  func update(_ record: UnifiedProcedureStepRecord) throws {
    try connection.execute(
      """
      UPDATE ups SET state = ?, is_final = ?, transaction_uid = ?, source = ?, performer = ?, patient_id = ?,
        worklist_label = ?, created_at = ?, changed_at = ?, attributes = ? WHERE sop_instance = ?
      """, Self.values(record) + [.text(record.sopInstance.rawValue)])
  }

  func stepCount() throws -> Int { try connection.first("SELECT count(*) FROM ups") { $0.int(0) } ?? 0 }

  func steps(
    _ selection: UnifiedProcedureStepSelection, each: (UnifiedProcedureStepRecord) throws -> Bool
  ) throws {
    var conditions: [String] = []
    var parameters: [SQLValue] = []
    func oneOf(_ column: String, _ values: [String]) {
      if values.isEmpty { return }
      conditions.append("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))")
      parameters += values.map { .text($0) }
    }
    oneOf("state", selection.states.map(\.rawValue))
    // A list of thousands of UIDs would be more parameters than an engine takes; the caller looks at each step anyway.
    if selection.sopInstances.count <= 500 { oneOf("sop_instance", selection.sopInstances.map(\.rawValue)) }
    oneOf("patient_id", selection.patientID.isEmpty ? [] : [selection.patientID])
    oneOf("worklist_label", selection.worklistLabel.isEmpty ? [] : [selection.worklistLabel])
    let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    try connection.statement("SELECT \(Self.columns) FROM ups\(condition) ORDER BY id", reused: false)
      .run(parameters) { try each(Self.record($0)) }
  }

  func removeFinalSteps(before time: Int64, limit: Int) throws -> Int {
    try connection.execute(
      """
      DELETE FROM ups WHERE id IN (SELECT id FROM ups u WHERE is_final = 1 AND changed_at < ?
        AND NOT EXISTS (SELECT 1 FROM ups_subscription s WHERE s.step = u.id AND s.has_lock = 1)
        ORDER BY changed_at LIMIT ?)
      """, [.integer(time), .integer(limit)])
  }

  /// All columns but the instance, in their order.
  private static func values(_ record: UnifiedProcedureStepRecord) throws -> [SQLValue] {
    let attributes = record.step.attributes
    return [
      .text(record.step.state.rawValue), .integer(record.step.state.isFinal ? 1 : 0),
      .text(record.step.transactionUID?.rawValue ?? ""), .text(record.source), .text(record.performer),
      .text(attributes.string(.patientID) ?? ""), .text(attributes.string(.worklistLabel) ?? ""),
      .integer(record.createdAt), .integer(record.changedAt), .blob(try Self.bytes(attributes)),
    ]
  }

  private static func record(_ row: any SQLRow) throws -> UnifiedProcedureStepRecord {
    guard let state = UnifiedProcedureStepState(rawValue: row.text(1)) else {
      throw SQLError(.schema, reason: "unknown state of a unified procedure step \(row.text(1))")
    }
    let transaction = row.text(2)
    return UnifiedProcedureStepRecord(
      sopInstance: UID(row.text(0)),
      step: UnifiedProcedureStep(
        attributes: try dataSet(row.blob(7)), state: state,
        transactionUID: transaction.isEmpty ? nil : UID(transaction)),
      source: row.text(3), performer: row.text(4), createdAt: row.integer(5), changedAt: row.integer(6))
  }

  static func bytes(_ dataSet: DataSet) throws -> [UInt8] {
    try DataSetWriter.write(dataSet, transferSyntax: .explicitVRLittleEndian)
  }

  static func dataSet(_ bytes: [UInt8]) throws -> DataSet {
    try DataSetReader.read(ByteSlice(bytes), transferSyntax: .explicitVRLittleEndian)
  }
}
