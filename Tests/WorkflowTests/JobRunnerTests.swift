// SPDX-License-Identifier: Apache-2.0

import Dispatch
import SQLStore
import SQLTestKit
import Synchronization
import Testing
import Workflow

/// Queues of the system as threads that may block.
struct DispatchThreads: BlockingThreads {
  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
    }
  }
}

/// A store and what its runner did.
final class Workshop: Sendable {
  private let temporary: TemporaryDatabase
  let store: SQLJobStore
  let told = Mutex<[String]>([])

  init() throws {
    temporary = try TemporaryDatabase(.sqlite)
    try Schema.migrate(temporary.database)
    store = SQLJobStore(temporary.database)
  }

  @Sendable static func now() -> Int64 { Int64(DispatchTime.now().uptimeNanoseconds / 1000) }

  func note(_ text: String) { told.withLock { $0.append(text) } }
  var notes: [String] { told.withLock { $0 } }

  func runner(
    _ handlers: [any JobHandler], parallelism: Int = 1, lease: Int64 = 60_000_000,
    absences: PeerAbsences = PeerAbsences()
  ) -> JobRunner {
    JobRunner(
      store: store, handlers: handlers,
      options: JobRunnerOptions(
        owner: "test", parallelism: { _ in parallelism }, leaseTime: lease, pollInterval: .milliseconds(20)),
      threads: DispatchThreads(), absences: absences, now: Self.now, log: { _ in })
  }

  /// Runs until a condition holds, at most ten seconds.
  func run(_ runner: JobRunner, until condition: @escaping @Sendable () throws -> Bool) async throws -> Bool {
    let task = Task { try await runner.run() }
    let end = Self.now() + 10_000_000
    while try !condition(), Self.now() < end { try await Task.sleep(for: .milliseconds(10)) }
    task.cancel()
    try await task.value
    return try condition()
  }

  func all(_ state: JobState) throws -> Bool {
    let jobs = try store.jobs(JobQuery(), limit: 100)
    return !jobs.isEmpty && jobs.allSatisfy { $0.state == state }
  }
}

@Suite struct JobRunnerTests {
  let quick = RetryPolicy(first: 1000, longest: 2000, attempts: 3)

  private func add(_ shop: Workshop, _ count: Int = 1, queue: String = "Q", items: [String] = []) throws {
    try shop.store.add(
      (1...count).map { NewJob(kind: "work", queue: queue, title: "\($0)", items: items) }, consuming: nil,
      now: Workshop.now())
  }

  @Test func jobsAreDoneOnceAndOneAtATime() async throws {
    let shop = try Workshop()
    let atOnce = Mutex((now: 0, most: 0))
    let handler = BlockingJobHandler("work", quick) { run in
      atOnce.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
      shop.note(run.job.title)
      atOnce.withLock { $0.now -= 1 }
      return .done
    }
    try add(shop, 20)
    #expect(try await shop.run(shop.runner([handler])) { try shop.all(.done) })
    #expect(shop.notes == (1...20).map(String.init))
    #expect(atOnce.withLock { $0.most } == 1)
  }

  @Test func queuesRunBesideEachOther() async throws {
    let shop = try Workshop()
    let met = DispatchSemaphore(value: 0)
    let handler = BlockingJobHandler("work", quick) { run in
      met.signal()
      // Ends only when both have begun.
      while shop.notes.count < 2 {
        if !shop.notes.contains(run.job.queue) { shop.note(run.job.queue) }
        try run.check()
      }
      return .done
    }
    try add(shop, queue: "A")
    try add(shop, queue: "B")
    #expect(try await shop.run(shop.runner([handler])) { try shop.all(.done) })
    #expect(Set(shop.notes) == ["A", "B"])
  }

  @Test func failuresAreRepeatedThenGivenUp() async throws {
    struct Away: Error {}
    let shop = try Workshop()
    let handler = BlockingJobHandler("work", quick) { run in
      shop.note("\(run.job.attempts)")
      throw Away()
    }
    try add(shop)
    #expect(try await shop.run(shop.runner([handler])) { try shop.all(.failed) })
    #expect(shop.notes == ["1", "2", "3"])
    #expect(try shop.store.jobs(JobQuery(), limit: 1)[0].reason == "Away()")
  }

  @Test func progressBeginsTheBackOffAnew() async throws {
    let shop = try Workshop()
    let handler = BlockingJobHandler("work", quick) { run in
      let items = try run.waitingItems(limit: 1)
      guard let item = items.first else { return .done }
      try run.report([JobItem(item.name, .done)])
      shop.note(item.name)
      return .again(reason: "one at a time")
    }
    try add(shop, items: (1...9).map(String.init))
    #expect(try await shop.run(shop.runner([handler])) { try shop.all(.done) })
    #expect(shop.notes == (1...9).map(String.init))
  }

