// SPDX-License-Identifier: Apache-2.0

import Foundation
import LibPQ
import SQLInterface
import Synchronization

/// A session that waits for notices of one channel on a thread of its own. After a lost connection it listens again,
/// and calls the handler, since something may have happened meanwhile.
final class PostgreSQLListener: SQLListener {
  /// Between two looks at whether it was stopped, and between two tries to connect.
  private static let interval: Int32 = 500

  private let isStopped = Atomic(false)

  init(_ options: PostgreSQLOptions, channel: String, _ handler: @escaping @Sendable () -> Void) throws {
    let first = try Self.connect(options, channel)
    // The thread owns the session.
    nonisolated(unsafe) var session: PostgreSQLSession? = first
    let thread = Thread { [weak self] in
      while self?.isStopped.load(ordering: .acquiring) == false {
        do {
          if session == nil {
            session = try Self.connect(options, channel)
            handler()
          }
          if try session?.hasNotice(within: Self.interval) == true { handler() }
        } catch {
          session = nil
          Thread.sleep(forTimeInterval: Double(Self.interval) / 1000)
        }
      }
    }
    thread.name = "postgresql-listen"
    thread.start()
  }

  deinit { stop() }

  func stop() { isStopped.store(true, ordering: .releasing) }

  private static func connect(_ options: PostgreSQLOptions, _ channel: String) throws -> PostgreSQLSession {
    let session = try PostgreSQLSession(options)
    let name = channel.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
    _ = try session.run(["LISTEN \"\(name)\""])
    return session
  }
}
