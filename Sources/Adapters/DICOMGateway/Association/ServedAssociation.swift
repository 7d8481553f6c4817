// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMNetwork
import Foundation
import Logging
import Trust
import Workflow

/// One association that a peer asked for, from its request to its end: reads messages and lets the providers answer.
struct ServedAssociation {
  let services: GatewayServices
  let socket: BlockingSocket

  /// Names the peer. Made where something is written, since most associations write nothing.
  private var logger: Logger {
    var logger = services.logger
    logger[metadataKey: "peer"] = "\(socket.peer)"
    return logger
  }

  /// Serves until the end. Blocks.
  func run() {
    let options = services.options
    socket.setTimeouts(receive: options.artimSeconds, send: options.idleSeconds)
    let stream = PDUStream(socket, limits: PDULimits(maximumDataLength: options.maximumPDULength))
    let layer = UpperLayer(
      stream, role: .acceptor, artimSeconds: options.artimSeconds, idleSeconds: options.idleSeconds)
    do throws(AssociationEnd) {
      let negotiated = try layer.accept { services.policy.answer($0, from: socket) }
      serve(BlockingAssociation(layer, negotiated, role: .acceptor))
    } catch {
      log(error)
      if case .violation = error { layer.abort(error) }
      socket.shutdown()
    }
  }

  private func serve(_ association: BlockingAssociation) {
    let caller = association.negotiated.callingAETitle
    debug("association of \(caller) with \(association.negotiated.contexts.count) contexts")
    services.absences.heard(of: caller, now: services.now())
    let state = State()
    defer { audit(stored: state.storage, by: caller) }
    do {
      while !state.isReleasing {
        try tellWhileSilent(association, state)
        guard !state.isReleasing, let message = try association.nextMessage() else { break }
        try answer(message, on: association, state)
      }
      state.storage = finished(state.storage, by: caller)
      try association.layer.respondToRelease()
      debug("association of \(caller) released")
    } catch let end as AssociationEnd {
      log(end)
      switch end {
      case .transport, .abortedByPeer: socket.shutdown()
      default: association.layer.abort(end)
      }
    } catch {
      logger.error("association of \(caller) aborted: \(error)")
      association.layer.abort(nil)
    }
  }

  private func answer(
    _ message: BlockingAssociation.Message, on association: BlockingAssociation, _ state: State
  ) throws {
    let command = message.command
    let sopClass = message.context.abstractSyntax
    switch command.commandField {
    case .cEchoRQ:
      try association.send(command.response(status: StatusCode.success), on: message.context)
    case .cStoreRQ:
      let provider = try state.storage ?? makeStorage(association)
      state.storage = provider
      defer { provider.answered() }
      try association.send(provider.store(message, on: association), on: message.context)
    case .cFindRQ where QueryIdentifier.findModels[sopClass] != nil:
      audit("Query", association, object: sopClass.rawValue)
      try FindProvider(
        archive: services.archive, retrieveAETitle: services.options.aeTitle, remotes: remotes, views: services.views,
        toleratesMissingKeys: services.options.toleratesMissingKeys, logger: logger
      )
      .find(message, model: QueryIdentifier.findModels[sopClass] ?? .studyRoot, on: association)
    case .cMoveRQ where QueryIdentifier.moveModels[sopClass] != nil:
      audit("DICOM Instances Transferred", association, object: command.moveDestination ?? "")
      try retrieval.move(message, model: QueryIdentifier.moveModels[sopClass] ?? .studyRoot, on: association)
    case .cGetRQ where QueryIdentifier.getModels[sopClass] != nil:
      audit("DICOM Instances Transferred", association, object: association.negotiated.callingAETitle)
      try retrieval.get(message, model: QueryIdentifier.getModels[sopClass] ?? .studyRoot, on: association)
    default:
      guard let provider = state.provider(of: sopClass, in: services.registry), !command.commandField.isResponse else {
        return try refuse(message, on: association)
      }
      if command.commandField == .cFindRQ, let finder = provider as? any FindingProvider {
        audit("Query", association, object: sopClass.rawValue)
        return try FindAnswering(
          provider: finder, association: association, characterSets: services.registry.characterSets, logger: logger
        ).answer(message)
      }
      guard command.commandField.isNormalized else { return try refuse(message, on: association) }
      audit(
        "Procedure Record", association, object: "\(command.commandField) \(command.sopInstanceUID?.rawValue ?? "")")
      let answer = NormalizedAnswer(provider: provider, association: association, address: socket.peer, logger: logger)
      guard let report = try answer.answer(message) else { return }
      try deliver(report, of: association, state)
    }
  }

  /// What lasts from message to message.
  private final class State {
    var storage: StorageProvider?
    private var providers: [Int: any ServiceProvider] = [:]
    /// The peer has asked for release while something was sent to it.
    var isReleasing = false
    var lastMessageID: UInt16 = 0

    var isWatching: Bool { providers.values.contains(where: \.isWatching) }

