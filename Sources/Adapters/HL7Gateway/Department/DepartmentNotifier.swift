// SPDX-License-Identifier: Apache-2.0

import HL7
import Logging
import Messaging
import NIOPosix
import Radiology

/// Turns events of the department into queued messages, each exactly once: the position is advanced after they were
/// queued, and what is queued again is known by its key.
public struct DepartmentNotifier: Sendable {
  private let store: any RadiologyStore
  private let queue: any OutboundQueue
  private let directory: any MessagingDirectory
  private let pool: NIOThreadPool
  private let logger: Logger

  /// The consumer of events.
  public static let consumer = "hl7"
  /// Events that are taken at a time.
  static let batch = 200
  /// How often it looks.
  static let interval = Duration.milliseconds(500)

  public init(
    store: any RadiologyStore, queue: any OutboundQueue, directory: any MessagingDirectory,
    pool: NIOThreadPool,
    logger: Logger
  ) {
    self.store = store
    self.queue = queue
    self.directory = directory
    self.pool = pool
    self.logger = logger
  }

  /// Runs until the task is cancelled.
  public func run() async throws {
    while !Task.isCancelled {
      do {
        while try await pool.runIfActive({ try step() }) {}
      } catch {
        logger.error("HL7 messages could not be made of events: \(error)")
      }
      try await Task.sleep(for: Self.interval)
    }
  }

  /// Takes the next events. Blocks.
  /// - Returns: whether there were any.
  public func step() throws -> Bool {
    let destinations = try directory.destinations().filter(\.isActive)
    var made: [QueuedMessage] = []
    let events = try store.read { tables -> [RadiologyEvent] in
      let events = try tables.events(after: tables.position(of: Self.consumer) ?? 0, limit: Self.batch)
      for event in events { made += try messages(for: event, to: destinations, in: tables) }
      return events
    }
    guard let last = events.last else { return false }
    _ = try queue.add(made)
    try store.write { try $0.advance(Self.consumer, to: last.sequence) }
    return true
  }

  private func messages(
    for event: RadiologyEvent, to destinations: [Destination], in tables: any RadiologyTables
  ) throws -> [QueuedMessage] {
    let notices = DepartmentNotices.notices(of: event)
    guard !notices.isEmpty, !destinations.isEmpty, event.subject.order != 0,
      let order = try tables.order(.id(event.subject.order)),
      let patient = try tables.patient(id: order.patient),
      let exam = order.procedures.first(where: { $0.id == event.subject.procedure })
        ?? order.procedures.first
    else { return [] }
    return destinations.flatMap { destination in
      notices.enumerated().filter { destination.kinds.contains($0.element.kind) }.map {
        index, notice in
        let id = "E\(event.sequence)N\(index)"
        let writer = DepartmentMessages(
          format: destination.format, controlID: id, timestamp: Timestamp(event.at).field)
        let message =
          switch notice {
          case .status(let control, let status):
            writer.orderStatus(
              order, exam, of: patient, control: control, status: status, reason: event.reason)
          case .appointment(let trigger):
            writer.appointment(trigger, order, exam, of: patient, reason: event.reason)
          case .images: writer.images(order, exam, of: patient)
          }
        return QueuedMessage(
          destination: destination.name, orderingKey: "\(patient.id)", uniqueKey: id,
          name: message.name,
          controlID: id, bytes: message.encode(), at: event.at)
      }
    }
  }
}
