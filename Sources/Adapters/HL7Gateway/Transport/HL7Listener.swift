// SPDX-License-Identifier: Apache-2.0

import HL7
import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// Listens for HL7 v2 messages over MLLP, and answers them in the order in which they came on a connection.
public final class HL7Listener: Sendable {
  /// The port that it listens on.
  public let port: Int
  /// Connections are wrapped when they are served: one that a stop finds still waiting was never wrapped.
  private let channel: NIOAsyncChannel<any Channel, Never>
  private let answer: @Sendable ([UInt8], _ peer: String) -> [[UInt8]]
  private let pool: NIOThreadPool
  private let logger: Logger

  /// Connections at a time; more wait in the listen queue.
  static let maximumConnections = 256

  /// Binds the port, so that a port that is taken is known at once.
  /// - Parameters:
  ///   - tls: certificate and key, where the listener speaks TLS.
  ///   - answer: gives the answers to a message; called on the pool's threads, since it blocks.
  public init(
    host: String, port: Int, tls: MLLPSecurity? = nil, pool: NIOThreadPool, logger: Logger,
    answer: @escaping @Sendable ([UInt8], _ peer: String) -> [[UInt8]]
  ) async throws {
    self.answer = answer
    self.pool = pool
    self.logger = logger
    let security = try tls?.serverContext()
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.autoRead, value: false)
      .bind(host: host, port: port) { child in
        child.eventLoop.makeCompletedFuture {
          if let security {
            try child.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: security))
          }
          return child as any Channel
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
            try? await connection.close()
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

  private func serve(_ child: any Channel) async {
    let peer = child.remoteAddress?.description ?? "?"
    do {
      let connection = try await child.eventLoop.submit {
        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: child)
      }.get()
      try await connection.executeThenClose { inbound, outbound in
        try await child.setOption(.autoRead, value: true).get()
        var decoder = MLLPDecoder()
        for try await buffer in inbound {
          for message in try decoder.feed(buffer.readableBytesView) {
            let answers = try await pool.runIfActive { [answer] in answer(message, peer) }
            for answer in answers { try await outbound.write(ByteBuffer(bytes: MLLPDecoder.frame(answer))) }
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
}
