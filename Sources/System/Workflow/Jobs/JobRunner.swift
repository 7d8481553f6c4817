// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How many jobs run at a time, and for how long a claim holds.
public struct JobRunnerOptions: Sendable {
  /// The program that runs jobs; the same after a restart.
  public var owner: String
  public var maximumRunning: Int
  /// How many jobs of one queue may run at a time.
  public var parallelism: @Sendable (_ queue: String) -> Int
  /// Microseconds for which a claim holds; it is extended long before.
  public var leaseTime: Int64
  /// How often it looks for jobs that nobody told it of.
  public var pollInterval: Duration

  public init(
    owner: String, maximumRunning: Int = 16, parallelism: @escaping @Sendable (String) -> Int = { _ in 1 },
    leaseTime: Int64 = 60_000_000, pollInterval: Duration = .seconds(1)
  ) {
    self.owner = owner
    self.maximumRunning = maximumRunning
    self.parallelism = parallelism
    self.leaseTime = leaseTime
    self.pollInterval = pollInterval
  }
}

/// Claims jobs that are due and lets their handlers do them, several at a time.
public final class JobRunner: Sendable {
  private let store: any JobStore
  private let handlers: [String: any JobHandler]
  private let options: JobRunnerOptions
  private let threads: any BlockingThreads
  private let now: @Sendable () -> Int64
  private let log: @Sendable (String) -> Void
  private let absences: PeerAbsences
  private let running = Mutex<[Int64: JobRun]>([:])
  private let wakes: AsyncStream<Void>
  private let waker: AsyncStream<Void>.Continuation

