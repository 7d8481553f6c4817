// SPDX-License-Identifier: Apache-2.0

import DICOMNetwork
import NIOCore

/// Drives the upper layer on a channel: bytes → `PDUDecoder` → `AssociationMachine` → actions.
///
/// Events go to the mailbox; when it is full, the channel is not read from until it has room again.
final class AssociationHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = AssociationRequest
  typealias OutboundOut = ByteBuffer

  private let mailbox: AssociationMailbox
  private let request: AssociateRQ?
  private let artim: TimeAmount
  private var decoder: PDUDecoder
  private var machine: AssociationMachine
  private var artimTimer: Scheduled<Void>?
  private var isPaused = false
  private var wantsRead = false
  private var violation = ""

  /// A requestor, which sends `request` when the connection is there.
  init(requesting request: AssociateRQ, mailbox: AssociationMailbox, limits: PDULimits, artim: TimeAmount) {
    self.request = request
    self.mailbox = mailbox
    self.artim = artim
    decoder = PDUDecoder(limits: limits)
    machine = AssociationMachine(role: .requestor)
  }

  /// An acceptor.
  init(acceptingFor mailbox: AssociationMailbox, limits: PDULimits, artim: TimeAmount) {
    request = nil
    self.mailbox = mailbox
    self.artim = artim
    decoder = PDUDecoder(limits: limits)
    machine = AssociationMachine(role: .acceptor)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    mailbox.attach {
      eventLoop.execute {
        let (handler, context) = loopBound.value
        handler.resumeReading(context)
      }
    }
    if context.channel.isActive { start(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    start(context)
    context.fireChannelActive()
  }

  private func start(_ context: ChannelHandlerContext) {
    guard machine.state == .sta1 else { return }
    guard let request else {
      perform(machine.transportAccepted(), context)
      return
    }
    do {
      // The transport is open already, so the action of AE-1 has been done.
      _ = try machine.associateRequested(request)
      perform(machine.transportConnected(), context)
    } catch {
      context.close(promise: nil)
    }
  }

  // MARK: In

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    unwrapInboundIn(data).withUnsafeReadableBytes { decoder.feed($0) }
    do throws(PDUError) {
      while let pdu = try decoder.next() { receive(pdu, context) }
    } catch {
      violation = error.description
      perform(machine.receivedInvalidPDU(error.abortReason), context)
    }
  }

  private func receive(_ pdu: PDU, _ context: ChannelHandlerContext) {
    violation = "unexpected PDU in state Sta\(machine.state.rawValue)"
    let actions = machine.received(pdu)
    if case .data(let values) = pdu, actions == [.indicateData] {
      for value in values { push(.value(value)) }
    } else {
      perform(actions, context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    perform(machine.transportClosed(), context)
    artimTimer?.cancel()
    push(.closed)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func read(context: ChannelHandlerContext) {
    if isPaused { wantsRead = true } else { context.read() }
  }

  private func resumeReading(_ context: ChannelHandlerContext) {
    isPaused = false
    if wantsRead {
      wantsRead = false
      context.read()
    }
  }

  private func push(_ event: AssociationEvent) { isPaused = !mailbox.push(event) }

  // MARK: Out

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    do throws(AssociationStateError) {
      switch unwrapOutboundIn(data) {
      case .data(let pdus):
        _ = try machine.dataRequested()
        context.write(wrapOutboundOut(pdus), promise: promise)
      case .accept(let acceptance): perform(try machine.associateAccepted(acceptance), context, promise)
      case .reject(let rejection): perform(try machine.associateRejected(rejection), context, promise)
      case .release: perform(try machine.releaseRequested(), context, promise)
      case .respondToRelease: perform(try machine.releaseResponded(), context, promise)
      case .abort: perform(try machine.abortRequested(), context, promise)
      }
    } catch {
      promise?.fail(AssociationError(.notEstablished, error.description))
    }
  }

  // MARK: Actions

  private func perform(
    _ actions: [AssociationMachine.Action], _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>? = nil
  ) {
    var promise = promise
    for action in actions {
      switch action {
      case .openTransport, .sendData, .indicateData: break
      case .closeTransport: context.close(promise: nil)
      case .startARTIM: startARTIM(context)
      case .stopARTIM: artimTimer?.cancel()
      case .send(let pdu):
        send(pdu, context, promise)
        promise = nil
      case .indicateAssociate(let request): push(.requested(request))
      case .confirmAccepted(let acceptance): push(.accepted(acceptance))
      case .confirmRejected(let rejection): push(.rejected(rejection))
      case .indicateRelease: push(.releaseRequested)
      case .confirmRelease: push(.released)
      case .indicateAbort(let abort): push(.aborted(abort))
      case .indicateProviderAbort(let reason): push(.providerAborted(reason, violation))
      case .indicateTransportClosed: push(.closed)
      }
    }
    promise?.succeed()
  }

  private func send(_ pdu: PDU, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    do throws(PDUError) {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: try pdu.encoded())), promise: promise)
    } catch {
      promise?.fail(AssociationError(.notEncodable, error.description))
      push(.providerAborted(.notSpecified, error.description))
      context.close(promise: nil)
    }
  }

  private func startARTIM(_ context: ChannelHandlerContext) {
    artimTimer?.cancel()
    let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    artimTimer = context.eventLoop.scheduleTask(in: artim) {
      let (handler, context) = loopBound.value
      handler.perform(handler.machine.artimExpired(), context)
    }
  }
}
