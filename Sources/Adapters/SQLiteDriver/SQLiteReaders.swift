// SPDX-License-Identifier: Apache-2.0

import Dispatch
import GRDB
import Synchronization

/// Connections that read, each used by one thread at a time; the one that was given back last is taken first, since
/// its pages are warm.
final class SQLiteReaders: Sendable {
  private let idle: Mutex<[DatabaseQueue]>
  /// Counts those that are idle.
  private let available: DispatchSemaphore
  private let all: [DatabaseQueue]

  /// - Parameter configuration: one that reads only.
  init(path: String, configuration: Configuration, count: Int) throws {
    all = try (0..<max(count, 1)).map { _ in try DatabaseQueue(path: path, configuration: configuration) }
    idle = Mutex(all)
    available = DispatchSemaphore(value: all.count)
  }

  /// Lends a connection, outside of a transaction. Waits while all are used.
  func use<Result>(_ body: (Database) throws -> Result) throws -> Result {
    available.wait()
    defer { available.signal() }
    guard let queue = idle.withLock({ $0.popLast() }) else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
    defer { idle.withLock { $0.append(queue) } }
    return try queue.unsafeRead(body)
  }

  func close() throws { for queue in all { try queue.close() } }
}
