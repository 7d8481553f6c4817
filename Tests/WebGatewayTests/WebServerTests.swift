// SPDX-License-Identifier: Apache-2.0

import Archive
import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import NIOPosix
import NIOSSL
import SwiftASN1
import SystemTestKit
import Testing
import Trust
import X509

@testable import WebGateway

/// The server over real sockets.
@Suite struct WebServerTests {
  let folder = NSTemporaryDirectory() + "martlet-web-\(UInt64.random(in: 0...UInt64.max))"

  private func server(
    http: WebServerOptions.Listener?, https: WebServerOptions.Listener? = nil,
    onBound: @escaping @Sendable (WebServer.BoundPorts) -> Void
  ) throws -> WebServer {
    let memory = try MemoryArchive.started()
    let ports = MemoryPorts()
    return try WebServer(
      options: WebServerOptions(
        http: http, https: https, tlsFolder: folder, version: "1.0", passwordCost: WebFixture.fastHash,
        shutdownSeconds: 1),
      ports: WebPorts(
        archive: memory.archive, accounts: ports, credentials: ports, audit: ports, nodes: ports,
        incidents: memory.incidents, status: { SystemStatus(aeTitle: "MARTLET", startedAt: 0) }, isReady: { true }),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onBound: onBound)
  }

  /// Asks for `/healthz` and gives the whole answer.
  private func health(port: Int, tls: NIOSSLContext?) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls {
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLClientHandler(context: tls, serverHostname: nil))
          }
          return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
      var text = ""
      for try await buffer in inbound {
        text += String(buffer: buffer)
        if text.hasSuffix("}") { break }
      }
      return text
    }
  }

  @Test func servesBothListenersAndStops() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (bound, continuation) = AsyncStream.makeStream(of: WebServer.BoundPorts.self)
    let server = try server(http: .init(host: "127.0.0.1", port: 0), https: .init(host: "127.0.0.1", port: 0)) {
      continuation.yield($0)
    }
    let running = Task { try await server.run() }
    var iterator = bound.makeAsyncIterator()
    let ports = try #require(await iterator.next())
    #expect(try await health(port: #require(ports.http), tls: nil).hasPrefix("HTTP/1.1 200 OK\r\n"))

    var trust = TLSConfiguration.makeClientConfiguration()
    trust.trustRoots = .file(folder + "/certificate.pem")
    let context = try NIOSSLContext(configuration: trust)
    #expect(try await health(port: #require(ports.https), tls: context).hasPrefix("HTTP/1.1 200 OK\r\n"))
    running.cancel()
    _ = await running.result
  }

  /// One line for each step: what goes in at the requests' end, what comes out.
  @Test func clientsThatWaitAreToldToGoOn() throws {
    func heads(_ channel: EmbeddedChannel) throws -> [Int] {
      var codes: [Int] = []
      while let part = try channel.readOutbound(as: HTTPResponsePart.self) {
        if case .head(let head) = part { codes.append(head.status.code) }
      }
      return codes
    }
    let waiting = HTTPRequest(
      method: .post, scheme: nil, authority: nil, path: "/",
      headerFields: [try #require(HTTPField.Name("Expect")): "100-continue"])
    let channel = EmbeddedChannel(handler: ContinueHandler())
    try channel.writeInbound(HTTPRequestPart.head(waiting))
    #expect(try heads(channel) == [100])
    try channel.writeInbound(HTTPRequestPart.head(waiting))
    #expect(try heads(channel) == [])
    for _ in 0..<2 {
      try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
      try channel.writeOutbound(HTTPResponsePart.end(nil))
    }
    #expect(try heads(channel) == [200, 200])
    try channel.writeInbound(HTTPRequestPart.head(HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")))
    #expect(try heads(channel) == [])
    _ = try channel.finish()
  }

  @Test func plainHTTPStaysOnLoopback() throws {
    #expect(throws: WebServerError.self) { try server(http: .init(host: "0.0.0.0", port: 0)) { _ in } }
    #expect(throws: WebServerError.self) { try server(http: .init(host: "192.0.2.1", port: 0)) { _ in } }
  }

  @Test func certificateIsMadeOnceAndItsKeyIsPrivate() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try SelfMadeCertificate(folder: folder, names: ["pacs.example", "192.0.2.7"])
    let again = try SelfMadeCertificate(folder: folder, names: [])
    #expect(first.certificatePEM == again.certificatePEM)
    let mode = try FileManager.default.attributesOfItem(atPath: folder + "/key.pem")[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let certificate = try Certificate(pemEncoded: first.certificatePEM)
    let names = try #require(try certificate.extensions.subjectAlternativeNames)
    #expect(names.contains(.dnsName("pacs.example")) && names.contains(.dnsName("localhost")))
    #expect(names.count >= 5)
    // One of our own is replaced before it runs out.
    let later = Date().addingTimeInterval(800 * 86400)
    #expect(SelfMadeCertificate.runsOut(first.certificatePEM, now: later))
    #expect(try SelfMadeCertificate(folder: folder, names: [], now: later).certificatePEM != first.certificatePEM)
  }
}
