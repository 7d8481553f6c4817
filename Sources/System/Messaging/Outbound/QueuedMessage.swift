// SPDX-License-Identifier: Apache-2.0

/// A message that is to be sent, or was.
public struct QueuedMessage: Sendable, Hashable, Identifiable {
  public var id: Int64
  /// `Destination.name`.
  public var destination: String
  /// Messages with the same key go out one after another; the patient.
  public var orderingKey: String
  /// A second message with the same key for the same destination is not queued; empty for none.
  public var uniqueKey: String
  /// MSH-9.1 and MSH-9.2.
  public var name: String
  /// MSH-10.
  public var controlID: String
  public var bytes: [UInt8]
  public var state: OutboundState
  public var attempts: Int
  /// Microseconds since 1970-01-01 UTC.
  public var createdAt: Int64
  /// Not before this.
  public var nextAttemptAt: Int64
  public var deliveredAt: Int64?
  /// What went wrong last; empty where nothing did.
  public var failure: String
  /// What the receiver answered last.
  public var answer: [UInt8]
  /// The validated report that it carries; nil for none.
  public var report: ReportReference?

  public init(
    destination: String, orderingKey: String, uniqueKey: String = "", name: String, controlID: String, bytes: [UInt8],
    at time: Int64
  ) {
    id = 0
    self.destination = destination
    self.orderingKey = orderingKey
    self.uniqueKey = uniqueKey
    self.name = name
    self.controlID = controlID
    self.bytes = bytes
    state = .waiting
    attempts = 0
    createdAt = time
    nextAttemptAt = time
    deliveredAt = nil
    failure = ""
    answer = []
    report = nil
  }
}

/// A version of an exam's report.
public struct ReportReference: Sendable, Hashable {
  public var exam: Int64
  /// From 1.
  public var version: Int

  public init(exam: Int64, version: Int) {
    self.exam = exam
    self.version = version
  }
}

public enum OutboundState: String, Sendable, CaseIterable {
  /// To be sent, or sent again.
  case waiting
  case delivered
  /// The receiver does not take it; a person edits and resends, or cancels it. Later messages of the patient go on.
  case refused
  /// A person took it out.
  case cancelled
}

/// The table of a queued message's states.
public enum OutboundTransitions {
  public enum Event: String, Sendable, CaseIterable { case acknowledged, unreachable, refused, resend, cancel }

  /// State and event → state; what is not here is not allowed.
  public static let table: [OutboundState: [Event: OutboundState]] = [
    .waiting: [
      .acknowledged: .delivered, .unreachable: .waiting, .refused: .refused, .resend: .waiting, .cancel: .cancelled,
    ],
    .refused: [.resend: .waiting, .cancel: .cancelled],
    .cancelled: [.resend: .waiting],
    .delivered: [.resend: .waiting],
  ]
}
