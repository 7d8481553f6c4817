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

  private let store: any JobStore
  private let pool: NIOThreadPool
  private let logger: Logger
  private let listeners = EventListeners(keepsLatest: true)
  private let isChanged = Atomic(true)

  init(store: any JobStore, pool: NIOThreadPool, logger: Logger) {
    self.store = store
    self.pool = pool
    self.logger = logger
  }

  /// The queues as JSON, now and whenever they change; nil where the server stops.
  func listen() -> AsyncStream<String>? { listeners.listen { await self.poll() } }

  /// Ends all streams, so that the server can stop.
  func close() { listeners.close() }

  private func poll() async {
    let listener = try? store.listen { [isChanged = self] in
      isChanged.isChanged.store(true, ordering: .relaxed)
    }
    defer { listener?.stop() }
    isChanged.store(true, ordering: .relaxed)
    var silent = 0
    while listeners.goesOn() {
      silent += 1
      if isChanged.exchange(false, ordering: .relaxed) || silent >= Self.patience {
        silent = 0
        do {
          let queues = try await pool.runIfActive { [store] in try store.queues() }
          listeners.tell(String(buffer: QueueRoutes.json(queues).buffer))
        } catch {
          logger.error("queues cannot be read", metadata: ["error": "\(error)"])
        }
      }
      try? await Task.sleep(for: Self.pollInterval)
    }
  }
}
