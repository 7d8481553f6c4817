// SPDX-License-Identifier: Apache-2.0

import Messaging

/// What every `InboundMessageLog` must do.
public enum InboundMessageLogSuite {
  public static let cases: [ConformanceCase<any InboundMessageLog>] = [
    ConformanceCase("a message is kept and finished", keptAndFinished),
    ConformanceCase("a message that was processed is a repetition", repeated),
    ConformanceCase("a message that failed is processed again in its place", again),
    ConformanceCase("control IDs are those of their sender", ofTheirSender),
    ConformanceCase("messages without control ID are all new", withoutControlID),
    ConformanceCase("a message can be edited until it was processed", edited),
    ConformanceCase("lists are newest first, by state and page", listed),
    ConformanceCase("old messages go, those for a person stay", removed),
  ]

  static func message(
    _ controlID: String, application: String = "HIS", at time: Int64 = 5, bytes: [UInt8] = [0x4D, 0x00, 0xFF]
  ) -> InboundMessage {
    InboundMessage(
      receivedAt: time, peer: "::1", sender: MessageSender(application: application, facility: "W"),
      controlID: controlID, name: "ADT^A01", bytes: bytes)
  }

  private static func kept(_ reception: Reception) throws -> Int64 {
    guard case .process(let id) = reception else { throw ConformanceFailure("\(reception) is a repetition") }
    return id
  }

  @Sendable private static func keptAndFinished(_ log: any InboundMessageLog) throws {
    let id = try kept(log.receive(message("1"), comparesBytes: false))
    var expected = message("1")
    expected.id = id
    try expect(log.message(id), expected)
    try log.finish(id, as: .failed, failure: "f", answer: [1, 2])
    expected.state = .failed
    expected.failure = "f"
    expected.answer = [1, 2]
    expected.attempts = 1
    try expect(log.message(id), expected)
    try expect(log.message(id + 1), nil)
  }

  @Sendable private static func repeated(_ log: any InboundMessageLog) throws {
    let id = try kept(log.receive(message("1"), comparesBytes: false))
    try log.finish(id, as: .processed, failure: "", answer: [7])
    try expect(log.receive(message("1", bytes: [1]), comparesBytes: false), .repeated(answer: [7]))
    try expect(log.receive(message("1"), comparesBytes: true), .repeated(answer: [7]))
    try expect(log.message(id)?.repeats, 2)
    let other = try kept(log.receive(message("1", bytes: [1]), comparesBytes: true))
    try demand(other != id, "other bytes are another message")
  }

  @Sendable private static func again(_ log: any InboundMessageLog) throws {
    let id = try kept(log.receive(message("1"), comparesBytes: false))
    try expect(log.receive(message("1"), comparesBytes: false), .process(id), "received")
    try log.finish(id, as: .failed, failure: "f", answer: [])
    try expect(log.receive(message("1", at: 9, bytes: [3]), comparesBytes: false), .process(id), "failed")
    try expect(log.message(id)?.bytes, [3])
    try expect(log.message(id)?.state, .received)
    try expect(log.message(id)?.receivedAt, 9)
  }

  @Sendable private static func ofTheirSender(_ log: any InboundMessageLog) throws {
    let id = try kept(log.receive(message("1"), comparesBytes: false))
    try log.finish(id, as: .processed, failure: "", answer: [])
    let other = try kept(log.receive(message("1", application: "LIS"), comparesBytes: false))
    try demand(other != id, "another sender's message is another")
  }

  @Sendable private static func withoutControlID(_ log: any InboundMessageLog) throws {
    let first = try kept(log.receive(message(""), comparesBytes: true))
    try log.finish(first, as: .processed, failure: "", answer: [])
    let second = try kept(log.receive(message(""), comparesBytes: true))
    try demand(first != second, "it is another message")
  }

  @Sendable private static func edited(_ log: any InboundMessageLog) throws {
    let id = try kept(log.receive(message("1"), comparesBytes: false))
    try log.finish(id, as: .rejected, failure: "f", answer: [])
    try expect(log.edit(id, bytes: [9]), true)
    try expect(log.message(id)?.bytes, [9])
    try expect(log.message(id)?.isEdited, true)
    try log.finish(id, as: .processed, failure: "", answer: [])
    try expect(log.edit(id, bytes: [8]), false)
    try expect(log.edit(id + 1, bytes: [8]), false)
  }

  @Sendable private static func listed(_ log: any InboundMessageLog) throws {
    var ids: [Int64] = []
    for number in 1...5 {
      ids.append(try kept(log.receive(message("\(number)"), comparesBytes: false)))
      try log.finish(ids[number - 1], as: number % 2 == 0 ? .failed : .processed, failure: "", answer: [1])
    }
    var query = InboundQuery()
    try expect(log.messages(matching: query).map(\.id), ids.reversed())
    try expect(log.messages(matching: query).first?.bytes, [])
    query.states = [.failed, .rejected]
    try expect(log.messages(matching: query).map(\.id), [ids[3], ids[1]])
    query.before = ids[3]
    try expect(log.messages(matching: query).map(\.id), [ids[1]])
    query = InboundQuery()
    query.limit = 2
    try expect(log.messages(matching: query).map(\.id), [ids[4], ids[3]])
    query.controlID = "1"
    try expect(log.messages(matching: query).map(\.id), [ids[0]])
    try expect(log.counts(), [.failed: 2, .processed: 3])
  }

  @Sendable private static func removed(_ log: any InboundMessageLog) throws {
    for (number, state) in InboundState.allCases.enumerated() {
      let id = try kept(log.receive(message("\(number)", at: 10), comparesBytes: false))
      if state != .received { try log.finish(id, as: state, failure: "", answer: []) }
    }
    try expect(log.removeDone(before: 10), 0)
    try expect(log.removeDone(before: 11), 2)
    try expect(log.counts(), [.received: 1, .failed: 1, .rejected: 1])
  }
}
