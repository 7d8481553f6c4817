// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization

/// Serves the browser client, its API and DICOMweb.
public final class WebServer: Service {
  /// The ports that are bound; nil where there is no such listener.
  public struct BoundPorts: Sendable, Hashable {
    public var http: Int?
    public var https: Int?
  }

  private let options: WebServerOptions
  private let logger: Logger
  private static let documentThreads = 6

  private let pool: NIOThreadPool
  private let documents = NIOThreadPool(numberOfThreads: WebServer.documentThreads)
  private let services: WebServices
  private let tls: TLSConfiguration?
  private let bound = Mutex(BoundPorts())
  private let onBound: @Sendable (BoundPorts) -> Void

  /// - Parameter onBound: called once, when all listeners are up.
  public init(
    options: WebServerOptions, ports: WebPorts, logger: Logger, onBound: @escaping @Sendable (BoundPorts) -> Void
  ) throws {
    if let http = options.http, !LoopbackAddress.contains(host: http.host) {
      throw WebServerError("plain HTTP is served on a loopback address only, not on \(http.host)")
    }
    self.options = options
    self.logger = logger
    self.onBound = onBound
    pool = NIOThreadPool(numberOfThreads: options.threads)
    services = try WebServices(options: options, ports: ports, pool: pool, documents: documents, logger: logger)
    tls = try options.https.map { listener in
      let certificate = try SelfMadeCertificate(
        folder: options.tlsFolder, names: options.certificateNames + [listener.host])
      return try certificate.configuration
    }
  }

  /// Serves until the task is cancelled or its service group shuts down gracefully.
  public func run() async throws {
    pool.start()
    documents.start()
    let listeners = try makeListeners()
    let (events, trail, pool, seconds) = (services.events, services.trail, pool, options.shutdownSeconds)
    do {
      try await withGracefulShutdownHandler {
        let writer = Task { await trail.run(on: pool) }
        defer { writer.cancel() }
        try await Self.run(listeners, patience: .seconds(seconds))
      } onGracefulShutdown: {
        events.close()
      }
    } catch {
      await stop()
      throw error
    }
    await stop()
  }

  /// Runs the listeners. When they are to stop, requests that run get some time, then they are cut off.
  private static func run(_ listeners: [any Service], patience: Duration) async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for listener in listeners {
        group.addTask {
          try await listener.run()
          return true
        }
      }
      group.addTask {
        try? await gracefulShutdown()
        try? await Task.sleep(for: patience)
        return false
      }
      var running = listeners.count
      while running > 0, let isListener = try await group.next() {
        if isListener { running -= 1 } else { group.cancelAll() }
      }
      group.cancelAll()
    }
  }

  private func stop() async {
    services.events.close()
    services.queues?.close()
    services.pulse?.close()
    await services.trail.flush(on: pool)
    try? await services.passwords.stop()
    try? await documents.shutdownGracefully()
    try? await pool.shutdownGracefully()
  }

  private func makeListeners() throws -> [any Service] {
    var listeners: [any Service] = []
    let idle = TimeAmount.seconds(Int64(options.idleSeconds))
    if let http = options.http {
      let server = HTTPServerBuilder { [services] responder in
        try EventChannelServer(
          responder: responder, services: services,
          http1: .init(additionalChannelHandlers: [ContinueHandler()], idleTimeout: idle))
      }
      listeners.append(application(http, server, isSecure: false))
    }
    if let https = options.https, let tls {
      let streams = HTTP1Channel.Configuration(additionalChannelHandlers: [ContinueHandler()], idleTimeout: idle)
      let http2 = HTTP2Channel.Configuration(
        idleTimeout: .seconds(options.idleSeconds), gracefulCloseTimeout: .seconds(options.shutdownSeconds),
        streamConfiguration: streams)
      let server = HTTPServerBuilder { [services] responder in
        try EventChannelServer(responder: responder, services: services, http1: streams, http2: http2, tls: tls)
      }
      listeners.append(application(https, server, isSecure: true))
    }
    return listeners
  }

  private func application(
    _ listener: WebServerOptions.Listener, _ server: HTTPServerBuilder, isSecure: Bool
  ) -> any Service {
    Application(
      router: services.router(isSecure: isSecure).router, server: server,
      configuration: .init(
        address: .hostname(listener.host, port: listener.port), serverName: nil, backlog: 1024,
        availableConnectionsDelegate: MaximumAvailableConnections(options.maximumConnections)),
      onServerRunning: { [weak self] channel in
        self?.isBound(isSecure: isSecure, port: channel.localAddress?.port ?? listener.port)
      }, logger: logger)
  }

  private func isBound(isSecure: Bool, port: Int) {
    let ports = bound.withLock { bound in
      if isSecure { bound.https = port } else { bound.http = port }
      return bound
    }
    let isComplete = (options.http == nil) == (ports.http == nil) && (options.https == nil) == (ports.https == nil)
    if isComplete { onBound(ports) }
  }
}

/// Why the web server cannot start.
public struct WebServerError: Error, CustomStringConvertible {
  public let reason: String

  init(_ reason: String) { self.reason = reason }

  public var description: String { reason }
}
