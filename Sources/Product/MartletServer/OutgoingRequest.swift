// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One HTTP/1.1 request to somebody else's server, on a connection of its own. Redirections are not followed.
public struct OutgoingRequest: Sendable {
  /// What came back.
  public struct Answer: Sendable {
    public let status: Int
    public let body: [UInt8]
  }

  /// Why there is no answer.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  /// Bytes of a body that are read.
  public static let maximumBody = 64 << 20

  /// An address by `http` or `https`.
  public var address: String
  public var method = "GET"
  public var headers: [(name: String, value: String)] = []
  public var body: [UInt8]?
  /// How long it may take from the connection to the end of the answer.
  public var seconds: Int64 = 60

  public init(_ address: String) { self.address = address }

  /// The request's target, taken from the address; nil where it is none.
  private struct Target {
    let isSecure: Bool
    let host: String
    let port: Int
    /// The Host field.
    let authority: String
    let path: String

    init?(_ address: String) {
      guard let parts = URLComponents(string: address), let host = parts.host, !host.isEmpty,
        let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https"
      else { return nil }
      isSecure = scheme == "https"
      // The brackets of an IPv6 address belong to the text of the address only.
      self.host = host.trimmingCharacters(in: ["[", "]"])
      port = parts.port ?? (isSecure ? 443 : 80)
      let shown = self.host.contains(":") ? "[\(self.host)]" : self.host
      authority = parts.port.map { "\(shown):\($0)" } ?? shown
      let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
      self.path = parts.percentEncodedQuery.map { "\(path)?\($0)" } ?? path
    }
  }

  /// Whether the address is one.
  public var isAddress: Bool { Target(address) != nil }

  /// Sends the request and reads the answer.
  /// - Throws: `Failure`, and errors of the network and of TLS.
  public func answer() async throws -> Answer {
    guard let target = Target(address) else { throw Failure(description: "\(address) is no address") }
    let context = target.isSecure ? try NIOSSLContext(configuration: .makeClientConfiguration()) : nil
    let connection = try await ClientBootstrap(group: NIOSingletons.posixEventLoopGroup)
      .connectTimeout(.seconds(seconds))
      .connect(host: target.host, port: target.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          if let context {
            let isNumber = (try? SocketAddress(ipAddress: target.host, port: target.port)) != nil
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLClientHandler(context: context, serverHostname: isNumber ? nil : target.host))
          }
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
            wrappingChannelSynchronously: channel)
        }
      }
    let channel = connection.channel
    let timeout = channel.eventLoop.scheduleTask(in: .seconds(seconds)) { channel.close(promise: nil) }
    defer { timeout.cancel() }
    return try await connection.executeThenClose { inbound, outbound in
      try await outbound.write(.head(head(target)))
      if let body { try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: body)))) }
      try await outbound.write(.end(nil))
      return try await read(inbound)
    }
  }

  private func head(_ target: Target) -> HTTPRequestHead {
    var fields = HTTPHeaders([("Host", target.authority), ("Connection", "close"), ("Accept", "*/*")])
    for header in headers { fields.replaceOrAdd(name: header.name, value: header.value) }
    if let body { fields.replaceOrAdd(name: "Content-Length", value: String(body.count)) }
    return HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: target.path, headers: fields)
  }

  private func read(_ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>) async throws -> Answer {
    var status: Int?
    var body: [UInt8] = []
    for try await part in inbound {
      switch part {
      case .head(let head): status = Int(head.status.code)
      case .body(let piece):
        guard body.count + piece.readableBytes <= Self.maximumBody else {
          throw Failure(description: "the answer is longer than \(Self.maximumBody) bytes")
        }
        body += piece.readableBytesView
      case .end: if let status { return Answer(status: status, body: body) }
      }
    }
    throw Failure(description: "the connection ended, or \(seconds) s went by, without an answer")
  }
}
