// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMNetwork
import DICOMServices
import Logging
import Workflow

/// Delivers results of storage commitment over associations of ours, in the SCP role (PS3.4 §J.3.3), until the
/// requesters have them.
struct CommitmentReporter: Sendable {
  private let commitment: StorageCommitment
  private let nodes: any NodeDirectory
  private let options: GatewayOptions
  private let logger: Logger

  init(_ commitment: StorageCommitment, nodes: any NodeDirectory, options: GatewayOptions, logger: Logger) {
    self.commitment = commitment
    self.nodes = nodes
    self.options = options
    self.logger = logger
  }

  var handler: BlockingJobHandler { BlockingJobHandler(CommitmentQueue.kind, .patient) { run in try deliver(run.job) } }

  /// The event of a result: 1 where all is committed, 2 where failures exist.
  static func event(_ result: CommitmentResult) -> EventReport {
    EventReport(
      sopClass: .storageCommitmentPushModel, sopInstance: .storageCommitmentPushModelInstance,
      eventTypeID: result.eventTypeID, information: result.information)
  }

  private func deliver(_ job: Job) throws -> JobOutcome {
    guard let id = Int64(job.payload), let owed = try commitment.owed(id), let result = try commitment.result(id) else {
      return .done
    }
    do {
      guard let node = try nodes.node(aeTitle: owed.requester) else {
        return try failed(owed, "no node has the AE title \(owed.requester)")
      }
      try report(Self.event(result), to: node, as: owed.receiver)
    } catch {
      let isAway = error is any PeerAwayError
      logger.notice("storage commitment \(owed.transactionUID) not reported to \(owed.requester): \(error)")
      return try failed(owed, "\(error)", isAway: isAway)
    }
    try commitment.delivered(id)
    logger.info("storage commitment \(owed.transactionUID) reported to \(owed.requester)")
    return .done
  }

  private func failed(_ owed: Commitment, _ reason: String, isAway: Bool = false) throws -> JobOutcome {
    guard try commitment.failed(owed, reason: reason) else { return .impossible(reason: reason) }
    return isAway ? .away(reason: reason) : .again(reason: reason)
  }

  private func report(_ event: EventReport, to node: RemoteNode, as title: String) throws {
    var options = options
    options.aeTitle = title
    options.idleSeconds = min(options.idleSeconds, 60)
    let contexts = PresentationContext.numbered([
      (event.sopClass, [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid])
    ])
    let association = try OutgoingAssociation.open(
      to: node, contexts: contexts, options: options,
      roles: [RoleSelection(sopClass: event.sopClass, scu: false, scp: true)])
    defer { OutgoingAssociation.end(association) }
    guard let context = association.negotiated.contexts(for: event.sopClass).first else {
      throw AssociationEnd.noPresentationContext("storage commitment")
    }
    try EventReporting(association).send(event, messageID: 1, on: context)
    while let message = try association.nextMessage() {
      if try EventReporting(association).isAnswer(message, to: 1) { return }
      throw AssociationEnd.violation(
        "\(message.command.commandField) where the answer to an event is expected", .unexpectedPDUParameter)
    }
    throw AssociationEnd.released
  }
}
