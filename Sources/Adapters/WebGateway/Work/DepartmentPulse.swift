// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import NIOPosix
import Radiology

/// Tells browsers that something happened in the department, at most twice a second, while somebody listens. What it
/// was, the lists say.
final class DepartmentPulse: Sendable {
  static let pollInterval = Duration.milliseconds(500)

  private let department: Department
  private let pool: NIOThreadPool
  private let logger: Logger
  private let listeners = EventListeners(keepsLatest: false)

  init(department: Department, pool: NIOThreadPool, logger: Logger) {
    self.department = department
    self.pool = pool
    self.logger = logger
  }

  /// The number of the newest event as JSON, whenever it changes; nil where the server stops.
  func listen() -> AsyncStream<String>? { listeners.listen { await self.poll() } }

  /// Ends all streams, so that the server can stop.
  func close() { listeners.close() }

  private func poll() async {
    var last: Int64?
    while listeners.goesOn() {
      do {
        let newest = try await pool.runIfActive { [department] in try department.lastEvent() }
        if let last, newest != last { listeners.tell("{\"last\":\(newest)}") }
        last = newest
      } catch {
        logger.error("events of the department cannot be read", metadata: ["error": "\(error)"])
      }
      try? await Task.sleep(for: Self.pollInterval)
    }
  }
}
