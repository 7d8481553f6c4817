// SPDX-License-Identifier: Apache-2.0

import HL7
import HL7Gateway
import Logging
import Messaging
import Synchronization
import SystemTestKit
import Testing

@Suite struct MessageProcessorTests {
  let log = MemoryInboundLog()
  let directory = MemoryMessagingDirectory()

  /// What the handlers were given.
  final class Seen: Sendable {
    let messages = Mutex<[Message]>([])
  }

  private func processor(_ seen: Seen = Seen()) -> MessageProcessor {
    var handlers = MessageHandlers()
    handlers.on(["ADT^A01"]) { message, _ in
      seen.messages.withLock { $0.append(message) }
      guard message.first("PID")?[3].isEmpty == false else {
        throw HL7Error(.requiredFieldMissing, "PID-3 is empty", at: Location(segment: "PID", field: 3))
      }
      return .accepted("")
    }
    handlers.on(["QBP^Q22"]) { _, _ in
      .response(type: ["RSP", "K22", "RSP_K21"], segments: [("QAK", [1: "q", 2: "NF"])])
    }
    return MessageProcessor(
      log: log, directory: directory, handlers: handlers, logger: Logger(label: "test"), now: { 1_767_225_600_000_000 })
  }

  private func text(
    _ id: String, type: String = "ADT^A01", version: String = "2.5.1", modes: String = "", pid: String = "PID|1||A"
  ) -> [UInt8] {
    Array("MSH|^~\\&|HIS|W|M|R|2026||\(type)|\(id)|P|\(version)|||\(modes)\r\(pid)\r".utf8)
  }

  private func codes(_ answers: [[UInt8]]) throws -> [String] {
    try answers.map { answer in
      let message = try Message(parsing: answer)
      let codes = message.all("ERR").map { $0[3].value.isEmpty ? $0[1][4].value : $0[3].value }
      return ([message.first("MSA")?[1].value ?? ""] + codes).joined(separator: " ")
    }
  }

  @Test func aMessageIsActedUponOnceAndAnsweredAlike() throws {
    let seen = Seen()
    let processor = processor(seen)
    let first = processor.answers(to: text("1"), from: "a")
    #expect(try codes(first) == ["AA"])
    #expect(processor.answers(to: text("1"), from: "b") == first)
    #expect(seen.messages.withLock { $0.count } == 1)
    let kept = try #require(try log.message(1))
    #expect(kept.state == .processed && kept.repeats == 1 && kept.name == "ADT^A01" && kept.bytes == text("1"))
  }

  @Test(arguments: [
    ("QQQ^Z99", "2.5.1", "P", "AR 200", InboundState.rejected), ("ADT^Z99", "2.5.1", "P", "AR 201", .rejected),
    ("ADT^A01", "9.9", "P", "AR 203", .rejected), ("ADT^A01", "2.5.1", "X", "AR 202", .rejected),
    ("", "2.5.1", "P", "AE 101", .failed),
  ])
  func headersThatAreNotTakenAreRejectedWithTheirCode(
    type: String, version: String, mode: String, code: String, state: InboundState
  ) throws {
    let bytes = Array("MSH|^~\\&|HIS|W|M|R|2026||\(type)|1|\(mode)|\(version)\r".utf8)
    #expect(try codes(processor().answers(to: bytes, from: "a")) == [code])
    #expect(try log.message(1)?.state == state)
    #expect(try log.message(1)?.failure.isEmpty == false)
  }

  @Test func refusedContentIsKeptEditedAndProcessedAgain() throws {
    let seen = Seen()
    let processor = processor(seen)
    #expect(try codes(processor.answers(to: text("1", pid: "PID|1"), from: "a")) == ["AE 101"])
    #expect(try log.message(1)?.failure == "PID-3: PID-3 is empty")
    #expect(try log.message(1)?.state == .failed)
    #expect(try log.edit(1, bytes: text("1")))
    #expect(try processor.reprocess(1)?.state == .processed)
    #expect(try processor.reprocess(1)?.attempts == 2)
    #expect(try processor.reprocess(2) == nil)
    // The sender repeats what was refused: it is answered as what was made of it.
    #expect(try codes(processor.answers(to: text("1", pid: "PID|1"), from: "a")) == ["AA"])
    #expect(seen.messages.withLock { $0.count } == 2)
  }

