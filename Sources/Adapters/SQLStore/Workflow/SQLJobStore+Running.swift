// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import Workflow

extension SQLJobStore {
  public func claim(_ claim: JobClaim) throws -> Job? {
    // A glance without the writer's place, since most of the time there is nothing to do.
    let isDue = try database.read { connection in try self.due(claim, connection, locks: false) != nil }
    guard isDue else { return nil }
    return try change { connection in
      guard let id = try self.due(claim, connection, locks: true) else { return nil }
      return try connection.first(
        """
        UPDATE job SET state = 'running', attempts = attempts + 1, lease = lease + 1, owner = ?, lease_end = ?,
          changed_at = ? WHERE id = ? RETURNING \(Self.columns)
        """, [.text(claim.owner), .integer(claim.leaseEnd), .integer(claim.now), .integer(id)], Self.job)
    }
  }

  private func due(_ claim: JobClaim, _ connection: any SQLConnection, locks: Bool) throws -> Int64? {
    for priority in JobPriority.allCases.reversed() {
      var statement = SQLFragment(
        "SELECT id FROM job WHERE state = 'waiting' AND priority = ? AND not_before <= ? AND",
        [.integer(priority.rawValue), .integer(claim.now)])
      statement.append(.isIn("kind", claim.kinds.map { .text($0) }))
      statement.append("AND queue NOT IN (SELECT name FROM paused_queue)")
      if !claim.fullQueues.isEmpty {
        statement.append("AND NOT")
        statement.append(.joined([.isIn("queue", claim.fullQueues.map { .text($0) })], by: "OR"))
      }
      for (queue, since) in claim.absentQueues.sorted(by: { $0.key < $1.key }) {
        statement.append("AND NOT (queue = ? AND not_before <= ?)", [.text(queue), .integer(since)])
      }
      statement.append("ORDER BY not_before, id LIMIT 1 \(locks ? connection.dialect.skippingLocked : "")")
      let found = try connection.statement(statement.sql, reused: false).first(statement.parameters) { $0.integer(0) }
      if let found { return found }
    }
    return nil
  }

  @discardableResult
  public func hasten(queue: String?, now: Int64) throws -> Int {
    var condition = SQLFragment("state = 'waiting' AND attempts > 0 AND not_before > ?", [.integer(now)])
    if let queue { condition.append("AND queue = ?", [.text(queue)]) }
    return try change { connection in
      var statement = SQLFragment("UPDATE job SET not_before = ? WHERE", [.integer(now)])
      statement.append(condition)
      return try connection.statement(statement.sql, reused: false).run(statement.parameters)
    }
  }

  public func extend(_ leases: [JobLease], until: Int64) throws -> Set<JobLease> {
    try database.write { connection in
      var held: Set<JobLease> = []
      for lease in leases {
        let count = try connection.execute(
          "UPDATE job SET lease_end = ? WHERE id = ? AND lease = ? AND state = 'running'",
          [.integer(until), .integer(lease.job), .integer(lease.number)])
        if count == 1 { held.insert(lease) }
      }
      return held
    }
  }

  @discardableResult
  public func report(
    _ lease: JobLease, items: [JobItem], progress: JobProgress?, checkpoint: String?, now: Int64
  ) throws -> Bool {
    if let checkpoint, checkpoint.utf8.count > JobLimits.payload {
      throw SQLError(.other, reason: "the checkpoint of a job is longer than \(JobLimits.payload) bytes")
    }
    return try change { connection in
      guard try Self.isHeld(lease, connection) else { return false }
      var delta = JobProgress()
      for item in items where item.state != .waiting {
        let count = try connection.execute(
          "UPDATE job_item SET state = ?, reason = ? WHERE job = ? AND name = ? AND state = 0",
          [.integer(item.state.rawValue), Self.kept(item.reason), .integer(lease.job), .text(item.name)])
        guard count == 1 else { continue }
        if item.state == .failed { delta.failed += 1 } else { delta.completed += 1 }
        if item.state == .warned { delta.warned += 1 }
      }
      try connection.execute(
        """
        UPDATE job SET completed = completed + ?, warned = warned + ?, failed = failed + ?, changed_at = ?,
          interruptions = CASE WHEN ? > 0 THEN 0 ELSE interruptions END WHERE id = ?
        """,
        [
          .integer(delta.completed), .integer(delta.warned), .integer(delta.failed), .integer(now),
          .integer(delta.completed + delta.failed), .integer(lease.job),
        ])
      if let progress {
        try connection.execute(
          "UPDATE job SET total = ?, completed = ?, warned = ?, failed = ?, interruptions = 0 WHERE id = ?",
          [
            .integer(progress.total), .integer(progress.completed), .integer(progress.warned),
            .integer(progress.failed), .integer(lease.job),
          ])
      }
      if let checkpoint {
        try connection.execute(
          "UPDATE job SET checkpoint = ? WHERE id = ?", [.text(checkpoint), .integer(lease.job)])
      }
      return true
    }
  }

