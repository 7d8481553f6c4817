// SPDX-License-Identifier: Apache-2.0

/// Which jobs go first.
public enum JobPriority: Int, Sendable, CaseIterable, Codable {
  case low = 1
  case normal = 2
  case high = 3
}

/// A job to be added.
public struct NewJob: Sendable, Hashable {
  /// Which handler does it, such as `forward`.
  public var kind: String
  /// What is listed, paused and limited together, such as the AE title of a destination.
  public var queue: String
  /// What it is about, for a person.
  public var title: String
  /// Unfinished jobs of one kind have different keys: one that is added under the key of another joins its items to
  /// it. Nil for one that stands alone.
  public var key: String?
  /// What the handler must know, in a form of its own.
  public var payload: String
  /// Parts that are done one by one, each once; their names are unique within the job.
  public var items: [String]
  public var priority: JobPriority
  /// Not before this time, microseconds since 1970-01-01 UTC.
  public var notBefore: Int64

  public init(
    kind: String, queue: String, title: String, key: String? = nil, payload: String = "", items: [String] = [],
    priority: JobPriority = .normal, notBefore: Int64 = 0
  ) {
    self.kind = kind
    self.queue = queue
    self.title = title
    self.key = key
    self.payload = payload
    self.items = items
    self.priority = priority
    self.notBefore = notBefore
  }
}

/// How far a job is.
public struct JobProgress: Sendable, Hashable {
  public var total: Int
  public var completed: Int
  /// Completed with a warning; these are counted in `completed` too.
  public var warned: Int
  public var failed: Int

  public init(total: Int = 0, completed: Int = 0, warned: Int = 0, failed: Int = 0) {
    self.total = total
    self.completed = completed
    self.warned = warned
    self.failed = failed
  }
}

/// A job as it stands.
public struct Job: Sendable, Hashable {
  /// Ascending, never used twice.
  public var id: Int64
  public var kind: String
  public var queue: String
  public var title: String
  public var key: String?
  public var payload: String
  public var priority: JobPriority
  public var state: JobState
  /// How often it was begun since it last made progress.
  public var attempts: Int
  /// Microseconds since 1970-01-01 UTC.
  public var notBefore: Int64
  public var createdAt: Int64
  public var changedAt: Int64
  public var progress: JobProgress
  /// What the handler left for its next attempt.
  public var checkpoint: String
  /// Why the last attempt did not succeed.
  public var reason: String
  /// The claim under which it runs.
  public var lease: JobLease

  public init(
    id: Int64, kind: String, queue: String, title: String, key: String?, payload: String, priority: JobPriority,
    state: JobState, attempts: Int, notBefore: Int64, createdAt: Int64, changedAt: Int64, progress: JobProgress,
    checkpoint: String, reason: String, lease: JobLease
  ) {
    self.id = id
    self.kind = kind
    self.queue = queue
    self.title = title
    self.key = key
    self.payload = payload
    self.priority = priority
    self.state = state
    self.attempts = attempts
    self.notBefore = notBefore
    self.createdAt = createdAt
    self.changedAt = changedAt
    self.progress = progress
    self.checkpoint = checkpoint
    self.reason = reason
    self.lease = lease
  }
}

/// One claim of a job: who lost it cannot change the job any more.
public struct JobLease: Sendable, Hashable {
  public var job: Int64
  /// Counts the claims of the job.
  public var number: Int64

  public init(job: Int64, number: Int64) {
    self.job = job
    self.number = number
  }
}

/// A part of a job.
public struct JobItem: Sendable, Hashable {
  public enum State: Int, Sendable, CaseIterable {
    case waiting = 0
    case done = 1
    case warned = 2
    case failed = 3

    public var name: String { "\(self)" }
  }

  public var name: String
  public var state: State
  public var reason: String

  public init(_ name: String, _ state: State = .waiting, reason: String = "") {
    self.name = name
    self.state = state
    self.reason = reason
  }
}

/// What a stranger can make grow, and how far.
public enum JobLimits {
  /// Bytes of UTF-8 of a payload or a checkpoint.
  public static let payload = 64 * 1024
  /// Characters of a reason or a title that are kept.
  public static let reason = 1000
  /// Items or jobs that one list gives.
  public static let page = 1000
  /// After so many interruptions without progress in between a job is paused: it may be what ends the program.
  public static let interruptions = 5
}