  @Test func aPeerThatIsAwayIsTriedByOneJobAndAllGoWhenItIsBack() async throws {
    struct Away: PeerAwayError {}
    let shop = try Workshop()
    let isBack = Atomic(false)
    let tries = Atomic(0)
    let slow = RetryPolicy(first: 3_600_000_000, longest: 3_600_000_000, attempts: nil)
    let handler = BlockingJobHandler("work", slow) { run in
      tries.add(1, ordering: .relaxed)
      guard isBack.load(ordering: .relaxed) else { throw Away() }
      shop.note(run.job.title)
      return .done
    }
    try add(shop, 50)
    let away = shop.runner([handler], parallelism: 4)
    // Those four that begin together find nobody; the others are not tried at all.
    #expect(try await shop.run(away) { tries.load(ordering: .relaxed) >= 1 })
    #expect(tries.load(ordering: .relaxed) <= 4)
    isBack.store(true, ordering: .relaxed)
    // The next start tries what waited, and the first that gets through takes all others along.
    #expect(try await shop.run(shop.runner([handler])) { try shop.all(.done) })
    #expect(Set(shop.notes) == Set((1...50).map(String.init)))
  }

  /// Five days of the runner's clock, an hour at each look.
  @Test func aPeerThatIsAwayForDaysGetsEverything() async throws {
    let shop = try Workshop()
    let start = Workshop.now()
    let clock = Mutex(start)
    let tries = Atomic(0)
    let handler = BlockingJobHandler("work", .patient) { run in
      if clock.withLock({ $0 }) < start + 5 * 86_400_000_000 {
        tries.add(1, ordering: .relaxed)
        return .away(reason: "no connection")
      }
      try run.report(run.waitingItems().map { JobItem($0.name, .done) })
      return .done
    }
    try add(shop, 50, items: ["1", "2", "3"])
    let runner = JobRunner(
      store: shop.store, handlers: [handler],
      options: JobRunnerOptions(
        owner: "test", parallelism: { _ in 1 }, leaseTime: 90 * 86_400_000_000, pollInterval: .milliseconds(5)),
      threads: DispatchThreads(), absences: PeerAbsences(), now: { clock.withLock { $0 } }, log: { _ in })
    let isDone = try await shop.run(runner) {
      clock.withLock { $0 += 3_600_000_000 }
      return try shop.all(.done)
    }
    #expect(isDone)
    #expect(tries.load(ordering: .relaxed) > 1)
    let finished = try shop.store.jobs(JobQuery(), limit: 100)
    #expect(finished.count == 50 && finished.allSatisfy { $0.progress.completed == 3 })
  }

  @Test func aPeerThatCallsIsTriedAgain() async throws {
    struct Away: PeerAwayError {}
    let shop = try Workshop()
    let absences = PeerAbsences(pause: 0)
    let isBack = Atomic(false)
    let slow = RetryPolicy(first: 3_600_000_000, longest: 3_600_000_000, attempts: nil)
    let handler = BlockingJobHandler("work", slow) { run in
      guard isBack.load(ordering: .relaxed) else {
        shop.note("away")
        throw Away()
      }
      return .done
    }
    try add(shop, 3)
    let runner = shop.runner([handler], absences: absences)
    #expect(
      try await shop.run(runner) {
        let waiting = try shop.store.jobs(JobQuery(states: [.waiting]), limit: 10)
        if !isBack.load(ordering: .relaxed), waiting.contains(where: { $0.attempts == 1 }) {
          isBack.store(true, ordering: .relaxed)
          absences.heard(of: "Q", now: Workshop.now())
        }
        return try shop.all(.done)
      })
    #expect(shop.notes == ["away"])
  }

  @Test func cancellingStopsWhatRuns() async throws {
    let shop = try Workshop()
    let handler = BlockingJobHandler("work", quick) { run in
      let stopped = DispatchSemaphore(value: 0)
      run.whenStopped { stopped.signal() }
      if !shop.notes.contains("begun") { shop.note("begun") }
      try shop.store.tell(.cancel, JobQuery(ids: [run.job.id]), now: 1)
      #expect(stopped.wait(timeout: .now() + 8) == .success)
      shop.note("stopped")
      try run.check()
      return .done
    }
    try add(shop)
    #expect(
      try await shop.run(shop.runner([handler], lease: 200_000)) {
        try shop.all(.cancelled) && shop.notes.contains("stopped")
      })
    #expect(shop.notes == ["begun", "stopped"])
  }

  @Test func whatRunsAtTheEndGoesOnAtTheNextStart() async throws {
    let shop = try Workshop()
    let stalled = BlockingJobHandler("work", quick) { run in
      let stopped = DispatchSemaphore(value: 0)
      run.whenStopped { stopped.signal() }
      if let item = try run.waitingItems(limit: 1).first { try run.report([JobItem(item.name, .done)]) }
      shop.note("first")
      stopped.wait()
      throw JobStopped()
    }
    try add(shop, items: ["1", "2"])
    #expect(try await shop.run(shop.runner([stalled])) { shop.notes == ["first"] })
    let second = BlockingJobHandler("work", quick) { run in
      for item in try run.waitingItems() {
        try run.report([JobItem(item.name, .done)])
        shop.note(item.name)
      }
      return .done
    }
    #expect(try await shop.run(shop.runner([second])) { try shop.all(.done) })
    #expect(shop.notes == ["first", "2"])
  }
}
