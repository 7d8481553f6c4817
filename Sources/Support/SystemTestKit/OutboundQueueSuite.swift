// SPDX-License-Identifier: Apache-2.0

import Messaging

/// What every `OutboundQueue` must do.
public enum OutboundQueueSuite {
  public static let cases: [ConformanceCase<any OutboundQueue>] = [
    ConformanceCase("messages of a patient go out one after another", ordered),
    ConformanceCase("a message that waits for its time holds back its patient only", postponed),
    ConformanceCase("a refused message holds back nobody", refused),
    ConformanceCase("a key is queued once for each destination", once),
    ConformanceCase("a message can be edited and sent again", resent),
    ConformanceCase("what waits or was refused can be cancelled", cancelled),
    ConformanceCase("lists are newest first, by state, destination and page", listed),
    ConformanceCase("old messages go, those that wait or were refused stay", removed),
    ConformanceCase("states change as the table says", transitions),
    ConformanceCase("a report is delivered when all its messages are", reports),
  ]

  static func message(
    _ patient: String, to destination: String = "HIS", key: String = "", at time: Int64 = 5
  ) -> QueuedMessage {
    QueuedMessage(
      destination: destination, orderingKey: patient, uniqueKey: key, name: "ORU^R01", controlID: "C",
      bytes: [0x4D, 0x00, 0xFF], at: time)
  }

  @Sendable private static func reports(_ queue: any OutboundQueue) throws {
    let report = ReportReference(exam: 7, version: 2)
    var messages = [message("A"), message("A", to: "LIS"), message("B"), message("A")]
    for index in 0..<2 { messages[index].report = report }
    messages[2].report = ReportReference(exam: 8, version: 1)
    _ = try queue.add(messages)
    func send(_ destination: String, refused: Bool = false) throws {
      guard let next = try queue.next(for: destination, at: 9) else { throw ConformanceFailure("nothing is due") }
      if refused {
        try queue.refused(next.id, failure: "f", answer: [])
      } else {
        try queue.delivered(next.id, at: 9, answer: [])
      }
    }
    try expect(queue.next(for: "HIS", at: 9)?.report, report)
    try send("HIS")
    try expect(queue.deliveredReports(limit: 5), [], "another one waits")
    try send("LIS", refused: true)
    try expect(queue.deliveredReports(limit: 5), [], "another one was refused")
    let refused = try queue.messages(matching: OutboundQuery()).first { $0.state == .refused }
    try expect(queue.cancel(refused?.id ?? 0), true)
    try expect(queue.deliveredReports(limit: 5), [report])
    try send("HIS")
    try send("HIS")
    try expect(queue.deliveredReports(limit: 1), [report])
    try queue.settle(report)
    try expect(queue.deliveredReports(limit: 5), [ReportReference(exam: 8, version: 1)])
    // What was taken out everywhere reached nobody.
    var last = message("C")
    last.report = ReportReference(exam: 9, version: 1)
    _ = try queue.add([last])
    try expect(queue.cancel(queue.next(for: "HIS", at: 9)?.id ?? 0), true)
    try expect(queue.deliveredReports(limit: 5), [ReportReference(exam: 8, version: 1)])
  }

  @Sendable private static func ordered(_ queue: any OutboundQueue) throws {
    try expect(queue.nextDue(for: "HIS"), nil)
    try expect(queue.add([message("A"), message("A"), message("B")]), 3)
    try expect(queue.nextDue(for: "HIS"), 5)
    try expect(queue.next(for: "HIS", at: 4), nil, "not yet due")
    try expect(queue.next(for: "LIS", at: 9), nil, "another destination")
    guard let first = try queue.next(for: "HIS", at: 5) else { throw ConformanceFailure("nothing is due") }
    var expected = message("A")
    expected.id = first.id
    try expect(first, expected)
    try queue.delivered(first.id, at: 8, answer: [1])
    guard let second = try queue.next(for: "HIS", at: 5) else { throw ConformanceFailure("nothing is due") }
    try demand(second.id > first.id && second.orderingKey == "A", "the second of A is next")
    expected.state = .delivered
    expected.attempts = 1
    expected.deliveredAt = 8
    expected.answer = [1]
    try expect(queue.message(first.id), expected)
  }

  @Sendable private static func postponed(_ queue: any OutboundQueue) throws {
    _ = try queue.add([message("A"), message("A"), message("B"), message(""), message("")])
    guard let first = try queue.next(for: "HIS", at: 5) else { throw ConformanceFailure("nothing is due") }
    try queue.postpone(first.id, until: 100, failure: "f")
    var patients: [String] = []
    while let message = try queue.next(for: "HIS", at: 50) {
      patients.append(message.orderingKey)
      try queue.delivered(message.id, at: 50, answer: [])
    }
    try expect(patients, ["B", "", ""])
    try expect(queue.nextDue(for: "HIS"), 5, "the second of A")
    try expect(queue.next(for: "HIS", at: 100)?.id, first.id)
    try expect(queue.message(first.id)?.attempts, 1)
    try expect(queue.message(first.id)?.failure, "f")
  }

