// SPDX-License-Identifier: Apache-2.0

import HL7
import NIOCore
import NIOPosix
import NIOSSL

/// Sends messages over MLLP and reads the answers, one at a time.
public enum MLLPClient {
  /// Where to, and how long to wait.
  public struct Options: Sendable {
    public var host: String
    public var port: Int
    public var tls: MLLPSecurity?
    public var connectSeconds: Int64 = 10
    public var answerSeconds: Int64 = 30

    public init(host: String, port: Int, tls: MLLPSecurity? = nil) {
      self.host = host
      self.port = port
      self.tls = tls
    }
  }

  /// What went wrong with a connection.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  /// An answer may take as much as a message.
  static let maximumAnswer = 4 << 20

  /// An open connection; valid inside the body of `connected`.
  public struct Connection {
    let channel: any Channel
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    var decoder = MLLPDecoder(maximumMessageLength: MLLPClient.maximumAnswer)
    var waiting: [[UInt8]] = []
    let answerSeconds: Int64

    /// Sends a message, returns the next answer.
    public mutating func exchange(_ message: [UInt8]) async throws -> [UInt8] {
      try await outbound.write(ByteBuffer(bytes: MLLPDecoder.frame(message)))
      return try await answer()
    }

    /// The next message of the other side.
    public mutating func answer() async throws -> [UInt8] {
      if !waiting.isEmpty { return waiting.removeFirst() }
      let channel = channel
      let timeout = channel.eventLoop.scheduleTask(in: .seconds(answerSeconds)) {
        channel.close(promise: nil)
      }
      defer { timeout.cancel() }
      while let buffer = try await inbound.next() {
        waiting += try decoder.feed(buffer.readableBytesView)
        if !waiting.isEmpty { return waiting.removeFirst() }
      }
      throw Failure(description: "the connection ended, or \(answerSeconds) s went by, without an answer")
    }
  }

  /// Connects, runs the body, and closes.
  public static func connected<Result: Sendable>(
    _ options: Options, _ body: (inout Connection) async throws -> Result
  ) async throws -> Result {
    let security = try options.tls?.clientContext()
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.seconds(options.connectSeconds))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connect(host: options.host, port: options.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          if let security {
            let name = MLLPSecurity.isAddress(options.host) ? nil : options.host
            try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: security, serverHostname: name))
          }
          return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      var connection = Connection(
        channel: channel.channel, outbound: outbound, inbound: inbound.makeAsyncIterator(),
        answerSeconds: options.answerSeconds)
      return try await body(&connection)
    }
  }
}