  private static func isHeld(_ lease: JobLease, _ connection: any SQLConnection) throws -> Bool {
    try connection.first(
      "SELECT 1 FROM job WHERE id = ? AND lease = ? AND state = 'running'",
      [.integer(lease.job), .integer(lease.number)]
    ) { _ in true } ?? false
  }

  @discardableResult
  public func finish(_ lease: JobLease, _ end: JobEnd, now: Int64) throws -> Bool {
    try change { connection in
      guard try Self.isHeld(lease, connection) else { return false }
      let id = SQLValue.integer(lease.job)
      switch end {
      case .succeeded:
        let isJoined =
          try connection.first(
            "SELECT 1 FROM job_item WHERE job = ? AND state = 0 LIMIT 1", [id], { _ in true }) ?? false
        if isJoined {
          try Self.wait(lease.job, until: now, attempts: 0, reason: "", now, connection)
        } else {
          try connection.execute(
            "UPDATE job SET state = ?, join_key = NULL, reason = '', changed_at = ? WHERE id = ?",
            [.text(JobState.done.rawValue), .integer(now), id])
        }
      case .postponed(let until, let attempts, let reason):
        try Self.wait(lease.job, until: until, attempts: attempts, reason: reason, now, connection)
      case .gaveUp(let reason):
        try connection.execute(
          "UPDATE job SET state = ?, join_key = NULL, reason = ?, changed_at = ? WHERE id = ?",
          [.text(JobState.failed.rawValue), Self.kept(reason), .integer(now), id])
      case .interrupted:
        try connection.execute(
          "UPDATE job SET state = ?, attempts = attempts - 1, changed_at = ? WHERE id = ?",
          [.text(JobState.waiting.rawValue), .integer(now), id])
      }
      return true
    }
  }

  private static func wait(
    _ job: Int64, until: Int64, attempts: Int, reason: String, _ now: Int64, _ connection: any SQLConnection
  ) throws {
    try connection.execute(
      """
      UPDATE job SET state = ?, not_before = ?, attempts = ?, interruptions = 0, reason = ?, changed_at = ?
      WHERE id = ?
      """,
      [
        .text(JobState.waiting.rawValue), .integer(until), .integer(attempts), kept(reason), .integer(now),
        .integer(job),
      ])
  }

  @discardableResult
  public func interrupt(owner: String?, now: Int64) throws -> Int {
    let condition = "state = 'running' AND (lease_end < ? OR owner = ?)"
    let parameters: [SQLValue] = [.integer(now), .text(owner ?? "")]
    let isAny = try database.read { connection in
      try connection.first("SELECT 1 FROM job WHERE \(condition) LIMIT 1", parameters) { _ in true } ?? false
    }
    guard isAny else { return 0 }
    return try change { connection in
      try connection.execute(
        """
        UPDATE job SET interruptions = interruptions + 1, changed_at = ?,
          state = CASE WHEN interruptions + 1 >= ? THEN 'paused' ELSE 'waiting' END,
          reason = CASE WHEN interruptions + 1 >= ? THEN 'was interrupted too often' ELSE reason END
        WHERE \(condition)
        """,
        [.integer(now), .integer(JobLimits.interruptions), .integer(JobLimits.interruptions)] + parameters)
    }
  }
}