  /// - Parameters:
  ///   - absences: told where a peer is heard of in another way than by its jobs.
  ///   - log: takes what an administrator should know.
  public init(
    store: any JobStore, handlers: [any JobHandler], options: JobRunnerOptions, threads: any BlockingThreads,
    absences: PeerAbsences = PeerAbsences(), now: @escaping @Sendable () -> Int64,
    log: @escaping @Sendable (String) -> Void
  ) {
    self.store = store
    self.handlers = Dictionary(handlers.map { ($0.kind, $0) }) { first, _ in first }
    self.options = options
    self.threads = threads
    self.absences = absences
    self.now = now
    self.log = log
    (wakes, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  /// Looks for jobs now.
  public func wake() { waker.yield() }

  /// Runs jobs until the task is cancelled; what runs then is stopped, and goes on at the next start. Called once.
  public func run() async throws {
    let owner = options.owner
    let recovered = try await threads.run { [store, now] in
      // Who was away then may be back now.
      try store.hasten(queue: nil, now: now())
      return try store.interrupt(owner: owner, now: now())
    }
    absences.whenHeard { [waker] in waker.yield() }
    if recovered > 0 { log("\(recovered) jobs go on that were interrupted") }
    let listener = try store.listen { [waker] in waker.yield() }
    defer { listener.stop() }
    await withDiscardingTaskGroup { group in
      group.addTask { await self.tick() }
      group.addTask { await self.keepLeases() }
      waker.yield()
      for await _ in wakes {
        if Task.isCancelled { break }
        await hasten()
        while let run = await next() {
          group.addTask { await self.perform(run) }
        }
      }
      for run in running.withLock({ Array($0.values) }) { run.stop() }
      group.cancelAll()
    }
  }

  /// Wakes the loop from time to time, since a job's time may come without anything being changed.
  private func tick() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: options.pollInterval)
      waker.yield()
    }
    waker.finish()
  }

  /// Extends what is held, stops what was taken away, and takes up what others dropped.
  private func keepLeases() async {
    let pause = min(Duration.microseconds(options.leaseTime / 4), .seconds(2))
    while !Task.isCancelled {
      try? await Task.sleep(for: pause)
      let runs = running.withLock { Array($0.values) }
      let leases = runs.map(\.job.lease)
      do {
        let held = try await threads.run { [store, now, options] in
          try store.interrupt(owner: nil, now: now())
          return leases.isEmpty ? [] : try store.extend(leases, until: now() + options.leaseTime)
        }
        for run in runs where !held.contains(run.job.lease) { run.stop() }
      } catch {
        if !Task.isCancelled { log("leases of jobs cannot be extended: \(error)") }
      }
    }
  }

  /// Lets all go whose peers have come back.
  private func hasten() async {
    for queue in absences.takeReturned(at: now()) {
      do {
        let count = try await threads.run { [store, now] in try store.hasten(queue: queue, now: now()) }
        log("\(queue) can be reached again" + (count > 0 ? ": \(count) jobs are tried at once" : ""))
      } catch {
        if !Task.isCancelled { log("jobs of \(queue) wait for their time: \(error)") }
      }
    }
  }

  /// The next job that is due; nil where there is none, or enough run.
  private func next() async -> JobRun? {
    guard !Task.isCancelled else { return nil }
    let running = running.withLock { $0.values.map(\.job.queue) }
    guard running.count < options.maximumRunning else { return nil }
    let counts = Dictionary(running.map { ($0, 1) }, uniquingKeysWith: +)
    let full = counts.filter { queue, count in
      absences.isAway(queue) || count >= max(options.parallelism(queue), 1)
    }.map(\.key)
    let time = now()
    let claim = JobClaim(
      owner: options.owner, kinds: handlers.keys.sorted(), fullQueues: full.sorted(),
      absentQueues: absences.closed(at: time), now: time, leaseEnd: time + options.leaseTime)
    do {
      guard let job = try await threads.run({ [store] in try store.claim(claim) }) else { return nil }
      let run = JobRun(job, store: store, threads: threads, now: now)
      self.running.withLock { $0[job.id] = run }
      return run
    } catch {
      if !Task.isCancelled { log("jobs cannot be claimed: \(error)") }
      return nil
    }
  }

  private func perform(_ run: JobRun) async {
    let end: JobEnd?
    do {
      guard let handler = handlers[run.job.kind] else { return }
      end = self.end(of: run, handler.policy, try await handler.run(run))
    } catch {
      end = run.isStopped || error is JobStopped ? nil : failed(run, error)
    }
    let lease = run.job.lease
    // What was taken away is not touched; what was stopped at the end of the program goes on at once.
    let final = end ?? .interrupted
    do {
      try await threads.run { [store, now] in _ = try store.finish(lease, final, now: now()) }
    } catch {
      log("job \(run.job.id) (\(run.job.title)) ended as \(final), which cannot be written down: \(error)")
    }
    if final == .succeeded { absences.reached(run.job.queue) }
    tell(run.job, final)
    _ = running.withLock { $0.removeValue(forKey: run.job.id) }
    waker.yield()
  }

  private func failed(_ run: JobRun, _ error: any Error) -> JobEnd {
    let policy = handlers[run.job.kind]?.policy ?? .limited
    return end(of: run, policy, error is any PeerAwayError ? .away(reason: "\(error)") : .again(reason: "\(error)"))
  }

  private func end(of run: JobRun, _ policy: RetryPolicy, _ outcome: JobOutcome) -> JobEnd {
    switch outcome {
    case .done: return .succeeded
    case .impossible(let reason): return .gaveUp(reason: reason)
    case .wait(let until, let reason):
      return .postponed(until: until, attempts: max(run.job.attempts - 1, 0), reason: reason)
    case .away(let reason):
      if policy.isOver(after: run.job.attempts) { return .gaveUp(reason: reason) }
      let until = absences.away(run.job.queue, policy, seed: run.job.id, now: now())
      return .postponed(until: until, attempts: run.job.attempts, reason: reason)
    case .again(let reason):
      let attempts = run.hasProgressed ? 1 : run.job.attempts
      if policy.isOver(after: attempts) { return .gaveUp(reason: reason) }
      return .postponed(
        until: now() + policy.delay(after: attempts, seed: run.job.id), attempts: attempts, reason: reason)
    }
  }

  private func tell(_ job: Job, _ end: JobEnd) {
    switch end {
    case .succeeded, .interrupted: break
    case .postponed(_, let attempts, let reason) where attempts == 1:
      log("job \(job.id) (\(job.title)) is tried again: \(reason)")
    case .postponed: break
    case .gaveUp(let reason): log("job \(job.id) (\(job.title)) was given up: \(reason)")
    }
  }
}
