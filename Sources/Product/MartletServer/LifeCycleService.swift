// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import Logging
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Settles quiet studies and gives space back, again and again, on a thread of its own.
final class LifeCycleService: Service {
  /// Between two runs.
  static let pause = Duration.seconds(5)

  private let lifeCycle: LifeCycle
  private let logger: Logger
  private let isStopping = Atomic(false)
  /// What was told already is not told at every run.
  private let told = Mutex<Set<String>>([])

  init(_ lifeCycle: LifeCycle, logger: Logger) {
    self.lifeCycle = lifeCycle
    self.logger = logger
  }

  func run() async throws {
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    await withGracefulShutdownHandler {
      while !isStopping.load(ordering: .relaxed) {
        do {
          try await threads.runIfActive { try self.step() }
          try await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
        } catch is CancellationError {
          break
        } catch {
          logger.error("the life cycle of studies was interrupted, and goes on with the next run: \(error)")
        }
      }
    } onGracefulShutdown: {
      self.isStopping.store(true, ordering: .relaxed)
    }
    try await threads.shutdownGracefully()
  }

  private func step() throws {
    let summary = try lifeCycle.run { self.isStopping.load(ordering: .relaxed) }
    if summary.settled + summary.released + summary.filesRemoved > 0 {
      logger.info(
        "\(summary.settled) studies settled, \(summary.released) places released, \(summary.filesRemoved) files removed"
      )
    }
    let compression = summary.compression
    if compression.compressed > 0 {
      logger.info("\(compression.compressed) images compressed at rest, \(compression.savedBytes) bytes saved")
    }
    for (reason, count) in compression.kept.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      logger.info(
        "\(count) images stay as received, \(reason.rawValue): such as \(compression.examples[reason] ?? "")")
    }
    for left in summary.unsettled {
      guard let error = left.error, told.withLock({ $0.insert(left.study.rawValue).inserted }) else { continue }
      logger.error("study \(left.study) cannot be settled: \(error)")
    }
  }
}
