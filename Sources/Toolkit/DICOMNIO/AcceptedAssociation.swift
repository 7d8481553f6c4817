// SPDX-License-Identifier: Apache-2.0

import DICOMNetwork
import DICOMServices
import NIOCore

/// Serves one association that a peer requested, message after message.
struct AcceptedAssociation {
  let connection: AcceptedConnection
  let options: ListenerOptions
  let storage: (any CStoreProvider)?
  let events: (any EventReceiver)?
  let isOverLimit: Bool

  private var peer: String { connection.channel.remoteAddress?.description ?? "" }

  func run() async {
    let channel = connection.channel
    do {
      guard let messages = try await negotiate() else { return }
      let calling = messages.negotiated.callingAETitle
      do {
        try await serve(messages)
        options.observer(.ended(calling: calling, peer: peer, reason: nil))
      } catch {
        try? await messages.abort()
        options.observer(.ended(calling: calling, peer: peer, reason: Self.text(error)))
      }
    } catch {
      channel.close(promise: nil)
      options.observer(.ended(calling: "", peer: peer, reason: Self.text(error)))
    }
  }

  private static func text(_ error: any Error) -> String {
    error is CancellationError ? "the listener stops" : "\(error)"
  }

  /// Nil when the association was rejected.
  private func negotiate() async throws -> MessageChannel? {
    let channel = connection.channel
    // No time limit of our own: the ARTIM timer closes a connection on which no request comes.
    let event = try await connection.mailbox.next(timeout: nil, on: channel.eventLoop) ?? .closed
    guard case .requested(let request) = event else { throw MessageChannel.error(event) }
    switch isOverLimit ? .reject(.localLimitExceeded) : options.policy.negotiate(request) {
    case .reject(let rejection):
      options.observer(
        .rejected(rejection, calling: request.callingAETitle, called: request.calledAETitle, peer: peer))
      try await channel.writeAndFlush(AssociationRequest.reject(rejection)).get()
      return nil
    case .accept(let acceptance):
      try await channel.writeAndFlush(AssociationRequest.accept(acceptance)).get()
      let negotiated = NegotiatedAssociation(request: request, acceptance: acceptance)
      options.observer(.accepted(negotiated, peer: peer))
      return MessageChannel(role: .acceptor, negotiated: negotiated, channel: channel, mailbox: connection.mailbox)
    }
  }

  private func serve(_ messages: MessageChannel) async throws {
    let timeout = options.inactivityTimeout
    while true {
      guard case .message(let message) = try await messages.next(timeout: timeout) else {
        try await messages.request(.respondToRelease)
        return
      }
      let command = message.command
      switch command.commandField {
      case .cEchoRQ:
        try await messages.send(command.response(status: DIMSEStatus.success.rawValue), contextID: message.contextID)
      case .cStoreRQ:
        try await CStoreDispatch(messages: messages, timeout: timeout).serve(message, storage)
      case .nEventReportRQ:
        try await EventDispatch(messages: messages, timeout: timeout).serve(message, events)
      case .cCancelRQ:
        break
      default:
        if command.hasDataSet {
          try await FragmentReader(messages: messages, timeout: timeout, isEmpty: false).drain()
        }
        let status = DIMSEStatus.unrecognizedOperation.rawValue
        try await messages.send(command.response(status: status), contextID: message.contextID)
      }
    }
  }
}
