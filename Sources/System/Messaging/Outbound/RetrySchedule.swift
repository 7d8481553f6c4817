// SPDX-License-Identifier: Apache-2.0

/// When a message that could not be delivered is sent again: the wait doubles up to a limit, for as long as it takes.
public struct RetrySchedule: Sendable, Hashable {
  /// Seconds.
  public var first: Int64
  public var longest: Int64

  public init(first: Int64 = 2, longest: Int64 = 300) {
    self.first = first
    self.longest = longest
  }

  /// Microseconds to wait after so many attempts, of which the first is 1.
  public func wait(afterAttempts attempts: Int) -> Int64 {
    let doublings = min(max(attempts - 1, 0), 20)
    return min(first << Int64(doublings), longest) * 1_000_000
  }
}
