// SPDX-License-Identifier: Apache-2.0

import Dispatch
import SQLInterface
import Synchronization

/// A bounded number of sessions, made when they are needed. One that broke is not used again, and takes the idle ones
/// with it: they were to the same server.
final class SessionPool: Sendable {
  private struct State {
    var idle: [PostgreSQLSession] = []
    var isClosed = false
  }

  private let make: @Sendable () throws -> PostgreSQLSession
  private let free: DispatchSemaphore
  private let capacity: Int
  private let patience: Double
  private let state = Mutex(State())

  init(capacity: Int, patience: Double, _ make: @escaping @Sendable () throws -> PostgreSQLSession) {
    self.capacity = capacity
    self.patience = patience
    self.make = make
    free = DispatchSemaphore(value: capacity)
  }

  func use<Result>(_ body: (PostgreSQLSession) throws -> Result) throws -> Result {
    guard free.wait(timeout: .now() + patience) == .success else {
      throw SQLError(.busy, reason: "all \(capacity) connections are in use")
    }
    defer { free.signal() }
    let idle = try state.withLock { state throws -> PostgreSQLSession? in
      if state.isClosed { throw SQLError(.disconnected, reason: "the database is closed") }
      return state.idle.popLast()
    }
    let session = try idle ?? make()
    defer {
      session.isUsed = true
      state.withLock { state in
        if session.isBroken {
          state.idle = []
        } else if !state.isClosed {
          state.idle.append(session)
        }
      }
    }
    return try body(session)
  }

  /// Ends all sessions as soon as nobody uses them.
  func close() {
    state.withLock { state in
      state.isClosed = true
      state.idle = []
    }
    for _ in 0..<capacity { free.wait() }
    for _ in 0..<capacity { free.signal() }
  }
}
