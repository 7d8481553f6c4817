// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import Workflow

/// Jobs in the tables `job` and `job_item`.
public struct SQLJobStore: JobStore {
  /// The channel on which changes of jobs are told.
  public static let channel = "martlet_jobs"

  let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  static let columns = """
    id, kind, queue, title, join_key, payload, priority, state, attempts, not_before, created_at, changed_at, \
    total, completed, warned, failed, checkpoint, reason, lease
    """

  static func job(_ row: any SQLRow) -> Job {
    Job(
      id: row.integer(0), kind: row.text(1), queue: row.text(2), title: row.text(3), key: row.textIfAny(4),
      payload: row.text(5), priority: JobPriority(rawValue: row.int(6)) ?? .normal,
      state: JobState(rawValue: row.text(7)) ?? .paused, attempts: row.int(8), notBefore: row.integer(9),
      createdAt: row.integer(10), changedAt: row.integer(11),
      progress: JobProgress(
        total: row.int(12), completed: row.int(13), warned: row.int(14), failed: row.int(15)),
      checkpoint: row.text(16), reason: row.text(17),
      lease: JobLease(job: row.integer(0), number: row.integer(18)))
  }

  /// Runs a transaction and tells of it.
  func change<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result {
    try database.write { connection in
      let result = try body(connection)
      try connection.tell(Self.channel)
      return result
    }
  }

  /// A text as it is kept: PostgreSQL knows no NUL.
  static func kept(_ text: String, _ limit: Int = JobLimits.reason) -> SQLValue {
    .text(String(text.prefix(limit).filter { $0 != "\0" }))
  }

  // MARK: Adding

  @discardableResult
  public func add(_ jobs: [NewJob], consuming step: OutboxStep?, now: Int64) throws -> Bool {
    for job in jobs where job.payload.utf8.count > JobLimits.payload {
      throw SQLError(.other, reason: "the payload of a job is longer than \(JobLimits.payload) bytes")
    }
    if jobs.isEmpty, step == nil { return true }
    return try database.write { connection in
      if let step, try !Self.take(step, connection) { return false }
      for job in jobs { try Self.add(job, now, connection) }
      if !jobs.isEmpty { try connection.tell(Self.channel) }
      return true
    }
  }

  private static func take(_ step: OutboxStep, _ connection: any SQLConnection) throws -> Bool {
    if let from = step.from {
      return try connection.execute(
        "UPDATE event_consumer SET position = ? WHERE name = ? AND position = ?",
        [.integer(step.to), .text(step.consumer), .integer(from)]) == 1
    }
    return try connection.execute(
      "INSERT INTO event_consumer (name, position) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
      [.text(step.consumer), .integer(step.to)]) == 1
  }

  private static func add(_ job: NewJob, _ now: Int64, _ connection: any SQLConnection) throws {
    if let key = job.key, let known = try join(job, key, now, connection) {
      return try addItems(job.items, to: known, connection)
    }
    let id = try connection.first(
      """
      INSERT INTO job (kind, queue, title, join_key, payload, priority, state, not_before, created_at, changed_at)
      VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?) RETURNING id
      """,
      [
        .text(job.kind), .text(job.queue), kept(job.title), .text(job.key), .text(job.payload),
        .integer(job.priority.rawValue), .integer(job.notBefore), .integer(now), .integer(now),
      ]
    ) { $0.integer(0) }
    guard let id else { throw SQLError(.other, reason: "a job was not added") }
    try addItems(job.items, to: id, connection)
  }

  /// The unfinished job of this key, made as urgent as the new one.
  private static func join(_ job: NewJob, _ key: String, _ now: Int64, _ connection: any SQLConnection) throws
    -> Int64?
  {
    try connection.first(
      """
      UPDATE job SET priority = CASE WHEN priority < ? THEN ? ELSE priority END, changed_at = ?
      WHERE kind = ? AND join_key = ? RETURNING id
      """,
      [.integer(job.priority.rawValue), .integer(job.priority.rawValue), .integer(now), .text(job.kind), .text(key)]
    ) { $0.integer(0) }
  }

