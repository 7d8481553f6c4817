// SPDX-License-Identifier: Apache-2.0

public import DICOMNetwork
import DICOMServices
public import NIOCore
public import NIOPosix
import Synchronization

/// What happens on a listener, for logs.
public enum ListenerEvent: Sendable {
  case accepted(NegotiatedAssociation, peer: String)
  case rejected(AssociateRJ, calling: String, called: String, peer: String)
  case ended(calling: String, peer: String, reason: String?)
}

/// How a listener behaves.
public struct ListenerOptions: Sendable {
  public var policy: AcceptancePolicy
  /// Associations above this are rejected: local limit exceeded.
  public var maximumAssociations: Int
  /// An association on which nothing arrives for so long is aborted.
  public var inactivityTimeout: Duration?
  /// The ARTIM timer (PS3.8 §9.1.5).
  public var artimTimeout: Duration
  public var observer: @Sendable (ListenerEvent) -> Void

  public init(
    policy: AcceptancePolicy, maximumAssociations: Int = 64, inactivityTimeout: Duration? = .seconds(300),
    observer: @escaping @Sendable (ListenerEvent) -> Void = { _ in }
  ) {
    self.policy = policy
    self.maximumAssociations = maximumAssociations
    self.inactivityTimeout = inactivityTimeout
    self.observer = observer
    artimTimeout = .seconds(AssociationMachine.defaultARTIMSeconds)
  }
}

/// Accepts associations and serves verification, storage and event reports on them.
public struct DICOMListener: Sendable {
  private let server: NIOAsyncChannel<AcceptedConnection, Never>
  private let options: ListenerOptions
  private let storage: (any CStoreProvider)?
  private let events: (any EventReceiver)?

  /// Listens; connections are taken from `run()` on.
  ///
  /// - Parameter port: 0 takes a free one; see `port`.
  public static func bind(
    host: String, port: Int, options: ListenerOptions, storage: (any CStoreProvider)? = nil,
    events: (any EventReceiver)? = nil,
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) async throws -> DICOMListener {
    let limits = PDULimits(maximumDataLength: Int(options.policy.maximumLength))
    let artim = TimeAmount(options.artimTimeout)
    let server = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.backlog, value: 256)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .bind(host: host, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          let mailbox = AssociationMailbox()
          try channel.pipeline.syncOperations.addHandler(
            AssociationHandler(acceptingFor: mailbox, limits: limits, artim: artim))
          return AcceptedConnection(channel: channel, mailbox: mailbox)
        }
      }
    return DICOMListener(server: server, options: options, storage: storage, events: events)
  }

  /// The port that is listened on.
  public var port: Int { server.channel.localAddress?.port ?? 0 }

  /// Serves until the task is cancelled; associations that are open then are aborted.
  public func run() async throws {
    let open = OpenAssociations()
    try await withTaskCancellationHandler {
      try await server.executeThenClose { connections in
        await withDiscardingTaskGroup { group in
          do {
            for try await connection in connections {
              group.addTask { await serve(connection, open) }
            }
          } catch {
            if !Task.isCancelled {
              options.observer(.ended(calling: "", peer: "", reason: "listening ended: \(error)"))
            }
          }
          group.cancelAll()
        }
      }
    } onCancel: {
      server.channel.close(promise: nil)
    }
  }

  private func serve(_ connection: AcceptedConnection, _ open: OpenAssociations) async {
    let count = open.enter()
    defer { open.leave() }
    await AcceptedAssociation(
      connection: connection, options: options, storage: storage, events: events,
      isOverLimit: count > options.maximumAssociations
    ).run()
  }
}

/// A connection before its association is negotiated.
struct AcceptedConnection: Sendable {
  let channel: any Channel
  let mailbox: AssociationMailbox
}

/// Counts.
private final class OpenAssociations: Sendable {
  private let count = Atomic<Int>(0)

  func enter() -> Int { count.add(1, ordering: .relaxed).newValue }
  func leave() { count.subtract(1, ordering: .relaxed) }
}
