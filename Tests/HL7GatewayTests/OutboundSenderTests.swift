// SPDX-License-Identifier: Apache-2.0

import HL7
import HL7Gateway
import Logging
import Messaging
import NIOPosix
import Synchronization
import SystemTestKit
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct OutboundSenderTests {
  private func message(_ id: String, _ patient: String) -> QueuedMessage {
    QueuedMessage(
      destination: "HIS", orderingKey: patient, name: "ORU^R01", controlID: id,
      bytes: Array("MSH|^~\\&|M|R|HIS|W|2026||ORU^R01|\(id)|P|2.5.1\r".utf8), at: 0)
  }

  /// Runs the sender until the queue has so many messages in a state.
  private func send(
    _ queue: MemoryOutboundQueue, _ directory: MemoryMessagingDirectory, until count: Int, _ state: OutboundState
  ) async throws {
    let sender = OutboundSender(
      queue: queue, directory: directory, schedule: RetrySchedule(first: 0, longest: 0), pool: .singleton,
      logger: Logger(label: "test"), now: { Int64(time(nil)) * 1_000_000 })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await sender.run() }
      for _ in 0..<200 where try queue.counts()[state] != count { try await Task.sleep(for: .milliseconds(50)) }
      group.cancelAll()
    }
    #expect(try queue.counts()[state] == count)
  }

  /// A port that nobody listens on, as a moment ago.
  private func freePort() async throws -> Int {
    try await withListener { _ in
      []
    } _: {
      $0
    }
  }

  @Test func messagesArriveOnceAndInOrderAlsoWhenTheReceiverComesLate() async throws {
    let (queue, directory) = (MemoryOutboundQueue(), MemoryMessagingDirectory())
    let port = try await freePort()
    try directory.save(Destination(name: "HIS", host: "127.0.0.1", port: port))
    _ = try queue.add((1...6).map { message("\($0)", $0 % 2 == 0 ? "A" : "B") })
    let received = Mutex<[String]>([])
    let sending = Task { try await send(queue, directory, until: 6, .delivered) }
    try await Task.sleep(for: .milliseconds(700))
    try await withListener(port: port) { bytes in
      received.withLock { $0.append((try? Message(parsing: bytes))?.controlID ?? "") }
      return [acknowledgement(.accept, to: bytes)]
    } _: { _ in
      try await sending.value
    }
    let ids = received.withLock { $0 }
    #expect(ids.filter { ["2", "4", "6"].contains($0) } == ["2", "4", "6"])
    #expect(ids.filter { ["1", "3", "5"].contains($0) } == ["1", "3", "5"])
    #expect(try queue.message(1)?.attempts ?? 0 > 1)
  }

  @Test func whatIsRefusedWaitsForAPersonAndTheRestGoesOn() async throws {
    let (queue, directory) = (MemoryOutboundQueue(), MemoryMessagingDirectory())
    _ = try queue.add([message("1", "A"), message("2", "A")])
    try await withListener { bytes in
      [acknowledgement((try? Message(parsing: bytes))?.controlID == "1" ? .error : .accept, to: bytes)]
    } _: { port in
      try directory.save(Destination(name: "HIS", host: "127.0.0.1", port: port))
      try await send(queue, directory, until: 1, .delivered)
      #expect(try queue.message(1)?.state == .refused)
      #expect(try queue.message(1)?.failure.hasPrefix("AE") == true)
    }
  }

  @Test func anAnswerToAnotherMessageIsNoAnswer() async throws {
    let (queue, directory) = (MemoryOutboundQueue(), MemoryMessagingDirectory())
    _ = try queue.add([message("1", "A")])
    try await withListener { bytes in
      [
        acknowledgement(.accept, to: Array("MSH|^~\\&|M|R|HIS|W|2026||ORU^R01|0|P|2.5.1\r".utf8)),
        acknowledgement(.accept, to: bytes),
      ]
    } _: { port in
      try directory.save(Destination(name: "HIS", host: "127.0.0.1", port: port))
      try await send(queue, directory, until: 1, .delivered)
    }
  }

  @Test func aDestinationThatIsSwitchedOffGetsNothing() async throws {
    let (queue, directory) = (MemoryOutboundQueue(), MemoryMessagingDirectory())
    _ = try queue.add([message("1", "A")])
    try await withListener {
      [acknowledgement(.accept, to: $0)]
    } _: { port in
      try directory.save(Destination(name: "HIS", host: "127.0.0.1", port: port, isActive: false))
      let sender = OutboundSender(
        queue: queue, directory: directory, pool: .singleton, logger: Logger(label: "test"), now: { 1_000_000 })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await sender.run() }
        try await Task.sleep(for: .milliseconds(800))
        group.cancelAll()
      }
      #expect(try queue.counts() == [.waiting: 1])
    }
  }
}
