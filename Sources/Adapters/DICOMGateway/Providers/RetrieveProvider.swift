// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMFile
import DICOMNetwork
import DICOMServices
import Logging

/// C-MOVE and C-GET as provider (PS3.4 §C.4.2, §C.4.3).
struct RetrieveProvider {
  let archive: ImageArchive
  let nodes: any NodeDirectory
  let options: GatewayOptions
  let remotes: RemoteArchives
  let views: ViewMemory
  let logger: Logger

  /// What a request selects.
  private struct Selected {
    let instances: [StoredInstance]
    /// What goes out in place of the only instance.
    var extracted: ExtractedInstance?
    /// What goes out in place of instances in a view.
    var viewed: ViewedObjects?
  }

  /// C-GET: the instances come back on the same association.
  func get(
    _ message: BlockingAssociation.Message, model: QueryIdentifier.Model, on association: BlockingAssociation
  ) throws {
    guard let selected = try select(message, model, association) else { return }
    var sender = InstanceSender(archive: archive, logger: logger)
    sender.extracted = selected.extracted
    sender.viewed = selected.viewed
    try perform(message, selected.instances, association, holdsPending: true) { [sender] batch, count in
      var ahead = ReadingAhead(sender.viewed == nil ? batch : [], archive: self.archive)
      for instance in batch {
        ahead.next()
        let id = UInt16(truncatingIfNeeded: (message.command.messageID ?? 0) &+ 1)
        let outcome =
          model == .withoutBulkData
          ? try sender.sendWithoutBulkData(instance, messageID: id, on: association)
          : try sender.send(instance, messageID: id, on: association, role: .acceptor)
        guard try count(instance, outcome) else {
          return
        }
      }
    }
  }

  /// C-MOVE: the instances go to a third party, over associations of ours.
  func move(
    _ message: BlockingAssociation.Message, model: QueryIdentifier.Model, on association: BlockingAssociation
  ) throws {
    let command = message.command
    let destination = command.moveDestination ?? ""
    guard let node = try nodes.node(aeTitle: destination) else {
      _ = try association.readIdentifier(of: message)
      var response = command.response(status: StatusCode.moveDestinationUnknown)
      response.errorComment = "no node has the AE title \(destination)"
      return try association.send(response, on: message.context)
    }
    guard let selected = try select(message, model, association) else { return }
    let originator = (association.negotiated.callingAETitle, command.messageID ?? 0)
    var sender = InstanceSender(archive: archive, logger: logger, moveOriginator: originator)
    sender.extracted = selected.extracted
    sender.viewed = selected.viewed
    try perform(message, selected.instances, association) { batch, count in
      try self.forward(batch, to: node, sender, count)
    }
  }

  /// Reads the identifier and looks the instances up, or makes one of their frames; nil after a refusal was sent.
  private func select(
    _ message: BlockingAssociation.Message, _ model: QueryIdentifier.Model, _ association: BlockingAssociation
  ) throws -> Selected? {
    let command = message.command
    do {
      let identifier = try QueryIdentifier(
        association.readIdentifier(of: message), model: model, transferSyntax: message.context.transferSyntax)
      let negotiated = QueryRetrieveNegotiation(retrieve: association.extendedNegotiation(of: message.context))
      if !negotiated.relational, !options.toleratesMissingKeys { try identifier.checkHierarchy() }
      let selection = try identifier.selection()
      if let view = try identifier.view(negotiated) { return try select(selection, view) }
      try RemoteRetrieval(archive: archive, remotes: remotes, logger: logger).fetch(
        selection, level: identifier.level, for: association.negotiated.callingAETitle)
      let instances = try archive.index.instances(selection)
      guard let frames = identifier.frames, let source = instances.first else {
        return Selected(instances: instances)
      }
      return Selected(instances: [source], extracted: try ExtractedInstance(frames, of: source, in: archive))
    } catch let refused as QueryIdentifier.Refused {
      try association.send(refused.response(to: command), on: message.context)
    } catch let end as AssociationEnd {
      throw end
    } catch {
      logger.error("retrieval cannot be answered: \(error)")
      var response = command.response(status: StatusCode.outOfResources)
      response.errorComment = "the index cannot answer now"
      try association.send(response, on: message.context)
    }
    return nil
  }

  private func select(_ selection: InstanceSelection, _ view: QueryRetrieveView) throws -> Selected {
    let viewed = ViewedArchive(archive: archive, view: view, memory: views)
    let selected = try viewed.select(selection)
    return Selected(instances: ViewedObjects.stored(selected), viewed: ViewedObjects(viewed, selected))
  }

  /// Counts, tells the requestor after each sub-operation, stops at a cancellation, and sends the final response.
  /// - Parameter holdsPending: the instances go the same way, so that a pending response may leave with the next.
  private func perform(
    _ message: BlockingAssociation.Message, _ instances: [StoredInstance], _ association: BlockingAssociation,
    holdsPending: Bool = false,
    _ send: ([StoredInstance], _ count: (StoredInstance, InstanceSender.Outcome) throws -> Bool) throws -> Void
  ) throws {
    let command = message.command
    let id = command.messageID ?? 0
    var operations = SubOperations(total: instances.count)
    var isCancelled = false
    try send(instances) { instance, outcome in
      operations.count(outcome, instance.identity.instance)
      isCancelled = try association.isCancelled(id)
      if isCancelled { return false }
      guard operations.remaining > 0 else { return true }
      let pending = operations.pending(command)
      if holdsPending {
        try association.hold(pending, on: message.context)
      } else {
        try association.send(pending, on: message.context)
      }
      return true
    }
    association.finishOperation(id)
    let (response, identifier) = operations.final(command, isCancelled: isCancelled)
    if let identifier {
      let bytes = try DataSetWriter.write(identifier, transferSyntax: message.context.transferSyntax)
      try association.send(response, dataSet: bytes, on: message.context)
    } else {
      try association.send(response, on: message.context)
    }
  }

  /// Sends to a node, over as many associations as the presentation contexts need. What a node that cannot be reached,
  /// or that breaks off, did not get counts as failed.
  private func forward(
    _ instances: [StoredInstance], to node: RemoteNode, _ sender: InstanceSender,
    _ count: (StoredInstance, InstanceSender.Outcome) throws -> Bool
  ) throws {
    for batch in ForwardingBatch.split(instances) {
      var sent = 0
      var isStopped = false
      var requestorFailure: (any Error)?
      do {
        let association = try OutgoingAssociation.open(
          to: node, contexts: batch.contexts, options: options)
        var ahead = ReadingAhead(sender.viewed == nil ? batch.instances : [], archive: archive)
        for instance in batch.instances {
          ahead.next()
          let id = UInt16(truncatingIfNeeded: sent % 65535 + 1)
          let outcome = try sender.send(instance, messageID: id, on: association, role: .requestor)
          sent += 1
          do {
            if try !count(instance, outcome) {
              isStopped = true
              break
            }
          } catch {
            requestorFailure = error
            break
          }
        }
        OutgoingAssociation.end(association)
      } catch {
        logger.notice("sending to \(node.aeTitle) failed: \(error)")
      }
      if let requestorFailure { throw requestorFailure }
      if isStopped { return }
      for instance in batch.instances.dropFirst(sent) {
        guard try count(instance, .failed) else { return }
      }
    }
  }
}
