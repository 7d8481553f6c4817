// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS
import NIOWebSocket
import ServiceLifecycle

/// A connection to the web server: HTTP, or an event channel where its first request asks for one.
struct EventChannelServer: ServerChildChannel {
  /// What a connection became.
  enum Kind: Sendable {
    case http1(HTTP1Channel.Value)
    case http2(HTTP2Channel.Value)
    case events(EventLoopFuture<EventChannelSession?>)
  }

  struct Value: ServerChildChannelValue {
    let kind: EventLoopFuture<Kind>
    let channel: any Channel
  }

  private let http1: HTTP1Channel
  private let http2: HTTP2Channel?
  private let tls: NIOSSLContext?
  private let services: WebServices
  private let patience: TimeAmount

  /// - Parameter tls: nil for plain HTTP/1.1; else HTTP/2 is offered too.
  init(
    responder: @escaping HTTPChannelHandler.Responder, services: WebServices, http1: HTTP1Channel.Configuration,
    http2: HTTP2Channel.Configuration? = nil, tls: TLSConfiguration? = nil
  ) throws {
    self.http1 = HTTP1Channel(responder: responder, configuration: http1)
    self.http2 = http2.map { HTTP2Channel(responder: responder, configuration: $0) }
    self.tls = try tls.map { given in
      var configuration = given
      configuration.applicationProtocols = ["h2", "http/1.1"]
      return try NIOSSLContext(configuration: configuration)
    }
    self.services = services
    patience = http1.idleTimeout ?? .seconds(60)
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      guard let tls else { return Value(kind: try http1Setup(channel, logger), channel: channel) }
      try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
      let negotiation = NIOTypedApplicationProtocolNegotiationHandler<EventLoopFuture<Kind>> { result in
        if case .negotiated("h2") = result, let http2 {
          return http2.setup(channel: channel, logger: logger).map { value in
            channel.eventLoop.makeSucceededFuture(Kind.http2(value))
          }
        }
        return channel.eventLoop.makeCompletedFuture { try http1Setup(channel, logger) }
      }
      try channel.pipeline.syncOperations.addHandler(negotiation)
      return Value(kind: negotiation.protocolNegotiationResult.flatMap { $0 }, channel: channel)
    }
  }

  private func http1Setup(_ channel: any Channel, _ logger: Logger) throws -> EventLoopFuture<Kind> {
    let decided = channel.eventLoop.makePromise(of: Kind.self)
    let first = FirstBytesHandler(decided, patience: patience) { verdict in
      guard verdict == .events else { return http1.setup(channel: channel, logger: logger).map { .http1($0) } }
      return channel.eventLoop.makeCompletedFuture {
        .events(try EventChannelUpgrade(services: services, logger: logger).configure(channel))
      }
    }
    try channel.pipeline.syncOperations.addHandler(first)
    return decided.futureResult
  }

  func handle(value: Value, logger: Logger) async {
    do {
      switch try await value.kind.get() {
      case .http1(let connection): await http1.handle(value: connection, logger: logger)
      case .http2(let connection): await http2?.handle(value: connection, logger: logger)
      case .events(let session):
        guard let session = try await session.get() else { break }
        try await cancelWhenGracefulShutdown { try await session.run() }
      }
    } catch {
      logger.debug("a connection ended: \(error)")
    }
    try? await value.channel.close()
  }
}
