// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile
public import DICOMNetwork
public import DICOMServices

/// An association that we requested: operations as SCU, one at a time.
///
/// Cancelling the task of an operation aborts the association, as does every fault of the peer; a failure status does
/// not. Release it, or abort it, when done.
public actor Association {
  /// Longest identifier of a C-FIND response, or of a response of C-MOVE or C-GET.
  static let maximumIdentifierLength = 16_777_216

  public nonisolated let negotiated: NegotiatedAssociation
  let messages: MessageChannel
  let options: AssociationOptions
  private var lastMessageID: UInt16 = 0
  private var isBusy = false
  private var isOver = false
  /// The C-FIND whose final response has not come yet.
  var openFind: UInt16?
  var openFindContext: UInt8 = 0
  /// Events that came while a response was waited for.
  var events: [ReceivedEvent] = []

  init(messages: MessageChannel, options: AssociationOptions) {
    self.messages = messages
    self.options = options
    negotiated = messages.negotiated
  }

  /// Runs an operation alone; what breaks the protocol, or the task, ends the association.
  func exclusively<Value: Sendable>(_ operation: () async throws -> Value) async throws -> Value {
    guard !isOver else { throw AssociationError(.notEstablished, "the association is over") }
    guard !isBusy else { throw AssociationError(.busy, "another operation is under way on this association") }
    isBusy = true
    defer { isBusy = false }
    do {
      return try await operation()
    } catch let error as AssociationError where error.leavesAssociationUsable {
      throw error
    } catch {
      isOver = true
      try? await messages.abort()
      throw error
    }
  }

  func nextMessageID() -> UInt16 {
    lastMessageID = lastMessageID == .max ? 1 : lastMessageID + 1
    return lastMessageID
  }

  /// The accepted context for a SOP class in the SCU role.
  func context(for sopClass: UID) throws -> NegotiatedContext {
    guard let context = negotiated.contexts(for: sopClass).first(where: \.requestorIsSCU) else {
      throw AssociationError(.contextNotAccepted(sopClass), "the peer accepted no presentation context for \(sopClass)")
    }
    return context
  }

  /// Waits for the response to a message, and for its identifier where it has one.
  func response(
    to messageID: UInt16, of request: CommandField
  ) async throws -> (command: CommandSet, status: DIMSEStatus, identifier: DataSet?) {
    while true {
      guard case .message(let message) = try await messages.next(timeout: options.responseTimeout) else {
        throw try await released()
      }
      guard message.command.commandField == .nEventReportRQ, request != .nEventReportRQ else {
        return try await read(message, to: messageID, of: request)
      }
      try await keepEvent(message)
    }
  }

  /// Checks that a message is the response to ours, and reads its identifier.
  func read(
    _ message: DIMSEMessage, to messageID: UInt16, of request: CommandField
  ) async throws -> (command: CommandSet, status: DIMSEStatus, identifier: DataSet?) {
    let command = message.command
    guard command.commandField == request.response, command.messageIDBeingRespondedTo == messageID,
      let status = command.status
    else {
      throw AssociationError(
        .protocolViolation, "\(command.commandField) where the response to \(request) \(messageID) must come")
    }
    guard command.hasDataSet else { return (command, DIMSEStatus(status), nil) }
    let bytes = try await messages.collectDataSet(
      limit: Self.maximumIdentifierLength, timeout: options.responseTimeout)
    let syntax = negotiated.contexts[message.contextID]?.transferSyntax ?? .implicitVRLittleEndian
    return (command, DIMSEStatus(status), try DataSetReader.read(bytes, transferSyntax: syntax))
  }

  func released() async throws -> AssociationError {
    isOver = true
    try await messages.request(.respondToRelease)
    return AssociationError(.releasedByPeer, "the peer released the association")
  }

  /// C-ECHO (PS3.7 §9.1.5).
  public func echo() async throws -> DIMSEStatus {
    try await exclusively {
      try await finishFind()
      let context = try context(for: ServiceClass.verification.sopClasses[0])
      let messageID = nextMessageID()
      try await messages.send(.cEchoRQ(messageID: messageID), contextID: context.id)
      return try await response(to: messageID, of: .cEchoRQ).status
    }
  }

  /// A-RELEASE (PS3.8 §7.2): waits for the peer's answer.
  public func release() async throws {
    guard !isOver else { return }
    try await exclusively {
      try await finishFind()
      isOver = true
      do {
        try await messages.request(.release)
      } catch let error as AssociationError where error.code == .notEstablished {
        // The peer asked first: its indication waits to be read and answered.
      }
      while true {
        switch try await messages.nextEvent(timeout: options.associateTimeout) {
        case .released, .closed: return
        case .releaseRequested: try await messages.request(.respondToRelease)
        case .value: continue
        case let event: throw MessageChannel.error(event)
        }
      }
    }
  }

  /// A-ABORT (PS3.8 §7.3).
  public func abort() async {
    isOver = true
    try? await messages.abort()
  }
}
