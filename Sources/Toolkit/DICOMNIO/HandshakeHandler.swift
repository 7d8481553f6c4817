// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOTLS
import Synchronization

/// Where the outcome of a TLS handshake is waited for.
final class HandshakeResult: Sendable {
  let future = Mutex<EventLoopFuture<Void>?>(nil)
}

/// Tells when TLS was negotiated, or why it was not.
final class HandshakeHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private var promise: EventLoopPromise<Void>?

  init(_ promise: EventLoopPromise<Void>) { self.promise = promise }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent {
      promise?.succeed(())
      promise = nil
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(AssociationError(.connectFailed, "TLS could not be negotiated: \(error)"))
    context.fireErrorCaught(error)
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(AssociationError(.connectFailed, "TLS could not be negotiated: the peer closed the connection"))
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    fail(AssociationError(.connectFailed, "TLS could not be negotiated"))
  }

  private func fail(_ error: AssociationError) {
    promise?.fail(error)
    promise = nil
  }
}
