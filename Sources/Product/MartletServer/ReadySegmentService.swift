// SPDX-License-Identifier: Apache-2.0

import NIOPosix
import SegmentStore
import ServiceLifecycle
import Synchronization

/// Makes segments ahead while nothing arrives, on a thread of its own.
final class ReadySegmentService: Service {
  /// Between two looks.
  private static let interval = Duration.milliseconds(100)

  private let store: SegmentStore
  private let isStopping = Atomic(false)

  init(_ parts: ServerArchive) { store = parts.store }

  func run() async throws {
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    await withGracefulShutdownHandler {
      while !isStopping.load(ordering: .relaxed) {
        try? await threads.runIfActive { [self] in
          store.prepareSegments { isStopping.load(ordering: .relaxed) }
        }
        try? await Task.sleep(for: Self.interval)
      }
    } onGracefulShutdown: {
      self.isStopping.store(true, ordering: .relaxed)
    }
    try await threads.shutdownGracefully()
  }
}
