// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMWeb
import HTTPTypes
import Hummingbird
import Trust
import Workflow

/// `/api/v1/queues` and `/api/v1/jobs`: what goes out, what waits, and why.
struct QueueRoutes: Sendable {
  let jobs: any JobStore

  private struct Given: Decodable {
    var action: String
    /// For the action `priority`: low, normal or high.
    var priority: String?
  }

  func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/queues", needs: .viewQueues, records: .nothing) { call in
      .json(Self.json(try await call.blocking { try jobs.queues() }))
    }
    routes.on(.post, "api/v1/queues/:queue", needs: .manageQueues, records: .configuration, change)
    routes.on(.get, "api/v1/jobs", needs: .viewQueues, records: .nothing, list)
    routes.on(.get, "api/v1/jobs/:job", needs: .viewQueues, records: .nothing, detail)
    routes.on(.post, "api/v1/jobs/:job", needs: .manageQueues, records: .configuration) { call in
      let given = try await call.body(Given.self)
      let query = JobQuery(ids: [try Self.id(call)])
      let count = try await call.blocking {
        let now = ArchiveOptions.systemTime()
        if given.action == "priority" { return try jobs.prioritise(query, Self.priority(given), now: now) }
        return try jobs.tell(Self.event(given.action), query, now: now)
      }
      guard count > 0 else { throw Problem(.conflict, "The job is not in a state in which this changes anything.") }
      return .json(.object([("changed", .integer(Int64(count)))]))
    }
  }

  /// What a person does to a whole queue: `pause` and `resume` let its jobs begin no more, or again; `retry` and
  /// `cancel` go to each of its jobs, as `priority` does; `empty` removes all that do not run.
  @Sendable private func change(_ call: Call) async throws -> Response {
    let queue = try call.decodedComponent("queue")
    let given = try await call.body(Given.self)
    let action = given.action
    let count = try await call.blocking {
      let now = ArchiveOptions.systemTime()
      switch action {
      case "pause", "resume":
        try jobs.pause(queue: queue, action == "pause")
        return 1
      case "empty":
        _ = try jobs.tell(.cancel, JobQuery(queue: queue), now: now)
        return try jobs.remove(JobQuery(queue: queue))
      case "priority": return try jobs.prioritise(JobQuery(queue: queue), Self.priority(given), now: now)
      case "retry":
        return try jobs.tell(.retry, JobQuery(queue: queue, states: [.waiting, .paused, .failed]), now: now)
      default: return try jobs.tell(Self.event(action), JobQuery(queue: queue), now: now)
      }
    }
    return .json(.object([("changed", .integer(Int64(count)))]))
  }

  private static func priority(_ given: Given) throws -> JobPriority {
    guard let priority = JobPriority.allCases.first(where: { "\($0)" == given.priority }) else {
      throw Problem(.unprocessableContent, "The priority must be low, normal or high.")
    }
    return priority
  }

  private static func event(_ action: String) throws -> JobEvent {
    guard let event = JobEvent(rawValue: action), [.pause, .resume, .retry, .cancel].contains(event) else {
      throw Problem(.unprocessableContent, "The action must be pause, resume, retry or cancel.")
    }
    return event
  }

  private static func id(_ call: Call) throws -> Int64 {
    guard let id = Int64(try call.component("job")) else { throw Problem.notFound }
    return id
  }

  @Sendable private func list(_ call: Call) async throws -> Response {
    let parameters = try call.query
    let limit = try parameters.integer("limit", in: 1...JobLimits.page) ?? 100
    var query = JobQuery(queue: parameters["queue"], kind: parameters["kind"])
    if let text = parameters["state"] {
      query.states = try text.split(separator: ",").map { name in
        guard let state = JobState(rawValue: String(name)) else {
          throw Problem(.badRequest, "There is no state \"\(name)\" of jobs.")
        }
        return state
      }
    }
    let jobs = try await call.blocking { [query] in try self.jobs.jobs(query, limit: limit) }
    return .json(.object([("jobs", .array(jobs.map { .object(Self.members($0)) }))]))
  }

  @Sendable private func detail(_ call: Call) async throws -> Response {
    let id = try Self.id(call)
    let (job, items) = try await call.blocking {
      (try jobs.jobs(JobQuery(ids: [id]), limit: 1).first, try jobs.items(of: id, nil, limit: JobLimits.page))
    }
    guard let job else { throw Problem.notFound }
    let parts = items.map { item in
      JSONValue.object([
        ("name", .string(item.name)), ("state", .string(item.state.name)), ("reason", .string(item.reason)),
      ])
    }
    return .json(.object(Self.members(job) + [("items", .array(parts))]))
  }

  // MARK: Forms

  static func json(_ queues: [JobQueue]) -> JSONValue {
    let all = queues.map { queue in
      JSONValue.object([
        ("name", .string(queue.name)), ("paused", .bool(queue.isPaused)),
        (
          "jobs",
          .object(JobState.allCases.map { ($0.rawValue, .integer(Int64(queue.jobs[$0] ?? 0))) })
        ), ("progress", progress(queue.progress)), ("nextTime", JSONValue(queue.nextTime)),
        ("reason", .string(queue.reason)),
      ])
    }
    return .object([("queues", .array(all))])
  }

  private static func members(_ job: Job) -> [(String, JSONValue)] {
    [
      ("id", .integer(job.id)), ("kind", .string(job.kind)), ("queue", .string(job.queue)),
      ("title", .string(job.title)), ("state", .string(job.state.rawValue)), ("priority", .string("\(job.priority)")),
      ("attempts", .integer(Int64(job.attempts))), ("notBefore", .integer(job.notBefore)),
      ("createdAt", .integer(job.createdAt)), ("changedAt", .integer(job.changedAt)),
      ("progress", progress(job.progress)), ("reason", .string(job.reason)),
    ]
  }

  private static func progress(_ progress: JobProgress) -> JSONValue {
    .object([
      ("total", .integer(Int64(progress.total))), ("completed", .integer(Int64(progress.completed))),
      ("warned", .integer(Int64(progress.warned))), ("failed", .integer(Int64(progress.failed))),
    ])
  }
}
