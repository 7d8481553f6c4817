// SPDX-License-Identifier: Apache-2.0

/// When a job that could not be done is tried again.
public struct RetryPolicy: Sendable, Hashable {
  /// Microseconds before the second attempt.
  public var first: Int64
  /// The longest time between two, in microseconds.
  public var longest: Int64
  /// After so many attempts without progress it is given up; nil for never.
  public var attempts: Int?

  public init(first: Int64, longest: Int64, attempts: Int?) {
    self.first = first
    self.longest = longest
    self.attempts = attempts
  }

  /// From ten seconds to a quarter of an hour, for ever: for a peer that may be away for days.
  public static let patient = RetryPolicy(first: 10_000_000, longest: 900_000_000, attempts: nil)
  /// Ten attempts within some hours.
  public static let limited = RetryPolicy(first: 10_000_000, longest: 3_600_000_000, attempts: 10)

  /// Microseconds after an attempt: doubled each time, and up to a tenth shorter by `seed`, so that jobs that failed
  /// together do not come back together.
  /// - Parameter attempt: the number of the attempt that failed, from 1.
  public func delay(after attempt: Int, seed: Int64) -> Int64 {
    var delay = min(first, longest)
    for _ in 1..<max(attempt, 1) where delay < longest { delay = min(delay * 2, longest) }
    let spread = UInt64(bitPattern: seed &* 2_654_435_761 &+ Int64(attempt)) % 1000
    return delay - delay / 10 * Int64(spread) / 1000
  }

  /// Whether there is no further attempt.
  public func isOver(after attempt: Int) -> Bool { attempts.map { attempt >= $0 } ?? false }
}
