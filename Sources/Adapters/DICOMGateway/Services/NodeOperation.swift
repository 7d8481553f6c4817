// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMFile
import DICOMNetwork
import DICOMServices

/// DIMSE-N operations that are invoked on a node, one after another over one association.
struct NodeOperation {
  private let association: BlockingAssociation
  private let context: NegotiatedContext
  private var lastMessageID: UInt16 = 0

  /// What a node answered.
  struct Answer {
    let status: DIMSEStatus
    let comment: String?
    let errorID: UInt16?

    var description: String { "\(status) \(comment ?? "")" }
  }

  /// Opens an association for a SOP class.
  /// - Parameter asProvider: we report events, in the SCP role.
  init(on sopClass: UID, of node: RemoteNode, options: GatewayOptions, asProvider: Bool = false) throws {
    var options = options
    options.idleSeconds = min(options.idleSeconds, 60)
    let contexts = PresentationContext.numbered([
      (sopClass, [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid])
    ])
    association = try OutgoingAssociation.open(
      to: node, contexts: contexts, options: options,
      roles: asProvider ? [RoleSelection(sopClass: sopClass, scu: false, scp: true)] : [])
    guard let accepted = association.negotiated.contexts(for: sopClass).first else {
      OutgoingAssociation.end(association)
      throw AssociationEnd.noPresentationContext("\(sopClass)")
    }
    context = accepted
  }

  /// Sends a request and waits for its answer.
  mutating func invoke(_ dataSet: DataSet, _ command: (UInt16) -> CommandSet) throws -> Answer {
    lastMessageID += 1
    let request = command(lastMessageID)
    let bytes = try DataSetWriter.write(dataSet, transferSyntax: context.transferSyntax)
    try association.send(request, dataSet: bytes, on: context)
    guard let message = try association.nextMessage() else { throw AssociationEnd.released }
    let answer = message.command
    guard answer.commandField == request.commandField.response,
      answer.messageIDBeingRespondedTo == lastMessageID
    else {
      throw AssociationEnd.violation(
        "\(answer.commandField) where the answer to \(request.commandField) is expected", .unexpectedPDUParameter)
    }
    if answer.hasDataSet { try association.skipDataSet(of: message) }
    return Answer(
      status: DIMSEStatus(answer.status ?? DIMSEStatus.processingFailure.rawValue), comment: answer.errorComment,
      errorID: answer.errorID)
  }

  func end() { OutgoingAssociation.end(association) }
}
