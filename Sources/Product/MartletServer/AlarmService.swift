// SPDX-License-Identifier: Apache-2.0

import Archive
import Logging
import NIOPosix
import ServiceLifecycle

/// Writes alarms down, tells the log of new ones and of those that are over, on a thread of its own.
final class AlarmService: Service {
  static let pause = Duration.seconds(2)

  private let watch: ConditionWatch
  private let logger: Logger

  init(_ watch: ConditionWatch, logger: Logger) {
    self.watch = watch
    self.logger = logger
  }

  func run() async throws {
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    var told: [Alarm] = []
    while !Task.isCancelled, !Task.isShuttingDownGracefully {
      do {
        try await threads.runIfActive { [watch] in try watch.look() }
      } catch {
        logger.debug("alarms wait to be written: \(error)")
      }
      told = tell(told)
      do {
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
      } catch {
        break
      }
    }
    try? watch.board.flush()
    try await threads.shutdownGracefully()
  }

  /// - Returns: what is open now.
  private func tell(_ before: [Alarm]) -> [Alarm] {
    let open = watch.board.open
    func isIn(_ alarms: [Alarm], _ alarm: Alarm) -> Bool {
      alarms.contains { $0.kind == alarm.kind && $0.subject == alarm.subject && $0.firstAt == alarm.firstAt }
    }
    for alarm in open where !isIn(before, alarm) {
      let place = alarm.subject.isEmpty ? "" : " of \(alarm.subject)"
      logger.log(
        level: alarm.severity == .critical ? .critical : .warning,
        "alarm \(alarm.kind.rawValue)\(place): \(alarm.reason)"
      )
    }
    for alarm in before where !isIn(open, alarm) { logger.notice("alarm \(alarm.kind.rawValue) is over") }
    return open
  }
}
