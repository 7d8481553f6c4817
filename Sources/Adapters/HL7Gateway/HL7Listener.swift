// SPDX-License-Identifier: Apache-2.0

import Foundation
import HL7
import Logging
import NIOCore
import NIOPosix

/// Listens for HL7 v2 messages over MLLP. Each message is kept durably, then answered: AR with the reason as long as
/// nothing in the system acts on messages, AE where it could not be kept.
public final class HL7Listener: Sendable {
  /// The port that it listens on.
  public let port: Int
  private let channel: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>
  private let journal: MessageJournal
  private let disk: NIOThreadPool
  private let logger: Logger
  private let numbers = ControlNumbers()

  /// Connections at a time; more wait in the listen queue.
  static let maximumConnections = 256
  /// What the sender of a message is told.
  static let reason = "message kept; no part of this system acts on messages of this type"

  /// Binds the port, so that a port that is taken is known at once.
  public init(host: String, port: Int, journal: MessageJournal, disk: NIOThreadPool, logger: Logger) async throws {
    self.journal = journal
    self.disk = disk
    self.logger = logger
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .bind(host: host, port: port) { child in
        child.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: child)
        }
      }
    self.port = channel.channel.localAddress?.port ?? port
  }

  /// Serves connections until the task is cancelled.
  public func run() async throws {
    try await channel.executeThenClose { inbound in
      try await withThrowingDiscardingTaskGroup { group in
        let open = OpenConnections()
        for try await connection in inbound {
          guard open.enter(limit: Self.maximumConnections) else {
            logger.warning("HL7 connection refused: \(Self.maximumConnections) are open")
            try? await connection.channel.close()
            continue
          }
          group.addTask {
            defer { open.leave() }
            await self.serve(connection)
          }
        }
      }
    }
  }

  private func serve(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async {
    let peer = connection.channel.remoteAddress?.description ?? "?"
    do {
      try await connection.executeThenClose { inbound, outbound in
        var decoder = MLLPDecoder()
        for try await buffer in inbound {
          for message in try decoder.feed(buffer.readableBytesView) {
            try await outbound.write(ByteBuffer(bytes: MLLPDecoder.frame(await answer(message, from: peer))))
          }
        }
        if decoder.strayBytes > 0 {
          logger.warning("HL7 connection from \(peer): \(decoder.strayBytes) bytes outside of MLLP frames")
        }
      }
    } catch {
      logger.notice("HL7 connection from \(peer) ended: \(error)")
    }
  }

  private func answer(_ message: [UInt8], from peer: String) async -> [UInt8] {
    let now = Timestamp(Date())
    let number = "M\(now.field)\(numbers.next())"
    var header = MessageHeader()
    var answer: Acknowledgement
    do {
      try await disk.runIfActive { [journal] in try journal.keep(message) }
      answer = Acknowledgement(.reject, text: Self.reason)
      do {
        header = try MessageHeader(message: message)
      } catch {
        answer = Acknowledgement(.reject, text: error.reason)
      }
    } catch {
      header = (try? MessageHeader(message: message)) ?? header
      answer = Acknowledgement(.error, text: "the message could not be kept")
      logger.error("HL7 message from \(peer) could not be kept: \(error)")
    }
    return answer.encode(answering: header, controlID: number, timestamp: now.field)
  }
}
