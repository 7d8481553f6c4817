// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOPosix
import Synchronization

/// Two threads that hash passwords, and a short queue before them: guessing must not take the machine.
final class PasswordWorker: Sendable {
  static let threads = 2
  static let maximumWaiting = 32

  private let pool: NIOThreadPool
  private let waiting = Atomic(0)

  init() {
    pool = NIOThreadPool(numberOfThreads: Self.threads)
    pool.start()
  }

  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    let count = waiting.add(1, ordering: .relaxed).newValue
    defer { waiting.subtract(1, ordering: .relaxed) }
    guard count <= Self.maximumWaiting else {
      throw Problem(.serviceUnavailable, "Too many sign in at once; try again.", headers: [.retryAfter: "2"])
    }
    return try await pool.runIfActive(body)
  }

  func stop() async throws { try await pool.shutdownGracefully() }
}
