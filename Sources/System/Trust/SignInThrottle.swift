// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Slows down guessing: after some failures for an account or from an address, further attempts wait, longer each time.
/// What it remembers is bounded; the longest unused is forgotten first.
public final class SignInThrottle: Sendable {
  /// When waiting begins and how long it gets.
  public struct Policy: Sendable {
    /// Failures that cost nothing.
    public var freeFailures: Int
    /// The first wait in microseconds; it doubles at each further failure.
    public var firstWait: Int64
    public var longestWait: Int64
    /// Without a failure for so long, all is forgotten.
    public var memory: Int64

    public init(freeFailures: Int, firstWait: Int64, longestWait: Int64, memory: Int64) {
      self.freeFailures = freeFailures
      self.firstWait = firstWait
      self.longestWait = longestWait
      self.memory = memory
    }

    /// Short, since anybody can make somebody else wait.
    public static let account = Policy(
      freeFailures: 5, firstWait: 1_000_000, longestWait: 60_000_000, memory: 3_600_000_000)
    public static let address = Policy(
      freeFailures: 20, firstWait: 2_000_000, longestWait: 900_000_000, memory: 3_600_000_000)
  }

  private struct Record {
    var failures: Int
    var lastFailure: Int64
    var blockedUntil: Int64
  }

  private let accountPolicy: Policy
  private let addressPolicy: Policy
  private let capacity: Int
  private let records = Mutex<[String: Record]>([:])

  public init(account: Policy = .account, address: Policy = .address, capacity: Int = 10_000) {
    accountPolicy = account
    addressPolicy = address
    self.capacity = max(capacity, 2)
  }

  /// Microseconds to wait before the next attempt is looked at; 0 for none.
  public func wait(account: String, address: String, now: Int64) -> Int64 {
    records.withLock { records in
      keys(account, address).map { max(0, (records[$0.key]?.blockedUntil ?? 0) - now) }.max() ?? 0
    }
  }

  public func failed(account: String, address: String, now: Int64) {
    records.withLock { records in
      for (key, policy) in keys(account, address) {
        var record = records[key] ?? Record(failures: 0, lastFailure: now, blockedUntil: 0)
        if now - record.lastFailure > policy.memory { record.failures = 0 }
        record.failures += 1
        record.lastFailure = now
        let excess = record.failures - policy.freeFailures
        if excess > 0 {
          let wait = min(policy.longestWait, policy.firstWait << Int64(min(excess - 1, 20)))
          record.blockedUntil = now + wait
        }
        records[key] = record
      }
      if records.count > capacity { Self.forget(&records, to: capacity * 3 / 4) }
    }
  }

  /// Forgets the failures of the account; those of the address age.
  public func succeeded(account: String) {
    records.withLock { records in _ = records.removeValue(forKey: Self.accountKey(account)) }
  }

  private func keys(_ account: String, _ address: String) -> [(key: String, policy: Policy)] {
    [(Self.accountKey(account), accountPolicy), ("from " + address.prefix(64), addressPolicy)]
  }

  private static func accountKey(_ account: String) -> String { "as " + account.prefix(64).lowercased() }

  private static func forget(_ records: inout [String: Record], to count: Int) {
    let oldest = records.sorted { $0.value.lastFailure < $1.value.lastFailure }.prefix(records.count - count)
    for (key, _) in oldest { records.removeValue(forKey: key) }
  }
}
