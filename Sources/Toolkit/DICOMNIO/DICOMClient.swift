// SPDX-License-Identifier: Apache-2.0

public import DICOMNetwork
public import NIOCore
public import NIOPosix
import Synchronization

/// Makes associations.
public enum DICOMClient {
  /// Connects and negotiates (PS3.8 §7.1.1).
  ///
  /// - Parameter contexts: what is proposed; see `PresentationContext.numbered(_:)`.
  /// - Throws: `AssociationError`, of code `.rejected` when the peer rejects.
  public static func connect(
    host: String, port: Int, calling: String, called: String, contexts: [PresentationContext],
    options: AssociationOptions = AssociationOptions(),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) async throws -> Association {
    let request = AssociateRQ(
      calledAETitle: called, callingAETitle: calling, presentationContexts: contexts,
      userInformation: UserInformation(
        maximumLength: UInt32(clamping: options.maximumLength),
        implementationClassUID: options.implementationClassUID,
        implementationVersionName: options.implementationVersionName, roleSelections: options.roleSelections,
        extendedNegotiations: options.extendedNegotiations, userIdentity: options.userIdentity))
    let mailbox = AssociationMailbox()
    let limits = PDULimits(maximumDataLength: options.maximumLength)
    let artim = TimeAmount(options.artimTimeout)
    let security = try options.tls?.requestorContext()
    let handshake = HandshakeResult()
    let bootstrap = ClientBootstrap(group: group)
      .connectTimeout(TimeAmount(options.connectTimeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let security { try TLSOptions.secure(channel, security, host: host, handshake) }
          try channel.pipeline.syncOperations.addHandler(
            AssociationHandler(requesting: request, mailbox: mailbox, limits: limits, artim: artim))
        }
      }
    let channel: any Channel
    do {
      channel = try await bootstrap.connect(host: host, port: port).get()
    } catch {
      throw AssociationError(.connectFailed, "no connection to \(host):\(port): \(ConnectFailure.text(error))")
    }
    do {
      try await handshake.future.withLock({ $0 })?.get()
      return try await negotiate(request, channel, mailbox, options)
    } catch {
      channel.close(promise: nil)
      throw error
    }
  }

  private static func negotiate(
    _ request: AssociateRQ, _ channel: any Channel, _ mailbox: AssociationMailbox, _ options: AssociationOptions
  ) async throws -> Association {
    let timeout = TimeAmount(options.associateTimeout)
    switch try await mailbox.next(timeout: timeout, on: channel.eventLoop) ?? .closed {
    case .accepted(let acceptance):
      let negotiated = NegotiatedAssociation(request: request, acceptance: acceptance)
      let messages = MessageChannel(role: .requestor, negotiated: negotiated, channel: channel, mailbox: mailbox)
      return Association(messages: messages, options: options)
    case let event: throw MessageChannel.error(event)
    }
  }
}
