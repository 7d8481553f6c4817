// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMServices
import SQLInterface

/// Requests for storage commitment in the tables `commitment` and `commitment_item`.
public struct SQLCommitmentList: CommitmentList {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  private static let columns =
    "id, transaction_uid, requester, receiver, state, requested_at, next_at, attempts, last_error"

  public func add(_ commitment: Commitment) throws -> Int64 {
    try database.write { connection in
      let id = try connection.first(
        """
        INSERT INTO commitment
          (transaction_uid, requester, receiver, state, is_open, requested_at, next_at, attempts, last_error)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
        """,
        [
          .text(commitment.transactionUID.rawValue), .text(commitment.requester), .text(commitment.receiver),
          .text(commitment.state.rawValue), .integer(commitment.isOpen ? 1 : 0), .integer(commitment.requestedAt),
          .integer(commitment.nextAt), .integer(commitment.attempts), .text(commitment.lastError),
        ]
      ) { $0.integer(0) }
      guard let id else { throw SQLError(.other, reason: "no number was given to a new row") }
      try connection.statement(
        "INSERT INTO commitment_item (commitment, number, sop_class, sop_instance, failure) VALUES (?, ?, ?, ?, ?)"
      ).runAll(
        commitment.items.enumerated().map { number, item in
          [
            .integer(id), .integer(number), .text(item.reference.sopClass.rawValue),
            .text(item.reference.sopInstance.rawValue), .integer(item.failure.map { Int64($0) }),
          ]
        })
      return id
    }
  }

  public func commitment(_ id: Int64) throws -> Commitment? {
    try database.read { connection in
      try connection.first("SELECT \(Self.columns) FROM commitment WHERE id = ?", [.integer(id)], Self.commitment)
        .map { try Self.withItems($0, connection) }
    }
  }

  public func open(transactionUID: UID, requester: String) throws -> [Commitment] {
    try database.read { connection in
      try connection.all(
        """
        SELECT \(Self.columns) FROM commitment WHERE transaction_uid = ? AND requester = ? AND is_open = 1 ORDER BY id
        """, [.text(transactionUID.rawValue), .text(requester)], Self.commitment
      ).map { try Self.withItems($0, connection) }
    }
  }

  public func due(at time: Int64, limit: Int) throws -> [Commitment] {
    try database.read { connection in
      try connection.all(
        "SELECT \(Self.columns) FROM commitment WHERE is_open = 1 AND next_at <= ? ORDER BY next_at, id LIMIT ?",
        [.integer(time), .integer(limit)], Self.commitment)
    }
  }

  public func nextDue() throws -> Int64? {
    try database.read { connection in
      try connection.first("SELECT min(next_at) FROM commitment WHERE is_open = 1") { $0.integerIfAny(0) } ?? nil
    }
  }

  public func setChecked(_ id: Int64, failures: [UInt16?]) throws {
    try database.write { connection in
      try connection.statement("UPDATE commitment_item SET failure = ? WHERE commitment = ? AND number = ?").runAll(
        failures.enumerated().map { number, failure in
          [.integer(failure.map { Int64($0) }), .integer(id), .integer(number)]
        })
      try connection.execute(
        "UPDATE commitment SET state = ? WHERE id = ?", [.text(Commitment.State.checked.rawValue), .integer(id)])
    }
  }

  public func postpone(_ id: Int64, until: Int64, error: String) throws {
    try database.write { connection in
      _ = try connection.execute(
        "UPDATE commitment SET next_at = ?, last_error = ?, attempts = attempts + 1 WHERE id = ?",
        [.integer(until), .text(error), .integer(id)])
    }
  }

  public func finish(_ id: Int64, as state: Commitment.State, at time: Int64) throws {
    try database.write { connection in
      _ = try connection.execute(
        "UPDATE commitment SET state = ?, is_open = 0, finished_at = ? WHERE id = ?",
        [.text(state.rawValue), .integer(time), .integer(id)])
    }
  }

  public func newest(limit: Int) throws -> [Commitment] {
    try database.read { connection in
      try connection.all(
        "SELECT \(Self.columns) FROM commitment ORDER BY id DESC LIMIT ?", [.integer(limit)], Self.commitment)
    }
  }

  public func trim(before: Int64) throws {
    try database.write(.unflushed) { connection in
      try connection.execute(
        """
        DELETE FROM commitment_item WHERE commitment IN (
          SELECT id FROM commitment WHERE is_open = 0 AND finished_at < ?)
        """, [.integer(before)])
      try connection.execute("DELETE FROM commitment WHERE is_open = 0 AND finished_at < ?", [.integer(before)])
    }
  }

  private static func withItems(_ commitment: Commitment, _ connection: any SQLConnection) throws -> Commitment {
    var commitment = commitment
    commitment.items = try connection.all(
      "SELECT sop_class, sop_instance, failure FROM commitment_item WHERE commitment = ? ORDER BY number",
      [.integer(commitment.id)]
    ) { row in
      Commitment.Item(
        SOPReference(sopClass: UID(row.text(0)), sopInstance: UID(row.text(1))),
        failure: row.integerIfAny(2).map { UInt16(clamping: $0) })
    }
    return commitment
  }

  private static func commitment(_ row: any SQLRow) throws -> Commitment {
    guard let state = Commitment.State(rawValue: row.text(4)) else {
      throw SQLError(.schema, reason: "unknown state of a commitment \(row.text(4))")
    }
    return Commitment(
      id: row.integer(0), transactionUID: UID(row.text(1)), requester: row.text(2), receiver: row.text(3),
      state: state, requestedAt: row.integer(5), nextAt: row.integer(6), attempts: row.int(7), lastError: row.text(8),
      items: [])
  }
}
