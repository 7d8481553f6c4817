// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Counts open connections.
final class OpenConnections: Sendable {
  private let count = NIOLockedValueBox(0)

  func enter(limit: Int) -> Bool {
    count.withLockedValue { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
  }

  func leave() { count.withLockedValue { $0 -= 1 } }
}

/// Numbers that make control IDs of answers unique within a second.
final class ControlNumbers: Sendable {
  private let last = NIOLockedValueBox(0)

  func next() -> Int {
    last.withLockedValue { last in
      last = (last + 1) % 1_000_000
      return last
    }
  }
}