  @Sendable private static func refused(_ queue: any OutboundQueue) throws {
    _ = try queue.add([message("A"), message("A")])
    guard let first = try queue.next(for: "HIS", at: 5) else { throw ConformanceFailure("nothing is due") }
    try queue.refused(first.id, failure: "AE no", answer: [2])
    try expect(queue.next(for: "HIS", at: 5)?.id, first.id + 1)
    try expect(queue.message(first.id)?.state, .refused)
    try expect(queue.message(first.id)?.answer, [2])
  }

  @Sendable private static func once(_ queue: any OutboundQueue) throws {
    try expect(queue.add([message("A", key: "k"), message("A", to: "LIS", key: "k")]), 2)
    try expect(queue.add([message("A", key: "k"), message("A", key: "l"), message("A"), message("A")]), 3)
  }

  @Sendable private static func resent(_ queue: any OutboundQueue) throws {
    _ = try queue.add([message("A")])
    guard let first = try queue.next(for: "HIS", at: 5) else { throw ConformanceFailure("nothing is due") }
    try queue.refused(first.id, failure: "AE", answer: [])
    try expect(queue.resend(first.id, bytes: [7], at: 20), true)
    try expect(queue.next(for: "HIS", at: 19), nil)
    try expect(queue.next(for: "HIS", at: 20)?.bytes, [7])
    try queue.delivered(first.id, at: 21, answer: [])
    try expect(queue.resend(first.id, bytes: nil, at: 30), true)
    try expect(queue.next(for: "HIS", at: 30)?.bytes, [7])
    try expect(queue.message(first.id)?.deliveredAt, nil)
    try expect(queue.resend(first.id + 1, bytes: nil, at: 30), false)
  }

  @Sendable private static func cancelled(_ queue: any OutboundQueue) throws {
    _ = try queue.add([message("A"), message("A")])
    guard let first = try queue.next(for: "HIS", at: 5) else { throw ConformanceFailure("nothing is due") }
    try expect(queue.cancel(first.id), true)
    try expect(queue.cancel(first.id), false)
    try expect(queue.next(for: "HIS", at: 5)?.id, first.id + 1)
    try queue.delivered(first.id + 1, at: 6, answer: [])
    try expect(queue.cancel(first.id + 1), false)
  }

  @Sendable private static func listed(_ queue: any OutboundQueue) throws {
    _ = try queue.add([message("A"), message("B", to: "LIS"), message("C")])
    var query = OutboundQuery()
    let all = try queue.messages(matching: query)
    try expect(all.map(\.orderingKey), ["C", "B", "A"])
    try expect(all.first?.bytes, [])
    query.destination = "HIS"
    try expect(queue.messages(matching: query).map(\.orderingKey), ["C", "A"])
    query.before = all[0].id
    try expect(queue.messages(matching: query).map(\.orderingKey), ["A"])
    query.states = [.delivered]
    try expect(queue.messages(matching: query), [])
    query = OutboundQuery()
    query.limit = 1
    try expect(queue.messages(matching: query).map(\.orderingKey), ["C"])
    try expect(queue.counts(), [.waiting: 3])
  }

  @Sendable private static func removed(_ queue: any OutboundQueue) throws {
    _ = try queue.add([message("A"), message("B"), message("C"), message("D")])
    let ids = try queue.messages(matching: OutboundQuery()).map(\.id)
    try queue.delivered(ids[0], at: 6, answer: [])
    try queue.refused(ids[1], failure: "", answer: [])
    _ = try queue.cancel(ids[2])
    try expect(queue.removeDone(before: 5), 0)
    try expect(queue.removeDone(before: 6), 2)
    try expect(queue.counts(), [.waiting: 1, .refused: 1])
  }

  @Sendable private static func transitions(_ queue: any OutboundQueue) throws {
    for state in OutboundState.allCases {
      for event in OutboundTransitions.Event.allCases {
        _ = try queue.add([message("A")])
        guard let id = try queue.messages(matching: OutboundQuery()).first?.id else {
          throw ConformanceFailure("nothing was queued")
        }
        switch state {
        case .waiting: break
        case .delivered: try queue.delivered(id, at: 6, answer: [])
        case .refused: try queue.refused(id, failure: "", answer: [])
        case .cancelled: _ = try queue.cancel(id)
        }
        switch event {
        case .acknowledged: try queue.delivered(id, at: 7, answer: [])
        case .unreachable: try queue.postpone(id, until: 9, failure: "")
        case .refused: try queue.refused(id, failure: "", answer: [])
        case .resend: _ = try queue.resend(id, bytes: nil, at: 7)
        case .cancel: _ = try queue.cancel(id)
        }
        try expect(
          queue.message(id)?.state, OutboundTransitions.table[state]?[event] ?? state, "\(state) \(event)")
      }
    }
  }
}
