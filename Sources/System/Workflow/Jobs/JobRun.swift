// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// One attempt at a job, as its handler sees it. All functions but `blocking` block; any thread may call them.
public final class JobRun: Sendable {
  /// The job as it stood when the attempt began.
  public let job: Job
  private let store: any JobStore
  private let threads: any BlockingThreads
  private let now: @Sendable () -> Int64
  private let state = Mutex(State())

  private struct State {
    var isStopped = false
    var hasProgressed = false
    var whenStopped: [@Sendable () -> Void] = []
  }

  /// - Parameter threads: where `blocking` runs.
  public init(
    _ job: Job, store: any JobStore, threads: any BlockingThreads, now: @escaping @Sendable () -> Int64
  ) {
    self.job = job
    self.store = store
    self.threads = threads
    self.now = now
  }

  /// Whether the attempt shall end.
  public var isStopped: Bool { state.withLock { $0.isStopped } }

  /// Throws `JobStopped` where the attempt shall end.
  public func check() throws {
    if isStopped { throw JobStopped() }
  }

  /// Calls `act` once when the attempt shall end, at once if it shall already: for what else would wait for a peer.
  public func whenStopped(_ act: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      if !state.isStopped { state.whenStopped.append(act) }
      return state.isStopped
    }
    if isLate { act() }
  }

  /// The next items that wait.
  public func waitingItems(limit: Int = JobLimits.page) throws -> [JobItem] {
    try check()
    return try store.items(of: job.id, .waiting, limit: limit)
  }

  /// Whether other jobs of the queue could be done meanwhile.
  public func othersWait() throws -> Bool {
    let waiting = try store.jobs(JobQuery(queue: job.queue, states: [.waiting]), limit: 20)
    let time = now()
    return waiting.contains { $0.notBefore <= time }
  }

  /// How many items failed, and how many there are, as it is written down.
  public func progress() throws -> JobProgress {
    try store.jobs(JobQuery(ids: [job.id]), limit: 1).first?.progress ?? JobProgress()
  }

  /// Writes down what became of items. They are not done again by a later attempt.
  public func report(_ items: [JobItem]) throws {
    try write { try store.report(job.lease, items: items, progress: nil, checkpoint: nil, now: now()) }
    if items.contains(where: { $0.state != .waiting }) { progressed() }
  }

  /// Writes down how far a job without items is, and what a later attempt shall know.
  public func report(progress: JobProgress, checkpoint: String? = nil) throws {
    try write { try store.report(job.lease, items: [], progress: progress, checkpoint: checkpoint, now: now()) }
    progressed()
  }

  /// Writes down what a later attempt shall know; no progress by itself.
  public func keep(checkpoint: String) throws {
    try write { try store.report(job.lease, items: [], progress: nil, checkpoint: checkpoint, now: now()) }
  }

  /// Runs what blocks away from the threads of async functions.
  public func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await threads.run(body)
  }

  var hasProgressed: Bool { state.withLock { $0.hasProgressed } }

  func stop() {
    let acts = state.withLock { state in
      defer { state.whenStopped = [] }
      state.isStopped = true
      return state.whenStopped
    }
    for act in acts { act() }
  }

  private func progressed() { state.withLock { $0.hasProgressed = true } }

  private func write(_ body: () throws -> Bool) throws {
    guard try body() else {
      stop()
      throw JobStopped()
    }
  }
}
