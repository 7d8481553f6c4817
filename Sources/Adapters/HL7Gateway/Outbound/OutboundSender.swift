// SPDX-License-Identifier: Apache-2.0

import HL7
import Logging
import Messaging
import NIOConcurrencyHelpers
import NIOPosix

/// Sends what waits in the queue: a connection per destination, messages of a patient one after another, again and
/// again until the receiver takes or refuses them.
public struct OutboundSender: Sendable {
  private let queue: any OutboundQueue
  private let directory: any MessagingDirectory
  private let security: MLLPSecurity
  private let schedule: RetrySchedule
  private let pool: NIOThreadPool
  private let logger: Logger
  /// Microseconds since 1970-01-01 UTC.
  private let now: @Sendable () -> Int64
  private let lines = NIOLockedValueBox<[String: Line]>([:])

  /// What is known of the way to a destination.
  private struct Line {
    var isBusy = false
    /// Attempts in a row that reached nobody.
    var failures = 0
    var pausedUntil: Int64 = 0
  }

  /// How often the queue is looked at.
  static let interval = Duration.milliseconds(500)
  /// How long what was delivered is kept.
  static let keptMicroseconds: Int64 = 90 * 86_400 * 1_000_000

  public init(
    queue: any OutboundQueue, directory: any MessagingDirectory, security: MLLPSecurity = .init(),
    schedule: RetrySchedule = .init(), pool: NIOThreadPool, logger: Logger, now: @escaping @Sendable () -> Int64
  ) {
    self.queue = queue
    self.directory = directory
    self.security = security
    self.schedule = schedule
    self.pool = pool
    self.logger = logger
    self.now = now
  }

  /// Runs until the task is cancelled.
  public func run() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      while !Task.isCancelled {
        do {
          for destination in try await dueDestinations() where enter(destination.name) {
            group.addTask { await self.serve(destination) }
          }
        } catch {
          logger.error("the queue of HL7 messages could not be read: \(error)")
        }
        try await Task.sleep(for: Self.interval)
      }
    }
  }

  private func dueDestinations() async throws -> [Destination] {
    let time = now()
    return try await pool.runIfActive { [queue, directory] in
      try directory.destinations().filter { destination in
        guard destination.isActive else { return false }
        return try queue.nextDue(for: destination.name).map { $0 <= time } ?? false
      }
    }
  }

  private func enter(_ name: String) -> Bool {
    let time = now()
    return lines.withLockedValue { lines in
      var line = lines[name] ?? Line()
      guard !line.isBusy, line.pausedUntil <= time else { return false }
      line.isBusy = true
      lines[name] = line
      return true
    }
  }

  /// Sends all that is due to one destination.
  private func serve(_ destination: Destination) async {
    defer { lines.withLockedValue { $0[destination.name]?.isBusy = false } }
    do {
      guard let first = try await next(destination) else { return }
      do {
        let options = MLLPClient.Options(
          host: destination.host, port: destination.port, tls: destination.usesTLS ? security : nil)
        try await MLLPClient.connected(options) { connection in
          var message: QueuedMessage? = first
          while let current = message, !Task.isCancelled {
            try await send(current, destination, &connection)
            message = try await next(destination)
          }
        }
      } catch {
        guard !Task.isCancelled else { return }
        // Whatever was being sent still waits as the first of its patient.
        try await unreachable(destination, "\(error)")
      }
    } catch {
      logger.error("HL7 messages for \(destination.name): \(error)")
    }
  }

  private func next(_ destination: Destination) async throws -> QueuedMessage? {
    let time = now()
    return try await pool.runIfActive { [queue] in try queue.next(for: destination.name, at: time) }
  }

  private func send(
    _ message: QueuedMessage, _ destination: Destination, _ connection: inout MLLPClient.Connection
  ) async throws {
    var bytes = try await connection.exchange(message.bytes)
    var answer = try ReceivedAcknowledgement(Message(parsing: bytes))
    // An answer that came too late for the message before it.
    while !answer.controlID.isEmpty, answer.controlID != message.controlID {
      logger.warning("\(destination.name) answered \(answer.controlID), not \(message.controlID)")
      bytes = try await connection.answer()
      answer = try ReceivedAcknowledgement(Message(parsing: bytes))
    }
    lines.withLockedValue { $0[destination.name]?.failures = 0 }
    let (time, text, answered) = (now(), "\(answer.code.rawValue) \(answer.text)", bytes)
    try await pool.runIfActive { [queue, schedule, verdict = answer.verdict] in
      switch verdict {
      case .delivered: try queue.delivered(message.id, at: time, answer: answered)
      case .refused: try queue.refused(message.id, failure: text, answer: answered)
      case .retry:
        try queue.postpone(
          message.id, until: time + schedule.wait(afterAttempts: message.attempts + 1), failure: text)
      }
    }
    if answer.verdict == .refused { logger.warning("\(destination.name) refused \(message.controlID): \(text)") }
  }

  private func unreachable(_ destination: Destination, _ failure: String) async throws {
    let time = now()
    let failures = lines.withLockedValue { lines -> Int in
      lines[destination.name]?.failures += 1
      return lines[destination.name]?.failures ?? 1
    }
    let until = time + schedule.wait(afterAttempts: failures)
    lines.withLockedValue { $0[destination.name]?.pausedUntil = until }
    logger.warning("HL7 destination \(destination.name) cannot be reached: \(failure)")
    try await pool.runIfActive { [queue] in
      guard let message = try queue.next(for: destination.name, at: time) else { return }
      try queue.postpone(message.id, until: until, failure: failure)
    }
  }

  /// Removes what was delivered long ago.
  public func removeOld() throws -> Int { try queue.removeDone(before: now() - Self.keptMicroseconds) }
}
