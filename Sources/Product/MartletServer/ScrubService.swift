// SPDX-License-Identifier: Apache-2.0

import Archive
import Logging
import NIOPosix
import ServiceLifecycle

/// Reads everything that is stored again and again, slowly, on a thread of its own.
final class ScrubService: Service {
  /// Where nothing is due, or where something failed.
  private static let rest = Duration.seconds(30)

  private let scrub: Scrub?
  private let logger: Logger

  /// - Parameter scrub: nil where nobody wants one.
  init(_ scrub: Scrub?, logger: Logger) {
    self.scrub = scrub
    self.logger = logger
  }

  func run() async throws {
    guard let scrub else {
      try await gracefulShutdown()
      return
    }
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      var pause = Self.rest
      do {
        if let step = try await threads.runIfActive({ try scrub.step() }) {
          pause = .seconds(step.pause)
          if step.findings > 0 {
            logger.error("scrub of \(step.file): \(step.findings) findings, \(step.repaired) repaired")
          }
        }
      } catch {
        logger.warning("the scrub was interrupted, and goes on later: \(error)")
      }
      do {
        try await cancelWhenGracefulShutdown { [pause] in try await Task.sleep(for: pause) }
      } catch {
        break
      }
    }
    try await threads.shutdownGracefully()
  }
}
