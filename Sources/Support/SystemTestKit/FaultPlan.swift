// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Says at which of its steps a simulated machine stops. From then on, every step fails.
public final class FaultPlan: Sendable {
  /// The machine has stopped.
  public struct Crashed: Error {}

  private let left: Mutex<Int>

  /// - Parameter steps: so many succeed.
  public init(steps: Int = .max) { left = Mutex(steps) }

  /// Counts a step.
  public func step() throws {
    try left.withLock { left in
      guard left > 0 else { throw Crashed() }
      if left != .max { left -= 1 }
    }
  }

  /// Whether it has come to that.
  public var hasCrashed: Bool { left.withLock { $0 == 0 } }
}
