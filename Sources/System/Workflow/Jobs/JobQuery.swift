// SPDX-License-Identifier: Apache-2.0

/// Which jobs are listed, or told to do something. What is nil or empty selects all.
public struct JobQuery: Sendable, Hashable {
  public var ids: [Int64]
  public var queue: String?
  public var kind: String?
  public var states: [JobState]

  public init(ids: [Int64] = [], queue: String? = nil, kind: String? = nil, states: [JobState] = []) {
    self.ids = ids
    self.queue = queue
    self.kind = kind
    self.states = states
  }
}

/// A queue in numbers.
public struct JobQueue: Sendable, Hashable {
  public var name: String
  /// Its jobs wait until a person lets them go on.
  public var isPaused: Bool
  public var jobs: [JobState: Int]
  /// Items of the jobs that are not finished.
  public var progress: JobProgress
  /// When the first of its waiting jobs is due, microseconds since 1970-01-01 UTC; nil where none waits. Where a job
  /// was tried in vain, the others wait for its next attempt, so that this counts.
  public var nextTime: Int64?
  /// The latest reason for which an unfinished job was not done.
  public var reason: String

  public init(
    name: String, isPaused: Bool = false, jobs: [JobState: Int] = [:], progress: JobProgress = .init(),
    nextTime: Int64? = nil, reason: String = ""
  ) {
    self.name = name
    self.isPaused = isPaused
    self.jobs = jobs
    self.progress = progress
    self.nextTime = nextTime
    self.reason = reason
  }

  /// Jobs that are not finished.
  public var open: Int { jobs.reduce(0) { $0 + ($1.key.isFinished ? 0 : $1.value) } }
}
