// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMNetwork
import Foundation
import Logging
import Trust

/// Listens for associations and serves each on a thread of its own, out of a bounded set.
public final class DICOMServer: Sendable {
  /// The port that it listens on.
  public let port: Int
  private let threads: AcceptingThreads
  private let open: OpenSockets
  /// The port on which TLS is spoken; nil for none.
  public let tlsPort: Int?
  private let tlsThreads: AcceptingThreads?

  /// Binds the port, so that a port that is taken is known at once.
  /// - Parameter authenticate: checks a user name and passcode for an address.
  public init(
    options: GatewayOptions, archive: ImageArchive, nodes: any NodeDirectory, journal: any AuditJournal,
    department: DepartmentServices, logger: Logger,
    authenticate: @escaping @Sendable (String, String, String) -> Bool
  ) throws {
    let registry = ServiceRegistry(
      options: options, providers: department.providers(), characterSets: department.answerCharacterSets)
    let services = GatewayServices(
      options: options, archive: archive, nodes: nodes, journal: journal, registry: registry,
      policy: AssociationPolicy(options: options, nodes: nodes, registry: registry, authenticate: authenticate),
      logger: logger, absences: department.absences)
    let listener = try ListeningSocket(host: options.host, port: options.port)
    let open = OpenSockets()
    port = listener.port
    self.open = open
    threads = AcceptingThreads(listener: listener, limit: options.maximumAssociations) { socket in
      open.insert(socket)
      ServedAssociation(services: services, socket: socket).run()
      open.remove(socket)
    } refuse: { socket in
      open.insert(socket)
      Self.refuse(socket, services)
      open.remove(socket)
    }
    guard let secure = options.tlsListener else {
      (tlsPort, tlsThreads) = (nil, nil)
      return
    }
    let context = try TLSContext(.listener, secure.files) { logger.warning("\($0)") }
    let tlsListener = try ListeningSocket(host: secure.host, port: secure.port)
    tlsPort = tlsListener.port
    tlsThreads = AcceptingThreads(listener: tlsListener, limit: options.maximumAssociations) { socket in
      open.insert(socket)
      if Self.secure(socket, context, services) { ServedAssociation(services: services, socket: socket).run() }
      open.remove(socket)
    } refuse: { socket in
      open.insert(socket)
      if Self.secure(socket, context, services) { Self.refuse(socket, services) }
      open.remove(socket)
    }
  }

  /// Starts to accept, on threads of its own.
  public func start() {
    threads.start()
    tlsThreads?.start()
  }

  /// Takes no more associations, cuts off the open ones, and waits until their threads are done.
  public func stop() {
    open.shutdownAll()
    threads.stop(within: 5)
    tlsThreads?.stop(within: 5)
  }

  /// Negotiates TLS within the time that a request may take.
  private static func secure(_ socket: BlockingSocket, _ context: TLSContext, _ services: GatewayServices) -> Bool {
    let patience = services.options.artimSeconds
    socket.setTimeouts(receive: patience, send: patience)
    do throws(TransportError) {
      try socket.secure(context)
      return true
    } catch {
      services.logger.notice("no TLS with \(socket.peer): \(error)")
      socket.shutdown()
      return false
    }
  }

  /// A-ASSOCIATE-RJ: local limit exceeded, transient (PS3.8 §9.3.4).
  private static func refuse(_ socket: BlockingSocket, _ services: GatewayServices) {
    services.logger.warning(
      "association from \(socket.peer) rejected: \(services.options.maximumAssociations) are open")
    let patience = min(services.options.artimSeconds, 5)
    socket.setTimeouts(receive: patience, send: patience)
    let stream = PDUStream(socket, limits: PDULimits())
    let layer = UpperLayer(stream, role: .acceptor, artimSeconds: patience, idleSeconds: patience)
    _ = try? layer.accept { _ in .reject(.localLimitExceeded) }
    socket.shutdown()
  }
}
