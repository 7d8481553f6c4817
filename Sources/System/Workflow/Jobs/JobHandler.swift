// SPDX-License-Identifier: Apache-2.0

/// What an attempt came to. An error that is thrown is `again`, or `away` where it is a `PeerAwayError`.
public enum JobOutcome: Sendable, Hashable {
  case done
  /// To be tried again by the handler's policy.
  case again(reason: String)
  /// Like `again`, and nothing else of the queue can be done before: its peer cannot be reached.
  case away(reason: String)
  /// To be tried again at a time of its own, microseconds since 1970-01-01 UTC; counts as no attempt.
  case wait(until: Int64, reason: String)
  /// No further attempt can help.
  case impossible(reason: String)
}

/// Does the jobs of one kind. The composition root registers it.
public protocol JobHandler: Sendable {
  /// The kind that it does, such as `forward`.
  var kind: String { get }
  var policy: RetryPolicy { get }

  /// Makes one attempt. What was done and reported before a crash is not done again, what was not reported may be:
  /// an attempt must bear that.
  func run(_ run: JobRun) async throws -> JobOutcome
}

/// A handler whose work blocks its thread.
public struct BlockingJobHandler: JobHandler {
  public let kind: String
  public let policy: RetryPolicy
  private let body: @Sendable (JobRun) throws -> JobOutcome

  public init(_ kind: String, _ policy: RetryPolicy, _ body: @escaping @Sendable (JobRun) throws -> JobOutcome) {
    self.kind = kind
    self.policy = policy
    self.body = body
  }

  public func run(_ run: JobRun) async throws -> JobOutcome {
    try await run.blocking { try body(run) }
  }
}

/// Runs what blocks on threads that may.
public protocol BlockingThreads: Sendable {
  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
}

/// An attempt was stopped: its job was paused or cancelled, its lease is lost, or the program ends. Handlers let it
/// pass.
public struct JobStopped: Error, Hashable {
  public init() {}
}
