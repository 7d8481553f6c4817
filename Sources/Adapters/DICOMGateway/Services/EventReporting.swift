// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile
import DICOMNetwork
import DICOMServices

/// N-EVENT-REPORT as its invoker (PS3.7 §10.1.1), on an association that either side asked for.
struct EventReporting {
  /// The other side does not take the event.
  struct Refused: Error, CustomStringConvertible {
    let status: DIMSEStatus
    let comment: String?
    var description: String { "the event was answered with \(status) \(comment ?? "")" }
  }

  private let association: BlockingAssociation

  init(_ association: BlockingAssociation) { self.association = association }

  func send(_ event: EventReport, messageID: UInt16, on context: NegotiatedContext) throws {
    let command = CommandSet.nEventReportRQ(
      messageID: messageID, sopClass: event.sopClass, sopInstance: event.sopInstance, eventTypeID: event.eventTypeID,
      hasDataSet: true)
    let bytes = try DataSetWriter.write(event.information, transferSyntax: context.transferSyntax)
    try association.send(command, dataSet: bytes, on: context)
  }

  /// Whether a message is the answer to the event; a refusal is thrown.
  func isAnswer(_ message: BlockingAssociation.Message, to messageID: UInt16) throws -> Bool {
    let command = message.command
    guard command.commandField == .nEventReportRSP, command.messageIDBeingRespondedTo == messageID else {
      return false
    }
    if command.hasDataSet { try association.skipDataSet(of: message) }
    let status = DIMSEStatus(command.status ?? DIMSEStatus.processingFailure.rawValue)
    guard status.isDone else { throw Refused(status: status, comment: command.errorComment) }
    return true
  }
}
