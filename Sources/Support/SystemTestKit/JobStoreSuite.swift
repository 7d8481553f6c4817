// SPDX-License-Identifier: Apache-2.0

import Workflow

/// What every `JobStore` must do. Each case gets a fresh, empty store.
public enum JobStoreSuite {
  public typealias Case = ConformanceCase<any JobStore>

  public static let cases: [Case] = claims + leases + joining + people + outbox

  static func job(
    _ title: String, kind: String = "send", queue: String = "PACS", key: String? = nil, items: [String] = [],
    priority: JobPriority = .normal, notBefore: Int64 = 0
  ) -> NewJob {
    NewJob(
      kind: kind, queue: queue, title: title, key: key, payload: "{\"of\":\"\(title)\"}", items: items,
      priority: priority, notBefore: notBefore)
  }

  static func claim(
    _ store: any JobStore, now: Int64 = 100, owner: String = "a", full: [String] = [], absent: [String: Int64] = [:],
    kinds: [String] = ["send"]
  ) throws -> Job? {
    try store.claim(
      JobClaim(owner: owner, kinds: kinds, fullQueues: full, absentQueues: absent, now: now, leaseEnd: now + 60))
  }

  static func taken(_ store: any JobStore, now: Int64 = 100) throws -> Job {
    guard let job = try claim(store, now: now) else { throw ConformanceFailure(description: "no job to be claimed") }
    return job
  }

  static func states(_ store: any JobStore) throws -> [String: JobState] {
    Dictionary(uniqueKeysWithValues: try store.jobs(JobQuery(), limit: 100).map { ($0.title, $0.state) })
  }

  // MARK: Who gets which job

  static let claims: [Case] = [
    Case("an empty store has nothing to do") { store in
      try expect(claim(store), nil)
      try expect(store.jobs(JobQuery(), limit: 10), [])
      try expect(store.queues(), [])
      try expect(store.interrupt(owner: "a", now: 1), 0)
      try expect(store.trim(before: .max, limit: 10), 0)
    },
    Case("a job comes back as it was given") { store in
      try store.add([job("one", key: "k", items: ["x", "y"], priority: .high, notBefore: 7)], consuming: nil, now: 5)
      let known = try store.jobs(JobQuery(), limit: 10)
      try expect(known.count, 1)
      try expect(
        known[0],
        Job(
          id: known[0].id, kind: "send", queue: "PACS", title: "one", key: "k", payload: "{\"of\":\"one\"}",
          priority: .high, state: .waiting, attempts: 0, notBefore: 7, createdAt: 5, changedAt: 5,
          progress: JobProgress(total: 2), checkpoint: "", reason: "", lease: JobLease(job: known[0].id, number: 0)))
      try expect(store.items(of: known[0].id, nil, limit: 10), [JobItem("x"), JobItem("y")])
    },
    Case("the urgent first, then the one whose time came first, none before its time") { store in
      try store.add(
        [
          job("late", notBefore: 200), job("second", notBefore: 20), job("first", notBefore: 10),
          job("low", priority: .low), job("high", priority: .high, notBefore: 50),
        ], consuming: nil, now: 1)
      var order: [String] = []
      while let next = try claim(store) { order.append(next.title) }
      try expect(order, ["high", "first", "second", "low"])
      try expect(claim(store, now: 200)?.title, "late")
    },
    Case("a claim takes only the kinds and queues that it may") { store in
      try store.add(
        [job("a", kind: "print"), job("b", queue: "FULL"), job("c", queue: "FREE")], consuming: nil, now: 1)
      try expect(claim(store, full: ["FULL"])?.title, "c")
      try expect(claim(store, full: ["FULL", "OTHER"])?.title, nil)
      try expect(claim(store, kinds: ["print"])?.title, "a")
      try expect(claim(store, kinds: [])?.title, nil)
    },
    Case("a paused queue gives nothing, and is listed") { store in
      try store.add([job("a")], consuming: nil, now: 1)
      try store.pause(queue: "PACS", true)
      try store.pause(queue: "PACS", true)
      try expect(claim(store), nil)
      try expect(store.queues().map(\.isPaused), [true])
      try store.pause(queue: "PACS", false)
      try expect(claim(store)?.title, "a")
    },
  ]

  // MARK: What a lease is good for

