// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lets few in at once.
final class UploadGate: Sendable {
  /// Who holds it is in.
  final class Ticket: Sendable {
    private let gate: UploadGate

    fileprivate init(_ gate: UploadGate) { self.gate = gate }

    deinit { gate.inside.withLock { $0 -= 1 } }
  }

  private let capacity: Int
  private let inside = Mutex(0)

  init(capacity: Int) { self.capacity = capacity }

  /// Nil where as many are in as may be.
  func enter() -> Ticket? {
    let isFree = inside.withLock { inside in
      guard inside < capacity else { return false }
      inside += 1
      return true
    }
    return isFree ? Ticket(self) : nil
  }
}
