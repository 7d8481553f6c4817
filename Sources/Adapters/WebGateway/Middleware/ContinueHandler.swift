// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Tells a client that waits for it to go on with its body (RFC 9110 §10.1.1): curl waits a second before each large
/// one. Who sends more than is taken is not listened to any longer (RFC 9110 §15.5.14).
final class ContinueHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// Requests that are not answered yet; between their answers nothing may be written.
  private var pending = 0
  /// The body of the last request is still coming.
  private var isReceiving = false
  /// The answer that is being sent refuses what comes.
  private var isRefusing = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .head(let head) = unwrapInboundIn(data) {
      if pending == 0, let name = HTTPField.Name("Expect"), head.headerFields[name]?.lowercased() == "100-continue" {
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
      }
      pending += 1
      isReceiving = true
    }
    if case .end = unwrapInboundIn(data) { isReceiving = false }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head): isRefusing = head.status == .contentTooLarge
    case .body: break
    case .end:
      pending -= 1
      guard isRefusing, isReceiving, pending == 0 else { break }
      let channel = context.channel
      context.writeAndFlush(data).whenComplete { _ in channel.close(promise: nil) }
      promise?.succeed()
      return
    }
    context.write(data, promise: promise)
  }
}