  static let leases: [Case] = [
    Case("what was claimed is not claimed again, until its lease ends") { store in
      try store.add([job("a")], consuming: nil, now: 1)
      let first = try taken(store, now: 100)
      try expect(first.attempts, 1)
      try expect(claim(store, now: 120, owner: "b"), nil)
      try expect(store.interrupt(owner: nil, now: 120), 0)
      try expect(store.extend([first.lease], until: 300), [first.lease])
      try expect(store.interrupt(owner: nil, now: 200), 0)
      try expect(store.interrupt(owner: nil, now: 301), 1)
      let second = try taken(store, now: 302)
      try expect(second.attempts, 2)
      try expect(store.extend([first.lease], until: 900), [])
      try expect(store.finish(first.lease, .succeeded, now: 310), false)
      try expect(states(store), ["a": .running])
      try expect(store.finish(second.lease, .succeeded, now: 310), true)
      try expect(states(store), ["a": .done])
    },
    Case("an owner that starts again finds its jobs waiting") { store in
      try store.add([job("a"), job("b")], consuming: nil, now: 1)
      _ = try claim(store, owner: "a")
      _ = try claim(store, owner: "b")
      try expect(store.interrupt(owner: "a", now: 101), 1)
      try expect(Set(states(store).values), [.waiting, .running])
    },
    Case("what ends the program again and again is paused") { store in
      try store.add([job("a")], consuming: nil, now: 1)
      for _ in 1..<JobLimits.interruptions {
        _ = try taken(store)
        try expect(store.interrupt(owner: "a", now: 1), 1)
        try expect(states(store), ["a": .waiting])
      }
      _ = try taken(store)
      try expect(store.interrupt(owner: "a", now: 1), 1)
      try expect(states(store), ["a": .paused])
    },
    Case("items are done once, and counted") { store in
      try store.add([job("a", items: ["1", "2", "3", "4"])], consuming: nil, now: 1)
      let running = try taken(store)
      let results = [JobItem("1", .done), JobItem("2", .warned, reason: "B000"), JobItem("3", .failed, reason: "A700")]
      try expect(store.report(running.lease, items: results, progress: nil, checkpoint: "here", now: 110), true)
      try expect(
        store.report(running.lease, items: [JobItem("1", .failed)], progress: nil, checkpoint: nil, now: 111), true)
      try expect(store.items(of: running.id, nil, limit: 10), results + [JobItem("4")])
      try expect(store.items(of: running.id, .waiting, limit: 10), [JobItem("4")])
      let known = try store.jobs(JobQuery(ids: [running.id]), limit: 1)[0]
      try expect(known.progress, JobProgress(total: 4, completed: 2, warned: 1, failed: 1))
      try expect(known.checkpoint, "here")
    },
    Case("progress of a job without items is kept as told") { store in
      try store.add([job("a")], consuming: nil, now: 1)
      let running = try taken(store)
      let progress = JobProgress(total: 9, completed: 4)
      try expect(store.report(running.lease, items: [], progress: progress, checkpoint: nil, now: 110), true)
      try expect(store.jobs(JobQuery(), limit: 1)[0].progress, progress)
    },
    Case("who lost the lease writes nothing") { store in
      try store.add([job("a", items: ["1"])], consuming: nil, now: 1)
      let running = try taken(store)
      try expect(store.tell(.pause, JobQuery(), now: 105), 1)
      try expect(
        store.report(running.lease, items: [JobItem("1", .done)], progress: nil, checkpoint: "x", now: 110), false)
      try expect(store.finish(running.lease, .succeeded, now: 110), false)
      try expect(store.extend([running.lease], until: 900), [])
      try expect(store.items(of: running.id, nil, limit: 10), [JobItem("1")])
    },
    Case("a postponed job waits for its time and tells why") { store in
      try store.add([job("a")], consuming: nil, now: 1)
      let running = try taken(store)
      try expect(
        store.finish(running.lease, .postponed(until: 500, attempts: 1, reason: "no answer"), now: 110), true)
      try expect(claim(store, now: 499), nil)
      let queue = try store.queues()[0]
      try expect(queue.nextTime, 500)
      try expect(queue.reason, "no answer")
      try expect(claim(store, now: 500)?.attempts, 2)
    },
    Case("what waits behind a postponed job is not what comes next") { store in
      try store.add([job("a"), job("b", notBefore: 20)], consuming: nil, now: 1)
      try store.finish(taken(store).lease, .postponed(until: 500, attempts: 1, reason: "no answer"), now: 110)
      try expect(store.queues()[0].nextTime, 500)
    },
    Case("an interrupted attempt does not count") { store in
      try store.add([job("a")], consuming: nil, now: 1)
      try expect(store.finish(taken(store).lease, .interrupted, now: 110), true)
      try expect(taken(store).attempts, 1)
    },
  ]
}
