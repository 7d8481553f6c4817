// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMFile
import DICOMNetwork
public import DICOMServices

/// An event that a peer reported (PS3.7 §10.1.1).
public struct ReceivedEvent: Sendable {
  public var sopClass: UID
  public var sopInstance: UID
  public var eventTypeID: UInt16
  public var information: DataSet?
  public var callingAETitle: String
}

/// Takes the events that peers report on associations of theirs.
public protocol EventReceiver: Sendable {
  /// - Returns: what is answered.
  func receive(_ event: ReceivedEvent) async -> DIMSEStatus
}

/// Reads an N-EVENT-REPORT-RQ and confirms it.
struct EventDispatch {
  let messages: MessageChannel
  let timeout: Duration?

  /// Longest event information.
  static let maximumInformationLength = 16_777_216

  /// Reads an event and answers with success.
  func receive(_ message: DIMSEMessage) async throws -> ReceivedEvent {
    guard message.command.commandField == .nEventReportRQ else {
      throw AssociationError(.protocolViolation, "\(message.command.commandField) where an event is waited for")
    }
    let event = try await read(message)
    try await answer(message, .success)
    return event
  }

  /// Reads an event, lets the receiver have it and answers with what it says.
  func serve(_ message: DIMSEMessage, _ receiver: (any EventReceiver)?) async throws {
    let event = try await read(message)
    try await answer(message, await receiver?.receive(event) ?? .sopClassNotSupported)
  }

  private func read(_ message: DIMSEMessage) async throws -> ReceivedEvent {
    let command = message.command
    var information: DataSet?
    if command.hasDataSet {
      let bytes = try await messages.collectDataSet(limit: Self.maximumInformationLength, timeout: timeout)
      let syntax = messages.negotiated.contexts[message.contextID]?.transferSyntax ?? .implicitVRLittleEndian
      information = try DataSetReader.read(bytes, transferSyntax: syntax)
    }
    return ReceivedEvent(
      sopClass: command.affectedSOPClassUID ?? "", sopInstance: command.affectedSOPInstanceUID ?? "",
      eventTypeID: command.eventTypeID ?? 0, information: information,
      callingAETitle: messages.negotiated.callingAETitle)
  }

  private func answer(_ message: DIMSEMessage, _ status: DIMSEStatus) async throws {
    try await messages.send(message.command.response(status: status.rawValue), contextID: message.contextID)
  }
}
