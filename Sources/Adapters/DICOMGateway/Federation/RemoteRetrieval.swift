// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNetwork
import DICOMServices
import Logging

/// Brings what is asked for and not here from the other archives: by C-GET, or by C-MOVE to us where a node has no
/// C-GET (PS3.4 §C.4.2, §C.4.3). What was brought stays, and goes on from here.
struct RemoteRetrieval {
  let archive: ImageArchive
  let remotes: RemoteArchives
  let logger: Logger

  static let getStudyRoot: UID = "1.2.840.10008.5.1.4.1.2.2.3"
  static let moveStudyRoot: UID = "1.2.840.10008.5.1.4.1.2.2.2"

  /// Asks one node after another until all is here.
  func fetch(_ selection: InstanceSelection, level: QueryLevel, for caller: String) throws {
    var nodes = remotes.asked(by: caller)[...]
    while let node = nodes.popFirst(), let missing = try identifier(selection, level) {
      do {
        _ = try bring(missing, from: node)
      } catch {
        logger.warning("\(node.aeTitle) could not be asked for what is not here: \(error)")
      }
    }
  }

  /// Asks one node: by C-GET, and by C-MOVE to us for what it does not or cannot send so, since what does not go over
  /// these contexts may go over its own.
  func bring(_ missing: DataSet, from node: RemoteNode, watch: RetrievalWatch = RetrievalWatch()) throws
    -> RetrievalCount
  {
    if let end = try get(missing, from: node, watch), end.isWhole { return end }
    return try move(missing, from: node, watch)
  }

  /// Asks for those unique keys that have nothing here; nil where there is none. Patients are not asked for.
  private func identifier(_ selection: InstanceSelection, _ level: QueryLevel) throws -> DataSet? {
    func absent(_ uids: [UID], _ select: (UID) -> InstanceSelection) throws -> [String] {
      try uids.filter { try archive.index.instances(select($0)).isEmpty }.map(\.rawValue)
    }
    var identifier = DataSet()
    identifier.set(.queryRetrieveLevel, .CS, level.term)
    let missing: [String]
    switch level {
    case .patient: return nil
    case .study:
      missing = try absent(selection.studies) { InstanceSelection(studies: [$0]) }
      identifier.set(.studyInstanceUID, .UI, missing)
    case .series:
      missing = try absent(selection.series) { InstanceSelection(series: [$0]) }
      identifier.set(.seriesInstanceUID, .UI, missing)
    case .instance:
      missing = try absent(selection.instances) { InstanceSelection(instances: [$0]) }
      identifier.set(.sopInstanceUID, .UI, missing)
    }
    if missing.isEmpty { return nil }
    if level > .study {
      // The unique keys above are needed in a hierarchical retrieval.
      guard let study = selection.studies.first else { return nil }
      identifier.set(.studyInstanceUID, study)
    }
    if level > .series {
      guard let series = selection.series.first else { return nil }
      identifier.set(.seriesInstanceUID, series)
    }
    return identifier
  }

  // MARK: C-GET

  /// Two contexts for each usual SOP class: uncompressed, and as it may be stored.
  private static let contexts: (contexts: [PresentationContext], roles: [RoleSelection]) = {
    let plain = OfferedService.proposedTransferSyntaxes
    let compressed = TransferSyntaxes.facts.filter { facts in
      facts.isEncapsulated && UIDDictionary.entry(for: facts.transferSyntax.uid)?.isRetired == false
    }.map(\.transferSyntax.uid)
    let classes = StorageSOPClasses.all.prefix((PresentationContext.maximumCount - 1) / 2)
    let syntaxes =
      [(getStudyRoot, plain)] + classes.flatMap { [($0, compressed), ($0, plain)] }
    return (
      PresentationContext.numbered(syntaxes), classes.map { RoleSelection(sopClass: $0, scu: false, scp: true) }
    )
  }()

  /// - Returns: nil where the node does not do it.
  private func get(_ identifier: DataSet, from node: RemoteNode, _ watch: RetrievalWatch) throws -> RetrievalCount? {
    let association = try OutgoingAssociation.open(
      to: node, contexts: Self.contexts.contexts, options: remotes.options.impatient, roles: Self.contexts.roles)
    defer { OutgoingAssociation.end(association) }
    watch.opened(association)
    guard let context = association.negotiated.contexts(for: Self.getStudyRoot).first else { return nil }
    let source = InstanceSource(
      way: .dimse, sender: node.aeTitle, receiver: remotes.options.aeTitle, address: node.host)
    let storage = StorageProvider(sink: try archive.makeSink(source: source), logger: logger)
    let bytes = try DataSetWriter.write(identifier, transferSyntax: context.transferSyntax)
    try association.send(.cGetRQ(messageID: 1, sopClass: Self.getStudyRoot), dataSet: bytes, on: context)
    var count = RetrievalCount()
    while let message = try association.nextMessage() {
      if message.command.commandField == .cStoreRQ {
        try association.send(storage.store(message, on: association), on: message.context)
        count.stored()
      } else {
        try association.skipIdentifier(of: message)
        count.take(message.command)
        if !count.isPending { return count }
      }
      try watch.told(count)
    }
    throw AssociationEnd.released
  }

  // MARK: C-MOVE

  private func move(_ identifier: DataSet, from node: RemoteNode, _ watch: RetrievalWatch) throws -> RetrievalCount {
    let association = try OutgoingAssociation.open(
      to: node,
      contexts: PresentationContext.numbered([(Self.moveStudyRoot, OfferedService.proposedTransferSyntaxes)]),
      options: remotes.options.impatient)
    defer { OutgoingAssociation.end(association) }
    watch.opened(association)
    guard let context = association.negotiated.contexts(for: Self.moveStudyRoot).first else {
      throw AssociationEnd.noPresentationContext("retrieval")
    }
    let bytes = try DataSetWriter.write(identifier, transferSyntax: context.transferSyntax)
    try association.send(
      .cMoveRQ(messageID: 1, sopClass: Self.moveStudyRoot, destination: remotes.options.aeTitle), dataSet: bytes,
      on: context)
    var count = RetrievalCount()
    while let message = try association.nextMessage() {
      try association.skipIdentifier(of: message)
      count.take(message.command)
      if !count.isPending { return count }
      try watch.told(count)
    }
    throw AssociationEnd.released
  }
}

extension BlockingAssociation {
  fileprivate func skipIdentifier(of message: Message) throws {
    if message.command.hasDataSet { try skipDataSet(of: message) }
  }
}
