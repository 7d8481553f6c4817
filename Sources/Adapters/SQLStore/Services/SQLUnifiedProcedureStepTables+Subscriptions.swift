// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMServices
import Radiology
import SQLInterface

extension SQLUnifiedProcedureStepTables {
  func deletionLock(of receivingAE: String, on sopInstance: UID) throws -> Bool? {
    try connection.first(
      """
      SELECT s.has_lock FROM ups_subscription s JOIN ups u ON u.id = s.step
      WHERE u.sop_instance = ? AND s.receiver = ?
      """, [.text(sopInstance.rawValue), .text(receivingAE)]
    ) { $0.integer(0) != 0 }
  }

  func subscribe(_ receivingAE: String, to sopInstance: UID, hasDeletionLock: Bool) throws {
    try connection.execute(
      """
      INSERT INTO ups_subscription (step, receiver, has_lock) SELECT id, ?, ? FROM ups WHERE sop_instance = ?
      ON CONFLICT (step, receiver) DO UPDATE SET has_lock = excluded.has_lock
      """, [.text(receivingAE), .integer(hasDeletionLock ? 1 : 0), .text(sopInstance.rawValue)])
  }

  func unsubscribe(_ receivingAE: String, from sopInstance: UID) throws -> Bool {
    try connection.execute(
      "DELETE FROM ups_subscription WHERE receiver = ? AND step IN (SELECT id FROM ups WHERE sop_instance = ?)",
      [.text(receivingAE), .text(sopInstance.rawValue)]) > 0
  }

  func subscribeToAll(_ receivingAE: String, hasDeletionLock: Bool) throws {
    let lock: SQLValue = .integer(hasDeletionLock ? 1 : 0)
    if hasDeletionLock {
      try connection.execute("UPDATE ups_subscription SET has_lock = 1 WHERE receiver = ?", [.text(receivingAE)])
    }
    try connection.execute(
      """
      INSERT INTO ups_subscription (step, receiver, has_lock) SELECT id, ?, ? FROM ups WHERE id > 0
      ON CONFLICT (step, receiver) DO NOTHING
      """, [.text(receivingAE), lock])
  }

  func unsubscribeFromAll(_ receivingAE: String) throws -> Int {
    try connection.execute("DELETE FROM ups_subscription WHERE receiver = ?", [.text(receivingAE)])
  }

  func subscribers(of sopInstance: UID) throws -> [String] {
    try connection.all(
      """
      SELECT s.receiver FROM ups_subscription s JOIN ups u ON u.id = s.step WHERE u.sop_instance = ?
      ORDER BY s.receiver
      """, [.text(sopInstance.rawValue)]
    ) { $0.text(0) }
  }

  func globalSubscriptions() throws -> [GlobalSubscription] {
    try connection.all(
      "SELECT receiver, is_filtered, has_lock, filter FROM ups_global_subscription ORDER BY receiver, is_filtered"
    ) { row in
      GlobalSubscription(
        receivingAE: row.text(0), hasDeletionLock: row.integer(2) != 0,
        filter: row.integer(1) == 0 ? nil : try Self.dataSet(row.blob(3)))
    }
  }

  func setGlobalSubscription(_ subscription: GlobalSubscription) throws {
    try connection.execute(
      """
      INSERT INTO ups_global_subscription (receiver, is_filtered, has_lock, filter) VALUES (?, ?, ?, ?)
      ON CONFLICT (receiver, is_filtered) DO UPDATE SET has_lock = excluded.has_lock, filter = excluded.filter
      """,
      [
        .text(subscription.receivingAE), .integer(subscription.filter == nil ? 0 : 1),
        .integer(subscription.hasDeletionLock ? 1 : 0), .blob(try subscription.filter.map(Self.bytes) ?? []),
      ])
  }

  func removeGlobalSubscriptions(of receivingAE: String, isFiltered: Bool?) throws -> Int {
    guard let isFiltered else {
      return try connection.execute(
        "DELETE FROM ups_global_subscription WHERE receiver = ?", [.text(receivingAE)])
    }
    return try connection.execute(
      "DELETE FROM ups_global_subscription WHERE receiver = ? AND is_filtered = ?",
      [.text(receivingAE), .integer(isFiltered ? 1 : 0)])
  }

  func addOwed(_ event: UnifiedProcedureStepEvent, to receivingAE: String) throws -> Int64 {
    let id = try connection.first(
      "INSERT INTO ups_event (receiver, sop_instance, type, information) VALUES (?, ?, ?, ?) RETURNING id",
      [
        .text(receivingAE), .text(event.sopInstance.rawValue), .integer(Int64(event.type.rawValue)),
        .blob(try Self.bytes(event.information)),
      ]
    ) { $0.integer(0) }
    guard let id else { throw SQLError(.other, reason: "no number was given to a new row") }
    return id
  }

  func owed(_ id: Int64) throws -> OwedEvent? {
    try connection.first(
      "SELECT receiver, sop_instance, type, information FROM ups_event WHERE id = ?", [.integer(id)]
    ) { row in
      guard let type = UnifiedProcedureStepEventType(rawValue: UInt16(truncatingIfNeeded: row.integer(2))) else {
        throw SQLError(.schema, reason: "unknown type of an event of a unified procedure step \(row.integer(2))")
      }
      return OwedEvent(
        id: id, receivingAE: row.text(0),
        event: UnifiedProcedureStepEvent(type, of: UID(row.text(1)), try Self.dataSet(row.blob(3))))
    }
  }

  func owed(to receivingAE: String, limit: Int) throws -> [Int64] {
    try connection.all(
      "SELECT id FROM ups_event WHERE receiver = ? ORDER BY id LIMIT ?", [.text(receivingAE), .integer(limit)]
    ) { $0.integer(0) }
  }

  func owedCount(to receivingAE: String) throws -> Int {
    try connection.first("SELECT count(*) FROM ups_event WHERE receiver = ?", [.text(receivingAE)]) { $0.int(0) } ?? 0
  }

  func awaiting() throws -> [String] {
    try connection.all("SELECT DISTINCT receiver FROM ups_event ORDER BY receiver") { $0.text(0) }
  }

  func removeOwed(_ id: Int64) throws {
    try connection.execute("DELETE FROM ups_event WHERE id = ?", [.integer(id)])
  }
}
