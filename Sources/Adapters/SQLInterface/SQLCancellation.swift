// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Stops a transaction that reads, from another thread: it fails with `cancelled`.
public final class SQLCancellation: Sendable {
  private struct State {
    var isCancelled = false
    var interrupt: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  public init() {}

  public var isCancelled: Bool { state.withLock { $0.isCancelled } }

  public func cancel() {
    state.withLock { state in
      state.isCancelled = true
      // Under the lock, so that it is not called after `detach`.
      state.interrupt?()
    }
  }

  /// For drivers: throws where it was cancelled.
  public func check() throws {
    if isCancelled { throw SQLError(.cancelled, reason: "cancelled") }
  }

  /// For drivers: what stops the statement that runs.
  public func attach(_ interrupt: @escaping @Sendable () -> Void) throws {
    try state.withLock { state throws in
      if state.isCancelled { throw SQLError(.cancelled, reason: "cancelled") }
      state.interrupt = interrupt
    }
  }

  /// For drivers: nothing is left to stop.
  public func detach() { state.withLock { $0.interrupt = nil } }
}