  private static func addItems(_ items: [String], to job: Int64, _ connection: any SQLConnection) throws {
    if items.isEmpty { return }
    var added = 0
    var again = 0
    for item in items {
      let parameters: [SQLValue] = [.integer(job), .text(item)]
      if try connection.execute(
        "INSERT INTO job_item (job, name) VALUES (?, ?) ON CONFLICT (job, name) DO NOTHING", parameters) == 1
      {
        added += 1
      } else {
        again += try connection.execute(
          "UPDATE job_item SET state = 0, reason = '' WHERE job = ? AND name = ? AND state = 3", parameters)
      }
    }
    try connection.execute(
      "UPDATE job SET total = total + ?, failed = failed - ? WHERE id = ?",
      [.integer(added), .integer(again), .integer(job)])
  }

  // MARK: Reading

  public func items(of job: Int64, _ state: JobItem.State?, limit: Int) throws -> [JobItem] {
    var statement = SQLFragment("SELECT name, state, reason FROM job_item WHERE job = ?", [.integer(job)])
    if let state { statement.append("AND state = ?", [.integer(state.rawValue)]) }
    statement.append("ORDER BY id LIMIT ?", [.integer(limit)])
    return try database.read { connection in
      try connection.all(statement, reused: true) { row in
        JobItem(row.text(0), JobItem.State(rawValue: row.int(1)) ?? .failed, reason: row.text(2))
      }
    }
  }

  public func jobs(_ query: JobQuery, limit: Int) throws -> [Job] {
    var statement = SQLFragment("SELECT \(Self.columns) FROM job WHERE")
    statement.append(Self.condition(query))
    statement.append("ORDER BY id DESC LIMIT ?", [.integer(limit)])
    return try database.read { connection in try connection.all(statement, Self.job) }
  }

  static func condition(_ query: JobQuery) -> SQLFragment {
    var pieces: [SQLFragment] = [SQLFragment("1 = 1")]
    if !query.ids.isEmpty { pieces.append(.isIn("id", query.ids.map { .integer($0) })) }
    if let queue = query.queue { pieces.append(SQLFragment("queue = ?", [.text(queue)])) }
    if let kind = query.kind { pieces.append(SQLFragment("kind = ?", [.text(kind)])) }
    if !query.states.isEmpty { pieces.append(.isIn("state", query.states.map { .text($0.rawValue) })) }
    return .joined(pieces, by: "AND")
  }

  public func queues() throws -> [JobQueue] {
    try database.read { connection in
      var queues: [String: JobQueue] = [:]
      for name in try connection.all("SELECT name FROM paused_queue", [], { $0.text(0) }) {
        queues[name] = JobQueue(name: name, isPaused: true)
      }
      let counts = try connection.all("SELECT queue, state, count(*) FROM job GROUP BY queue, state") {
        (queue: $0.text(0), state: JobState(rawValue: $0.text(1)), count: $0.int(2))
      }
      for entry in counts {
        guard let state = entry.state else { continue }
        queues[entry.queue, default: JobQueue(name: entry.queue)].jobs[state] = entry.count
      }
      let open = "state IN ('waiting', 'running', 'paused')"
      _ = try connection.all(
        """
        SELECT queue, CAST(sum(total) AS BIGINT), CAST(sum(completed) AS BIGINT), CAST(sum(warned) AS BIGINT),
          CAST(sum(failed) AS BIGINT),
          coalesce(
            min(CASE WHEN state = 'waiting' AND attempts > 0 THEN not_before END),
            min(CASE WHEN state = 'waiting' THEN not_before END)),
          max(CASE WHEN reason <> '' THEN id END) FROM job WHERE \(open) GROUP BY queue
        """
      ) { row in
        let name = row.text(0)
        queues[name]?.progress = JobProgress(
          total: row.int(1), completed: row.int(2), warned: row.int(3), failed: row.int(4))
        queues[name]?.nextTime = row.integerIfAny(5)
        if let id = row.integerIfAny(6) { queues[name]?.reason = String(id) }
      }
      for (name, queue) in queues where !queue.reason.isEmpty {
        let id = Int64(queue.reason) ?? 0
        queues[name]?.reason =
          try connection.first("SELECT reason FROM job WHERE id = ?", [.integer(id)]) { $0.text(0) } ?? ""
      }
      return queues.values.sorted { $0.name < $1.name }
    }
  }

  public func listen(_ handler: @escaping @Sendable () -> Void) throws -> any JobListener {
    Listener(try database.listen(Self.channel, handler))
  }

  private final class Listener: JobListener {
    private let listener: any SQLListener

    init(_ listener: any SQLListener) { self.listener = listener }

    func stop() { listener.stop() }
  }
}
