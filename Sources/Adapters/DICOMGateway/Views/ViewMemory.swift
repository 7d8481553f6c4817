// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Synchronization

/// What was found out about stored instances for views, so that their headers need not be read at each question.
final class ViewMemory: Sendable {
  private struct State {
    var facts: [StoredLocation: HeaderFacts] = [:]
    /// Order of the images that become frames, by the SOP Instance UID of what they become; empty where they cannot.
    var orders: [UID: [Int]] = [:]
    var cost = 0
  }

  /// References and images that are remembered in all; then it begins anew.
  private static let capacity = 400_000

  private let state = Mutex(State())

  func facts(of instance: StoredInstance, _ make: () throws -> HeaderFacts) rethrows -> HeaderFacts {
    if let known = state.withLock({ $0.facts[instance.location] }) { return known }
    let made = try make()
    state.withLock { state in
      Self.makeRoom(1 + made.references.count, &state)
      state.facts[instance.location] = made
    }
    return made
  }

  func order(of joined: UID, _ make: () -> [Int]) -> [Int] {
    if let known = state.withLock({ $0.orders[joined] }) { return known }
    let made = make()
    state.withLock { state in
      Self.makeRoom(1 + made.count, &state)
      state.orders[joined] = made
    }
    return made
  }

  private static func makeRoom(_ cost: Int, _ state: inout State) {
    if state.cost + cost > capacity { state = State() }
    state.cost += cost
  }
}
