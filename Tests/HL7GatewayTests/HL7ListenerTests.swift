// SPDX-License-Identifier: Apache-2.0

import Foundation
import HL7
import HL7Gateway
import Logging
import NIOCore
import NIOPosix
import Testing

@Suite struct HL7ListenerTests {
  private func withListener(
    maximumBytes: Int64, _ body: (_ port: Int, _ folder: String) async throws -> Void
  ) async throws {
    let folder = NSTemporaryDirectory() + "hl7-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let journal = try MessageJournal(folder: folder, maximumBytes: maximumBytes)
    let listener = try await HL7Listener(
      host: "127.0.0.1", port: 0, journal: journal, disk: .singleton, logger: Logger(label: "test"))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await listener.run() }
      try await body(listener.port, folder)
      group.cancelAll()
    }
  }

  private func exchange(_ message: String, port: Int) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(bytes: MLLPDecoder.frame(Array(message.utf8))))
      var decoder = MLLPDecoder()
      for try await buffer in inbound {
        if let answer = try decoder.feed(buffer.readableBytesView).first {
          return String(decoding: answer, as: UTF8.self)
        }
      }
      return ""
    }
  }

  private func files(in folder: String) -> [String] {
    (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".hl7") }
  }

  @Test func aMessageIsKeptAndRejectedWithTheReason() async throws {
    let message = "MSH|^~\\&|HIS|W|M|R|20260101||ADT^A01|77|P|2.3.1\rEVN|A01\r"
    try await withListener(maximumBytes: 10_000) { port, folder in
      let answer = try await exchange(message, port: port)
      #expect(answer.contains("MSA|AR|77|message kept"))
      let kept = files(in: folder)
      #expect(kept.count == 1)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + (kept.first ?? "")))
      #expect(Array(bytes) == Array(message.utf8))
    }
  }

  @Test func aFullJournalAnswersAE() async throws {
    try await withListener(maximumBytes: 10) { port, folder in
      let answer = try await exchange("MSH|^~\\&|HIS|W|M|R|20260101||ADT^A01|78|P|2.3.1\r", port: port)
      #expect(answer.contains("MSA|AE|78|"))
      #expect(files(in: folder).isEmpty)
    }
  }
}
