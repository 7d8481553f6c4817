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
  private let services: GatewayServices
  private let listener: ListeningSocket
  private let workers: WorkerThreads
  /// Says no to what comes over the limit.
  private let doorkeepers = WorkerThreads(limit: 4)
  private let open = OpenSockets()

  /// Binds the port, so that a port that is taken is known at once.
  /// - Parameter authenticate: checks a user name and passcode for an address.
  public init(
    options: GatewayOptions, archive: ImageArchive, nodes: any NodeDirectory, journal: any AuditJournal,
    logger: Logger, authenticate: @escaping @Sendable (String, String, String) -> Bool
  ) throws {
    services = GatewayServices(
      options: options, archive: archive, nodes: nodes, journal: journal,
      policy: AssociationPolicy(options: options, nodes: nodes, authenticate: authenticate), logger: logger)
    listener = try ListeningSocket(host: options.host, port: options.port)
    port = listener.port
    workers = WorkerThreads(limit: options.maximumAssociations)
  }

  /// Starts to accept, on a thread of its own.
  public func start() {
    let thread = Thread { [self] in
      while let socket = listener.accept() { take(socket) }
    }
    thread.name = "dicom-accept"
    thread.start()
  }

  /// Takes no more associations, cuts off the open ones, and waits until their threads are done.
  public func stop() {
    listener.shutdown()
    open.shutdownAll()
    workers.stop(within: 5)
    doorkeepers.stop(within: 1)
  }

  private func take(_ socket: BlockingSocket) {
    open.insert(socket)
    let isServed = workers.run { [self] in
      ServedAssociation(services: services, socket: socket).run()
      open.remove(socket)
    }
    if isServed { return }
    let isRefused = doorkeepers.run { [self] in
      refuse(socket)
      open.remove(socket)
    }
    if !isRefused {
      socket.shutdown()
      open.remove(socket)
    }
  }

  /// A-ASSOCIATE-RJ: local limit exceeded, transient (PS3.8 §9.3.4).
  private func refuse(_ socket: BlockingSocket) {
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
