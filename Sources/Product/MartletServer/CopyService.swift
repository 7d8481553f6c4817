// SPDX-License-Identifier: Apache-2.0

import NIOPosix
import SegmentStore
import ServiceLifecycle
import Synchronization

/// Keeps the second copy in step, on a thread of its own.
final class CopyService: Service {
  private let store: SegmentStore
  private let knowledge: FileKnowledge
  private let folder: DataFolder
  private let isStopping = Atomic(false)

  init(_ parts: ServerArchive, _ folder: DataFolder) {
    store = parts.store
    knowledge = parts.knowledge
    self.folder = folder
  }

  func run() async throws {
    guard store.copyStatus != nil else {
      CopyReport.remove(folder)
      try await gracefulShutdown()
      return
    }
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    await withGracefulShutdownHandler {
      while !isStopping.load(ordering: .relaxed) {
        try? await threads.runIfActive { [self] in
          if let status = store.copyStatus { CopyReport(status).write(folder) }
          store.keepCopies(knowledge) { isStopping.load(ordering: .relaxed) }
          if let status = store.copyStatus { CopyReport(status).write(folder) }
          store.waitForChanges(seconds: 1)
        }
      }
    } onGracefulShutdown: {
      self.isStopping.store(true, ordering: .relaxed)
    }
    try await threads.shutdownGracefully()
  }
}
