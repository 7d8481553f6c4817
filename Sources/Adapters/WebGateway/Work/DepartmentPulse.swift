// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import NIOPosix
import Radiology
import Synchronization

/// Tells browsers that something happened in the department, at most twice a second, while somebody listens. What it
/// was, the lists say.
final class DepartmentPulse: Sendable {
  static let pollInterval = Duration.milliseconds(500)

  private struct State {
    var listeners: [Int: AsyncStream<String>.Continuation] = [:]
    var nextID = 0
    var isClosed = false
    var isPolling = false
  }

  private let department: Department
  private let pool: NIOThreadPool
  private let logger: Logger
  private let state = Mutex(State())

  init(department: Department, pool: NIOThreadPool, logger: Logger) {
    self.department = department
    self.pool = pool
    self.logger = logger
  }

  /// The number of the newest event as JSON, whenever it changes; nil where the server stops.
  func listen() -> AsyncStream<String>? {
    let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1))
    let added = state.withLock { state -> (id: Int, starts: Bool)? in
      guard !state.isClosed, state.listeners.count < StudyEvents.maximumListeners else { return nil }
      state.nextID += 1
      state.listeners[state.nextID] = continuation
      defer { state.isPolling = true }
      return (state.nextID, !state.isPolling)
    }
    guard let added else { return nil }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { state in _ = state.listeners.removeValue(forKey: added.id) }
    }
    if added.starts { Task { await poll() } }
    return stream
  }

  /// Ends all streams, so that the server can stop.
  func close() {
    let listeners = state.withLock { state in
      state.isClosed = true
      return Array(state.listeners.values)
    }
    listeners.forEach { $0.finish() }
  }

  private func poll() async {
    var last: Int64?
    while goesOn() {
      do {
        let newest = try await pool.runIfActive { [department] in try department.lastEvent() }
        if let last, newest != last { tell("{\"last\":\(newest)}") }
        last = newest
      } catch {
        logger.error("events of the department cannot be read", metadata: ["error": "\(error)"])
      }
      try? await Task.sleep(for: Self.pollInterval)
    }
  }

  /// Whether somebody listens still; else polling ends here, and begins with the next listener.
  private func goesOn() -> Bool {
    state.withLock { state in
      if !state.isClosed, !state.listeners.isEmpty { return true }
      state.isPolling = false
      return false
    }
  }

  private func tell(_ text: String) {
    state.withLock { Array($0.listeners.values) }.forEach { $0.yield(text) }
  }
}