    func owed() throws -> (any OwedReport)? {
      for provider in providers.values where provider.isWatching {
        if let report = try provider.owed() { return report }
      }
      return nil
    }

    /// Who performs this association's DIMSE-N requests on a presentation context.
    func provider(of abstractSyntax: UID, in registry: ServiceRegistry) -> (any ServiceProvider)? {
      guard let index = registry.index(of: abstractSyntax) else { return nil }
      if let known = providers[index] { return known }
      let made = registry.providers[index].forAssociation()
      providers[index] = made
      return made
    }
  }

  /// How often it is looked for what a silent peer must be told, in milliseconds.
  private static let watchInterval: Int32 = 500

  /// While the peer says nothing, tells it what it must be told.
  private func tellWhileSilent(_ association: BlockingAssociation, _ state: State) throws {
    var left = services.options.idleSeconds * 1000
    while left > 0, state.isWatching, !association.hasInput(within: Self.watchInterval) {
      left -= Int(Self.watchInterval)
      guard let report = try state.owed() else { continue }
      try deliver(report, of: association, state)
      if state.isReleasing { return }
    }
  }

  /// How long a peer that may want to release is given, before it is sent an event.
  private static let releaseGrace: Int32 = 200

  /// Sends an event that is owed, unless the peer goes on to something else first, and waits for its answer; serves
  /// what comes before that.
  private func deliver(
    _ report: any OwedReport, of association: BlockingAssociation, _ state: State
  ) throws {
    do {
      guard let event = try report.event() else { return }
      let classes = [event.sopClass] + event.otherContexts
      guard let context = classes.lazy.compactMap({ association.negotiated.contexts(for: $0).first }).first else {
        return try report.notDelivered("\(event.sopClass) was not negotiated")
      }
      if association.hasInput(within: Self.releaseGrace) {
        return try report.overtaken()
      }
      state.lastMessageID &+= 1
      let id = state.lastMessageID
      try EventReporting(association).send(event, messageID: id, on: context)
      while let message = try association.nextMessage() {
        if try EventReporting(association).isAnswer(message, to: id) { return try report.delivered() }
        try answer(message, on: association, state)
        if state.isReleasing { break }
      }
      state.isReleasing = true
      try report.notDelivered("the requester released the association before it answered")
    } catch let refused as EventReporting.Refused {
      logger.notice("event refused by \(association.negotiated.callingAETitle): \(refused)")
      try report.notDelivered("\(refused)")
    } catch {
      try? report.notDelivered("\(error)")
      throw error
    }
  }

  /// A message that no provider answers: a response says so, the association goes on.
  private func refuse(_ message: BlockingAssociation.Message, on association: BlockingAssociation) throws {
    guard !message.command.commandField.isResponse else {
      throw AssociationEnd.violation("\(message.command.commandField) to no request", .unexpectedPDUParameter)
    }
    if message.command.hasDataSet { try association.skipDataSet(of: message) }
    var response = message.command.response(status: StatusCode.unrecognizedOperation)
    response.errorComment = "\(message.command.commandField) is not provided for this SOP class"
    try association.send(response, on: message.context)
  }

  private var retrieval: RetrieveProvider {
    RetrieveProvider(
      archive: services.archive, nodes: services.nodes, options: services.options, remotes: remotes,
      views: services.views, logger: logger)
  }

  private var remotes: RemoteArchives {
    RemoteArchives(nodes: services.nodes, options: services.options, logger: logger)
  }

  private func makeStorage(_ association: BlockingAssociation) throws -> StorageProvider {
    let source = InstanceSource(
      way: .dimse, sender: association.negotiated.callingAETitle, receiver: association.negotiated.calledAETitle,
      address: socket.peer)
    return StorageProvider(sink: try services.archive.makeSink(source: source), logger: logger)
  }

  // MARK: - What is written down

  private func finished(_ storage: StorageProvider?, by caller: String) -> StorageProvider? {
    audit(stored: storage, by: caller)
    return nil
  }

  private func audit(stored storage: StorageProvider?, by caller: String) {
    guard let storage, !storage.studies.isEmpty else { return }
    services.audit(
      storage.studies.sorted().map { study in
        AuditEvent(
          at: services.now(), event: "DICOM Instances Transferred", actor: caller, address: socket.peer, object: study)
      })
  }

  private func audit(_ event: String, _ association: BlockingAssociation, object: String) {
    services.audit(
      [
        AuditEvent(
          at: services.now(), event: event, actor: association.negotiated.callingAETitle, address: socket.peer,
          object: object)
      ])
  }

  private func debug(_ message: @autoclosure () -> String) {
    if services.logger.logLevel <= .debug { logger.debug("\(message())") }
  }

  private func log(_ end: AssociationEnd) {
    switch end {
    case .transport(let error) where error.code == .closed: debug("association ended: \(end)")
    default: logger.notice("association ended: \(end)")
    }
  }
}
