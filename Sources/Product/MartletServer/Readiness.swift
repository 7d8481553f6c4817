// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Whether all listeners are up.
final class Readiness: Sendable {
  private let flag = Atomic(false)

  var isOpen: Bool { flag.load(ordering: .acquiring) }

  func open() { flag.store(true, ordering: .releasing) }
}
