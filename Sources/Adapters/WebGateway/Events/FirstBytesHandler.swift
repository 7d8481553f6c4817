// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Holds the first bytes of a connection back until it is known what it becomes, then goes out of the pipeline. Its
/// event loop runs all of it.
final class FirstBytesHandler<Made: Sendable>: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private struct Closed: Error {}

  private var buffer = ByteBuffer()
  private var isDecided = false
  private var timeout: Scheduled<Void>?
  private let patience: TimeAmount
  private let decided: EventLoopPromise<Made>
  /// Sets the rest of the pipeline up.
  private let make: (EventChannelRequest.Verdict) -> EventLoopFuture<Made>

  init(
    _ decided: EventLoopPromise<Made>, patience: TimeAmount,
    make: @escaping (EventChannelRequest.Verdict) -> EventLoopFuture<Made>
  ) {
    self.decided = decided
    self.patience = patience
    self.make = make
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    timeout = context.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timeout?.cancel()
    if !isDecided { decided.fail(Closed()) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var more = unwrapInboundIn(data)
    guard !isDecided else { return context.fireChannelRead(data) }
    buffer.writeBuffer(&more)
    let verdict = EventChannelRequest.verdict(buffer.readableBytesView)
    guard verdict != .unknown else { return }
    isDecided = true
    timeout?.cancel()
    make(verdict).cascade(to: decided)
    context.fireChannelRead(wrapInboundOut(buffer))
    context.fireChannelReadComplete()
    _ = context.pipeline.syncOperations.removeHandler(self)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // The server stops, and nothing was asked on this connection.
    if !isDecided, event is ChannelShouldQuiesceEvent { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    if !isDecided {
      isDecided = true
      decided.fail(Closed())
    }
    context.fireChannelInactive()
  }
}
