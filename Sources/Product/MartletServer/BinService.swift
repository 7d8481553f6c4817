// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Logging
import NIOPosix
import ServiceLifecycle
import Synchronization
import Trust

/// Empties the bin of what was in it long enough, deletes what the retention rules say, and trims the outbox of
/// events, again and again, on a thread of its own.
final class BinService: Service {
  /// Between two runs.
  static let pause = Duration.seconds(30)
  /// Events that are removed at once.
  private static let portion = 10_000

  private let corrections: Corrections
  private let consumers: any EventConsumers
  private let journal: any AuditJournal
  private let eventTime: Int64
  private let logger: Logger
  private let isStopping = Atomic(false)

  init(_ corrections: Corrections, _ database: ServerDatabase, _ settings: Settings, logger: Logger) {
    self.corrections = corrections
    consumers = database.consumers
    journal = database.journal
    eventTime = Int64(settings.eventDays) * 86_400_000_000
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
          logger.error("the bin was not emptied, and will be with the next run: \(error)")
          try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
        }
      }
    } onGracefulShutdown: {
      self.isStopping.store(true, ordering: .relaxed)
    }
    try await threads.shutdownGracefully()
  }

  private func step() throws {
    let isStopping = { self.isStopping.load(ordering: .relaxed) }
    for deletion in try corrections.applyRetention(shouldStop: isStopping) {
      try tell(deletion, "Patient Record", "deleted by the retention rule \(deletion.comment)")
    }
    for deletion in try corrections.emptyBin(shouldStop: isStopping) {
      try tell(deletion, "DICOM Study Deleted", "removed from the bin")
    }
    while !isStopping(),
      try consumers.trimEvents(before: Clock.now() - eventTime, limit: Self.portion) == Self.portion
    {}
  }

  private func tell(_ deletion: Correction, _ event: String, _ what: String) throws {
    let object =
      switch deletion.scope {
      case .patient: deletion.name
      case .study(let study), .series(let study, _): study.rawValue
      case .instances(let instances): instances.first?.rawValue ?? deletion.name
      }
    logger.notice("\(object): \(what)")
    try journal.append([
      AuditEvent(at: Clock.now(), event: event, actor: "martlet", address: "", object: object)
    ])
  }
}