  @Test func whatIsNoMessageIsKeptAndRejected() throws {
    #expect(try codes(processor().answers(to: Array("PID|1".utf8), from: "a")) == ["AR 100"])
    #expect(try log.message(1)?.bytes == Array("PID|1".utf8))
    #expect(try log.message(1)?.state == .rejected)
  }

  @Test func whatCannotBeKeptIsNotAccepted() throws {
    log.fail(true)
    #expect(try codes(processor().answers(to: text("1"), from: "a")) == ["AE 207"])
    #expect(try codes(processor().answers(to: text("1", modes: "AL|AL"), from: "a")) == ["CE 207"])
    log.fail(false)
    #expect(try codes(processor().answers(to: text("1"), from: "a")) == ["AA"])
  }

  @Test(arguments: [("AL|AL", ["CA", "AA"]), ("AL|NE", ["CA"]), ("NE|AL", ["AA"]), ("NE|ER", []), ("|", ["AA"])])
  func enhancedModeAnswersTwice(modes: String, expected: [String]) throws {
    let processor = processor()
    let answers = processor.answers(to: text("1", modes: modes), from: "a")
    #expect(try codes(answers) == expected)
    #expect(processor.answers(to: text("1", modes: modes), from: "a") == answers)
  }

  @Test func aQueryIsAnsweredWithItsResponse() throws {
    let answers = processor().answers(to: text("1", type: "QBP^Q22^QBP_Q21"), from: "a")
    let answer = try Message(parsing: try #require(answers.first))
    #expect(answer.name == "RSP^K22" && answer.first("MSA")?[2].value == "1" && answer.first("QAK")?[2].value == "NF")
    #expect(answer.header[5].value == "HIS")
  }

  @Test func aBatchIsAnsweredWithABatch() throws {
    let batch = Array("BHS|^~\\&|HIS\r".utf8) + text("1") + text("2", pid: "PID|1") + Array("BTS|2\r".utf8)
    let answers = processor().answers(to: batch, from: "a")
    let answer = try Batch(parsing: try #require(answers.first))
    #expect(answers.count == 1)
    #expect(answer.messages.map { $0.first("MSA")?[1].value } == ["AA", "AE"])
    #expect(answer.parts.count == 4)
  }

  @Test func aProfileCorrectsTheSendersDeviations() throws {
    let rules = try [
      "PID-3.4.1 ?= HOSP", "PID-8 : W > F", "PID-18 <- PID-3.1", "PID-3.5 = MR",
    ].map { try #require(MappingRule($0)) }
    let profile = SenderProfile(
      sender: MessageSender(application: "HIS", facility: ""), characterSet: "8859/2", rules: rules)
    #expect(profile.fault == nil)
    try directory.save(profile)
    let seen = Seen()
    var bytes = text("1", pid: "PID|1||A||Nov")
    bytes.removeLast()
    bytes += [0xE1, 0x6B] + Array("|||W\r".utf8)
    #expect(try codes(processor(seen).answers(to: bytes, from: "a")) == ["AA"])
    let pid = try #require(seen.messages.withLock { $0.first }?.first("PID"))
    #expect(pid[3].text == "A^^^HOSP^MR" && pid[5].value == "Novák" && pid[8].value == "F" && pid[18].value == "A")
    #expect(try log.message(1)?.bytes == bytes)
    let wrong = try SenderProfile(
      sender: profile.sender, rules: [#require(MappingRule("PID = x"))])
    #expect(wrong.fault != nil)
    #expect(SenderProfile(sender: profile.sender, characterSet: "KLINGON").fault != nil)
  }

  @Test func reusedControlIDsAreToldApartByBytes() throws {
    try directory.save(
      SenderProfile(sender: MessageSender(application: "HIS", facility: "W"), reusesControlIDs: true))
    let seen = Seen()
    let processor = processor(seen)
    for pid in ["PID|1||A", "PID|1||B", "PID|1||B"] { _ = processor.answers(to: text("1", pid: pid), from: "a") }
    #expect(seen.messages.withLock { $0.count } == 2)
  }
}
