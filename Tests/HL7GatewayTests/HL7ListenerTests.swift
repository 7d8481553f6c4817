// SPDX-License-Identifier: Apache-2.0

import HL7
import HL7Gateway
import Logging
import Messaging
import NIOCore
import NIOPosix
import Synchronization
import SystemTestKit
import Testing

/// Runs a listener that answers each message by a function.
func withListener<Result: Sendable>(
  port: Int = 0, _ answer: @escaping @Sendable ([UInt8]) -> [[UInt8]],
  _ body: (_ port: Int) async throws -> Result
) async throws -> Result {
  let listener = try await HL7Listener(
    host: "127.0.0.1", port: port, pool: .singleton, logger: Logger(label: "test"),
    answer: { bytes, _ in answer(bytes) })
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await listener.run() }
    let result = try await body(listener.port)
    group.cancelAll()
    return result
  }
}

/// A receiver's acknowledgement.
func acknowledgement(_ code: Acknowledgement.Code, to bytes: [UInt8]) -> [UInt8] {
  let header = (try? MessageHeader(message: bytes)) ?? MessageHeader()
  return Acknowledgement(code, text: "").encode(answering: header, controlID: "R", timestamp: "2026")
}

@Suite struct HL7ListenerTests {
  private func message(_ id: String) -> [UInt8] {
    Array("MSH|^~\\&|HIS|W|M|R|20260101||ADT^A01|\(id)|P|2.3.1\rEVN|A01\r".utf8)
  }

  @Test func messagesOfAConnectionAreAnsweredInOrder() async throws {
    try await withListener {
      [acknowledgement(.accept, to: $0)]
    } _: { port in
      let answers = try await MLLPClient.connected(.init(host: "127.0.0.1", port: port)) { connection in
        var answers: [[UInt8]] = []
        for number in 1...3 { answers.append(try await connection.exchange(message("\(number)"))) }
        return answers
      }
      #expect(try answers.map { try ReceivedAcknowledgement(Message(parsing: $0)).controlID } == ["1", "2", "3"])
    }
  }

  @Test func severalAnswersComeAsFramesOfTheirOwn() async throws {
    try await withListener {
      [acknowledgement(.commitAccept, to: $0), acknowledgement(.accept, to: $0)]
    } _: { port in
      let codes = try await MLLPClient.connected(.init(host: "127.0.0.1", port: port)) { connection in
        let first = try await connection.exchange(message("1"))
        return try await [first, connection.answer()].map { try ReceivedAcknowledgement(Message(parsing: $0)).code }
      }
      #expect(codes == [.commitAccept, .accept])
    }
  }

  /// Connections that nobody has begun to serve when the listener is told to stop.
  @Test func stoppingAmidNewConnectionsIsQuiet() async throws {
    for _ in 0..<20 {
      let listener = try await HL7Listener(
        host: "127.0.0.1", port: 0, pool: .singleton, logger: Logger(label: "test"),
        answer: { bytes, _ in [acknowledgement(.accept, to: bytes)] })
      await withTaskGroup(of: Void.self) { group in
        let running = Task { try? await listener.run() }
        for number in 0..<12 {
          group.addTask {
            var options = MLLPClient.Options(host: "127.0.0.1", port: listener.port)
            options.answerSeconds = 5
            _ = try? await MLLPClient.connected(options) { try await $0.exchange(message("\(number)")) }
          }
        }
        await Task.yield()
        running.cancel()
        _ = await running.value
      }
    }
  }

  @Test func withoutAnswerTheClientGivesUp() async throws {
    await #expect(throws: MLLPClient.Failure.self) {
      try await withListener { _ in
        []
      } _: { port in
        var options = MLLPClient.Options(host: "127.0.0.1", port: port)
        options.answerSeconds = 1
        _ = try await MLLPClient.connected(options) { try await $0.exchange(message("1")) }
      }
    }
  }
}
