// SPDX-License-Identifier: Apache-2.0

/// How far a consumer of the outbox goes on in the transaction that adds its jobs.
public struct OutboxStep: Sendable, Hashable {
  public var consumer: String
  /// Where it stood; nil for one that is new.
  public var from: Int64?
  public var to: Int64

  public init(consumer: String, from: Int64?, to: Int64) {
    self.consumer = consumer
    self.from = from
    self.to = to
  }
}

/// Who asks for a job, and for which.
public struct JobClaim: Sendable, Hashable {
  /// The program that runs it; the same after a restart.
  public var owner: String
  /// The kinds that it can do.
  public var kinds: [String]
  /// Queues that have as many jobs running as they may.
  public var fullQueues: [String]
  /// Queues whose peers are away, by when that was last seen: only jobs whose time came after that, such as those
  /// that a person wants tried at once.
  public var absentQueues: [String: Int64]
  /// Microseconds since 1970-01-01 UTC.
  public var now: Int64
  /// When others may take the job, unless the lease is extended.
  public var leaseEnd: Int64

  public init(
    owner: String, kinds: [String], fullQueues: [String] = [], absentQueues: [String: Int64] = [:], now: Int64,
    leaseEnd: Int64
  ) {
    self.owner = owner
    self.kinds = kinds
    self.fullQueues = fullQueues
    self.absentQueues = absentQueues
    self.now = now
    self.leaseEnd = leaseEnd
  }
}

/// How an attempt ended.
public enum JobEnd: Sendable, Hashable {
  case succeeded
  /// To be tried again at a time; `attempts` is what counts from now on.
  case postponed(until: Int64, attempts: Int, reason: String)
  case gaveUp(reason: String)
  /// Its runner stops; another goes on where it stood.
  case interrupted
}

/// Durable jobs. Each function is one transaction, on disk when it returns; they block, and are safe to call from any
/// thread and from several programs.
public protocol JobStore: Sendable {
  /// Adds jobs, or joins them to unfinished ones of the same kind and key, which are tried at once if they waited for
  /// another attempt only because nothing was there to do.
  /// - Parameter consuming: goes on in the outbox in the same transaction. Nothing is added where somebody else has
  ///   gone on from there before.
  /// - Returns: false in that case.
  @discardableResult
  func add(_ jobs: [NewJob], consuming: OutboxStep?, now: Int64) throws -> Bool

  /// The first job that is due: by priority, then by time. It is running from now on, under a new lease.
  func claim(_ claim: JobClaim) throws -> Job?

  /// Extends leases.
  /// - Returns: those that are still held.
  func extend(_ leases: [JobLease], until: Int64) throws -> Set<JobLease>

  /// Items of a job, in the order in which they were added.
  /// - Parameter state: only those; nil for all.
  func items(of job: Int64, _ state: JobItem.State?, limit: Int) throws -> [JobItem]

  /// Writes down what became of items, progress of jobs without items, and a checkpoint; nil leaves what is there.
  /// - Returns: false where the lease is lost, and nothing was written.
  @discardableResult
  func report(_ lease: JobLease, items: [JobItem], progress: JobProgress?, checkpoint: String?, now: Int64) throws
    -> Bool

  /// Ends an attempt. A job that succeeded while items were joined to it waits again.
  /// - Returns: false where the lease is lost, and nothing was written.
  @discardableResult
  func finish(_ lease: JobLease, _ end: JobEnd, now: Int64) throws -> Bool

  /// Interrupts running jobs whose lease has ended, and all of one owner, which has just started and runs none.
  /// - Returns: how many.
  @discardableResult
  func interrupt(owner: String?, now: Int64) throws -> Int

  /// Makes jobs that wait for another attempt due at once.
  /// - Parameter queue: only those; nil for all.
  /// - Returns: how many.
  @discardableResult
  func hasten(queue: String?, now: Int64) throws -> Int

  /// Jobs, the newest first.
  func jobs(_ query: JobQuery, limit: Int) throws -> [Job]

  /// All queues that have jobs or are paused, by name.
  func queues() throws -> [JobQueue]

  /// A person's event, `pause`, `resume`, `retry` or `cancel`, for all selected jobs that it changes (`JobState`).
  /// Retrying makes failed items wait again.
  /// - Returns: how many jobs it changed.
  @discardableResult
  func tell(_ event: JobEvent, _ query: JobQuery, now: Int64) throws -> Int

  /// Gives selected jobs that are not finished another priority.
  /// - Returns: how many.
  @discardableResult
  func prioritise(_ query: JobQuery, _ priority: JobPriority, now: Int64) throws -> Int

  /// Lets no job of a queue begin, or lets them begin again.
  func pause(queue: String, _ isPaused: Bool) throws

  /// Removes selected jobs that do not run.
  /// - Returns: how many.
  @discardableResult
  func remove(_ query: JobQuery) throws -> Int

  /// Removes the oldest finished jobs that were last changed before a time.
  /// - Returns: how many.
  @discardableResult
  func trim(before: Int64, limit: Int) throws -> Int

  /// Calls the handler, on any thread, after something was changed, as long as what is returned is kept.
  func listen(_ handler: @escaping @Sendable () -> Void) throws -> any JobListener
}

/// Somebody who is told of changes; until `stop`, or until it goes away.
public protocol JobListener: AnyObject, Sendable {
  func stop()
}
