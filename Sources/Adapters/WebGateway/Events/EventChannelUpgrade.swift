// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOWebSocket
import Radiology
import Synchronization
import Trust

/// Makes an event channel of a connection whose first request asks for one, and whose user may see orders.
struct EventChannelUpgrade: Sendable {
  let services: WebServices
  let logger: Logger

  /// Bytes of one message of a client; what it sends is not used.
  private static let maximumFrame = 1 << 14

  /// What was found out of who asks.
  private enum Verdict: Sendable {
    case refused(HTTPResponseStatus)
    case granted(Principal, HTTPFields)

    var status: HTTPResponseStatus {
      if case .refused(let status) = self { status } else { .badRequest }
    }
  }

  private final class Decision: Sendable {
    let verdict = Mutex(Verdict.refused(.badRequest))
  }

  /// Puts the handlers into the pipeline.
  /// - Returns: nil where the request was refused, and answered.
  func configure(_ channel: any Channel) throws -> EventLoopFuture<EventChannelSession?> {
    let decision = Decision()
    let upgrader = NIOTypedWebSocketServerUpgrader<EventChannelSession?>(
      maxFrameSize: Self.maximumFrame,
      shouldUpgrade: { channel, head in
        channel.eventLoop.makeFutureWithTask {
          let verdict = await check(head)
          decision.verdict.withLock { $0 = verdict }
          if case .refused = verdict { return nil }
          return HTTPHeaders()
        }
      },
      upgradePipelineHandler: { channel, head in
        channel.eventLoop.makeCompletedFuture {
          let frames = try NIOAsyncChannel<WebSocketFrame, WebSocketFrame>(wrappingChannelSynchronously: channel)
          guard let desk = services.ports.procedureSteps, let title = Self.title(head),
            case .granted(let principal, let fields) = decision.verdict.withLock({ $0 })
          else { return nil }
          return EventChannelSession(title: title, desk: desk, frames: frames) {
            await authentication.isStillAllowed(principal, with: fields)
          }
        }
      })
    let configuration = NIOUpgradableHTTPServerPipelineConfiguration(
      upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration<EventChannelSession?>(
        upgraders: [upgrader],
        notUpgradingCompletionHandler: { channel in
          Self.refuse(channel, decision.verdict.withLock { $0.status })
        }))
    return try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(configuration: configuration)
  }

  private static func refuse(_ channel: any Channel, _ status: HTTPResponseStatus) -> EventLoopFuture<
    EventChannelSession?
  > {
    let head = HTTPResponseHead(
      version: .http1_1, status: status,
      headers: ["Content-Length": "0", "Connection": "close", "Cache-Control": "no-store"])
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
    return channel.writeAndFlush(HTTPServerResponsePart.end(nil)).map { nil }
  }

  /// Who asks: as every route finds it out.
  private func check(_ head: HTTPRequestHead) async -> Verdict {
    var fields = HTTPFields()
    for (name, value) in head.headers {
      if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    }
    guard services.ports.procedureSteps != nil else { return .refused(.serviceUnavailable) }
    guard Self.title(head) != nil else { return .refused(.badRequest) }
    // A cookie travels with what another site's page opens.
    if let origin = head.headers["Origin"].first, !isOurs(origin, head) { return .refused(.forbidden) }
    guard let found = try? await authentication.principal(of: fields) else { return .refused(.unauthorized) }
    guard found.onlyStudies == nil, found.may(.viewOrders) else { return .refused(.forbidden) }
    return .granted(found, fields)
  }

  private var authentication: Authentication {
    Authentication(authenticator: services.authenticator, pool: services.pool, linkKey: services.options.linkKey)
  }

  private func isOurs(_ origin: String, _ head: HTTPRequestHead) -> Bool {
    let host = head.headers["Host"].first ?? ""
    return origin == "http://\(host)" || origin == "https://\(host)" || services.options.allowedOrigins.contains(origin)
  }

  /// The AE title that the path names.
  private static func title(_ head: HTTPRequestHead) -> String? {
    let path = head.uri.prefix { $0 != "?" }
    guard path.hasPrefix(EventChannelRequest.path) else { return nil }
    let name = path.dropFirst(EventChannelRequest.path.count)
    guard !name.isEmpty, !name.contains("/"), let title = try? QueryParameters.decode(pathComponent: name),
      title.utf8.count <= 16
    else { return nil }
    return title
  }
}
