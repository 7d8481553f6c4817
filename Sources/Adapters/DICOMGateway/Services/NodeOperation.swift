// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMFile
import DICOMNetwork
import DICOMServices

/// DIMSE-N operations that are invoked on a node, one after another over one association.
struct NodeOperation {
  private let association: BlockingAssociation
  /// By abstract syntax; nil for the first.
  private let contexts: [UID: NegotiatedContext]
  private let first: NegotiatedContext
  private var lastMessageID: UInt16 = 0

  /// What a node answered.
  struct Answer {
    let status: DIMSEStatus
    let comment: String?
    let errorID: UInt16?
    var dataSet: DataSet?

    var description: String { "\(status) \(comment ?? "")" }
  }

  /// Opens an association for a SOP class.
  /// - Parameters:
  ///   - others: SOP classes that are needed besides.
  ///   - asProvider: we report events, in the SCP role.
  init(
    on sopClass: UID, of node: RemoteNode, options: GatewayOptions, besides others: [UID] = [], asProvider: Bool = false
  ) throws {
    var options = options
    options.idleSeconds = min(options.idleSeconds, 60)
    let classes = [sopClass] + others
    let contexts = PresentationContext.numbered(
      classes.map { ($0, [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid]) })
    association = try OutgoingAssociation.open(
      to: node, contexts: contexts, options: options,
      roles: asProvider ? [RoleSelection(sopClass: sopClass, scu: false, scp: true)] : [])
    var accepted: [UID: NegotiatedContext] = [:]
    for each in classes {
      guard let context = association.negotiated.contexts(for: each).first else {
        OutgoingAssociation.end(association)
        throw AssociationEnd.noPresentationContext("\(each)")
      }
      accepted[each] = context
    }
    guard let first = accepted[sopClass] else { throw AssociationEnd.noPresentationContext("\(sopClass)") }
    self.first = first
    self.contexts = accepted
  }

  /// Sends a request and waits for its answer.
  /// - Parameter abstractSyntax: of the presentation context; nil for the one of the operation's SOP class.
  mutating func invoke(
    _ dataSet: DataSet?, on abstractSyntax: UID? = nil, _ command: (UInt16) -> CommandSet
  ) throws -> Answer {
    let context = abstractSyntax.flatMap { contexts[$0] } ?? first
    lastMessageID += 1
    let request = command(lastMessageID)
    if let dataSet {
      let bytes = try DataSetWriter.write(dataSet, transferSyntax: context.transferSyntax)
      try association.send(request, dataSet: bytes, on: context)
    } else {
      try association.send(request, on: context)
    }
    let message = try nextResponse()
    let answer = message.command
    guard answer.commandField == request.commandField.response,
      answer.messageIDBeingRespondedTo == lastMessageID
    else {
      throw AssociationEnd.violation(
        "\(answer.commandField) where the answer to \(request.commandField) is expected", .unexpectedPDUParameter)
    }
    var given: DataSet?
    if answer.hasDataSet {
      given = try? DataSetReader.read(
        ByteSlice(try association.readIdentifier(of: message)), transferSyntax: context.transferSyntax)
    }
    return Answer(
      status: DIMSEStatus(answer.status ?? DIMSEStatus.processingFailure.rawValue), comment: answer.errorComment,
      errorID: answer.errorID, dataSet: given)
  }

  /// The next message that is not an event: a printer tells of itself at any time (PS3.4 §H.4.6). It is confirmed, and
  /// what came of our operation counts.
  private func nextResponse() throws -> BlockingAssociation.Message {
    for _ in 0...Self.maximumEvents {
      guard let message = try association.nextMessage() else { throw AssociationEnd.released }
      guard message.command.commandField == .nEventReportRQ else { return message }
      if message.command.hasDataSet { try association.skipDataSet(of: message) }
      try association.send(message.command.response(status: DIMSEStatus.success.rawValue), on: message.context)
    }
    throw AssociationEnd.violation("events without end where an answer is expected", .unexpectedPDUParameter)
  }

  /// Events that are taken while one operation is not answered.
  private static let maximumEvents = 1000

  func end() { OutgoingAssociation.end(association) }
}
