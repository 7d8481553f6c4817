// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import NIOPosix
import Synchronization
import Workflow

/// Tells browsers how the queues of jobs stand, at most twice a second, while somebody listens.
final class QueueEvents: Sendable {
  static let pollInterval = Duration.milliseconds(500)
  /// Looks at the store so often even where it told of nothing, since another program may have changed it.
  static let patience = 6

  private struct State {
    var listeners: [Int: AsyncStream<String>.Continuation] = [:]
    var nextID = 0
    var isClosed = false
    var isPolling = false
    var last = ""
  }

  private let store: any JobStore
  private let pool: NIOThreadPool
  private let logger: Logger
  private let state = Mutex(State())
  private let isChanged = Atomic(true)

  init(store: any JobStore, pool: NIOThreadPool, logger: Logger) {
    self.store = store
    self.pool = pool
    self.logger = logger
  }

  /// The queues as JSON, now and whenever they change; nil where the server stops.
  func listen() -> AsyncStream<String>? {
    let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1))
    let added = state.withLock { state -> (id: Int, starts: Bool)? in
      guard !state.isClosed, state.listeners.count < StudyEvents.maximumListeners else { return nil }
      state.nextID += 1
      state.listeners[state.nextID] = continuation
      if !state.last.isEmpty { continuation.yield(state.last) }
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
    let listener = try? store.listen { [isChanged = self] in
      isChanged.isChanged.store(true, ordering: .relaxed)
    }
    defer { listener?.stop() }
    isChanged.store(true, ordering: .relaxed)
    var silent = 0
    while goesOn() {
      silent += 1
      if isChanged.exchange(false, ordering: .relaxed) || silent >= Self.patience {
        silent = 0
        do {
          let queues = try await pool.runIfActive { [store] in try store.queues() }
          tell(String(buffer: QueueRoutes.json(queues).buffer))
        } catch {
          logger.error("queues cannot be read", metadata: ["error": "\(error)"])
        }
      }
      try? await Task.sleep(for: Self.pollInterval)
    }
  }

  /// Whether somebody listens still; else polling ends here, and begins with the next listener.
  private func goesOn() -> Bool {
    state.withLock { state in
      if !state.isClosed, !state.listeners.isEmpty { return true }
      state.isPolling = false
      state.last = ""
      return false
    }
  }

  private func tell(_ text: String) {
    let listeners = state.withLock { state -> [AsyncStream<String>.Continuation] in
      if state.last == text { return [] }
      state.last = text
      return Array(state.listeners.values)
    }
    listeners.forEach { $0.yield(text) }
  }
}
