// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// An error that says that a job's peer cannot be reached at all, so that no other job of its queue can be done either.
public protocol PeerAwayError: Error {}

/// Queues whose peers cannot be reached. One attempt at a time, later and later, finds out whether a peer is back; once
/// it is, or is heard of in another way, all that waits for it goes at once.
public final class PeerAbsences: Sendable {
  private struct Absence {
    var attempts: Int
    /// When the last attempt failed.
    var since: Int64
    /// When the next one is made.
    var until: Int64
  }

  private struct State {
    var absences: [String: Absence] = [:]
    /// When the jobs of peers that may be back are made due.
    var returned: [String: Int64] = [:]
    var wake: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())
  private let pause: Int64

  /// - Parameter pause: microseconds between two attempts at a peer that calls us and does not listen.
  public init(pause: Int64 = 10_000_000) { self.pause = pause }

  /// A peer was heard of, so that it may be back: it is tried soon, but not each time that it calls.
  public func heard(of queue: String, now: Int64) {
    let wake = state.withLock { state -> (@Sendable () -> Void)? in
      guard let absence = state.absences[queue] else { return nil }
      let due = min(absence.until, max(now, absence.since + pause))
      state.absences[queue]?.until = due
      state.returned[queue] = due
      return state.wake
    }
    wake?()
  }

  /// A job reached its peer.
  func reached(_ queue: String) {
    state.withLock { state in
      if state.absences.removeValue(forKey: queue) != nil { state.returned[queue] = .min }
    }
  }

  /// An attempt did not reach the peer.
  /// - Returns: when the next one is made.
  func away(_ queue: String, _ policy: RetryPolicy, seed: Int64, now: Int64) -> Int64 {
    state.withLock { state in
      let attempts = (state.absences[queue]?.attempts ?? 0) + 1
      let until = now + policy.delay(after: attempts, seed: seed)
      state.absences[queue] = Absence(attempts: attempts, since: now, until: until)
      return until
    }
  }

  /// Whether no attempt has reached the peer since one did not.
  func isAway(_ queue: String) -> Bool { state.withLock { $0.absences[queue] != nil } }

  /// Queues that are not tried again yet, and since when.
  func closed(at now: Int64) -> [String: Int64] {
    state.withLock { $0.absences.filter { $0.value.until > now }.mapValues(\.since) }
  }

  /// Queues whose peers have come back since this was last asked.
  func takeReturned(at now: Int64) -> [String] {
    state.withLock { state in
      let due = state.returned.filter { $0.value <= now }.keys
      for queue in due { state.returned[queue] = nil }
      return due.sorted()
    }
  }

  func whenHeard(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }
}
