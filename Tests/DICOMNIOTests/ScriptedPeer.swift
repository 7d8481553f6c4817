// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMNetwork
import NIOCore
import NIOPosix

@testable import DICOMNIO

/// An acceptor that does what a test says, message by message.
struct ScriptedPeer {
  let messages: MessageChannel
  let channel: any Channel

  static let find: UID = "1.2.840.10008.5.1.4.1.2.2.1"
  static let move: UID = "1.2.840.10008.5.1.4.1.2.2.2"
  static let get: UID = "1.2.840.10008.5.1.4.1.2.2.3"

  /// Connects an association with a peer that follows `script`, and runs `body` on it.
  static func with(
    _ script: @escaping @Sendable (ScriptedPeer) async throws -> Void,
    _ body: @Sendable (Association) async throws -> Void
  ) async throws {
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0) { channel in
        channel.eventLoop.makeCompletedFuture {
          let mailbox = AssociationMailbox()
          try channel.pipeline.syncOperations.addHandler(
            AssociationHandler(acceptingFor: mailbox, limits: PDULimits(), artim: .seconds(2)))
          return AcceptedConnection(channel: channel, mailbox: mailbox)
        }
      }
    try await server.executeThenClose { connections in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for try await connection in connections {
            try await script(try await accept(connection))
            return
          }
        }
        try await body(try await connect(server.channel.localAddress?.port ?? 0))
        try await group.waitForAll()
      }
    }
  }

  private static func accept(_ connection: AcceptedConnection) async throws -> ScriptedPeer {
    let channel = connection.channel
    guard case .requested(let request) = try await connection.mailbox.next(timeout: nil, on: channel.eventLoop) else {
      throw AssociationError(.protocolViolation, "no request")
    }
    var policy = AcceptancePolicy(rules: [:], implementationClassUID: "1.2", implementationVersionName: "SCRIPT")
    policy.otherwise = AbstractSyntaxRule(transferSyntaxes: .anyProposed, allowsRequestorSCP: true)
    guard case .accept(let acceptance) = policy.negotiate(request) else {
      throw AssociationError(.protocolViolation, "rejected")
    }
    try await channel.writeAndFlush(AssociationRequest.accept(acceptance)).get()
    let negotiated = NegotiatedAssociation(request: request, acceptance: acceptance)
    return ScriptedPeer(
      messages: MessageChannel(role: .acceptor, negotiated: negotiated, channel: channel, mailbox: connection.mailbox),
      channel: channel)
  }

  private static func connect(_ port: Int) async throws -> Association {
    let syntax = [TransferSyntax.explicitVRLittleEndian.uid]
    var options = AssociationOptions()
    options.responseTimeout = .seconds(5)
    options.roleSelections = [RoleSelection(sopClass: Loopback.ct, scu: false, scp: true)]
    return try await Loopback.connect(
      port,
      contexts: PresentationContext.numbered([(find, syntax), (move, syntax), (get, syntax), (Loopback.ct, syntax)]),
      options: options)
  }

  /// The next request, its identifier passed over.
  func request() async throws -> DIMSEMessage {
    guard case .message(let message) = try await messages.next(timeout: .seconds(5)) else {
      throw AssociationError(.releasedByPeer, "release instead of a request")
    }
    if message.command.hasDataSet { _ = try await messages.collectDataSet(limit: 100_000, timeout: .seconds(5)) }
    return message
  }

  /// Waits for the release and answers it.
  func endWithRelease() async throws {
    guard case .releaseRequested = try await messages.next(timeout: .seconds(5)) else {
      throw AssociationError(.protocolViolation, "no release")
    }
    try await messages.request(.respondToRelease)
  }

  func answer(_ message: DIMSEMessage, _ status: UInt16, dataSet: [UInt8]? = nil) async throws {
    let response = message.command.response(status: status, hasDataSet: dataSet != nil)
    try await messages.send(response, dataSet: dataSet.map { ByteSlice($0) }, contextID: message.contextID)
  }

  /// (0010,0020) LO, explicit VR little endian.
  static func patient(_ id: String) -> [UInt8] {
    let value = Array(id.utf8) + (id.utf8.count % 2 == 1 ? [0x20] : [])
    return [0x10, 0, 0x20, 0, 0x4C, 0x4F, UInt8(value.count), 0] + value
  }
}
