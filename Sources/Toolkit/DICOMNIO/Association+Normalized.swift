// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMFile
import DICOMNetwork
public import DICOMServices

/// The answer to a DIMSE-N operation (PS3.7 §10.1).
public struct NormalizedResult: Sendable {
  public var status: DIMSEStatus
  /// Attribute list, event or action reply; nil where the answer has no data set.
  public var dataSet: DataSet?
  /// The instance that was operated on, or made.
  public var sopInstance: UID?
  public var errorComment: String?
  public var errorID: UInt16?
  public var offendingElement: [Tag]?
  /// Attributes that the peer did not take (0107).
  public var attributeIdentifierList: [Tag]?

  init(_ response: (command: CommandSet, status: DIMSEStatus, identifier: DataSet?)) {
    status = response.status
    dataSet = response.identifier
    sopInstance = response.command.affectedSOPInstanceUID
    errorComment = response.command.errorComment
    errorID = response.command.errorID
    offendingElement = response.command.offendingElement
    attributeIdentifierList = response.command.attributeIdentifierList
  }
}

extension Association {
  /// N-CREATE (PS3.7 §10.1.5). Without an instance the peer chooses its UID.
  /// - Parameter abstractSyntax: that of the context, where it is not the SOP class itself.
  public func create(
    _ sopClass: UID, instance: UID?, _ attributes: DataSet?, on abstractSyntax: UID? = nil
  ) async throws -> NormalizedResult {
    try await perform(abstractSyntax ?? sopClass, attributes) { id in
      .nCreateRQ(messageID: id, sopClass: sopClass, sopInstance: instance, hasDataSet: attributes != nil)
    }
  }

  /// N-SET (PS3.7 §10.1.3).
  public func set(
    _ sopClass: UID, instance: UID, _ modifications: DataSet, on abstractSyntax: UID? = nil
  ) async throws -> NormalizedResult {
    try await perform(abstractSyntax ?? sopClass, modifications) { id in
      .nSetRQ(messageID: id, sopClass: sopClass, sopInstance: instance)
    }
  }

  /// N-GET (PS3.7 §10.1.2). Without attributes all are asked for.
  public func get(
    _ sopClass: UID, instance: UID, attributes: [Tag] = [], on abstractSyntax: UID? = nil
  ) async throws -> NormalizedResult {
    try await perform(abstractSyntax ?? sopClass, nil) { id in
      .nGetRQ(messageID: id, sopClass: sopClass, sopInstance: instance, attributes: attributes)
    }
  }

  /// N-ACTION (PS3.7 §10.1.4).
  public func action(
    _ type: UInt16, _ sopClass: UID, instance: UID, _ information: DataSet?, on abstractSyntax: UID? = nil
  ) async throws -> NormalizedResult {
    try await perform(abstractSyntax ?? sopClass, information) { id in
      .nActionRQ(
        messageID: id, sopClass: sopClass, sopInstance: instance, actionTypeID: type, hasDataSet: information != nil)
    }
  }

  /// N-DELETE (PS3.7 §10.1.6).
  public func delete(
    _ sopClass: UID, instance: UID, on abstractSyntax: UID? = nil
  ) async throws -> NormalizedResult {
    try await perform(abstractSyntax ?? sopClass, nil) { id in
      .nDeleteRQ(messageID: id, sopClass: sopClass, sopInstance: instance)
    }
  }

  /// N-EVENT-REPORT (PS3.7 §10.1.1), which the provider of a service invokes.
  public func report(
    _ type: UInt16, _ sopClass: UID, instance: UID, _ information: DataSet?
  ) async throws -> NormalizedResult {
    try await perform(sopClass, information, asProvider: true) { id in
      .nEventReportRQ(
        messageID: id, sopClass: sopClass, sopInstance: instance, eventTypeID: type, hasDataSet: information != nil)
    }
  }

  /// Events that are kept until somebody asks for them; more come in the place of the oldest.
  static let maximumEvents = 1000

  /// Confirms an event that comes before the response to an operation, as those of printers may, and keeps it.
  func keepEvent(_ message: DIMSEMessage) async throws {
    let event = try await EventDispatch(messages: messages, timeout: options.responseTimeout).receive(message)
    if events.count == Self.maximumEvents { events.removeFirst() }
    events.append(event)
  }

  /// The events that came, and were confirmed, while responses were waited for.
  public func takeEvents() -> [ReceivedEvent] {
    defer { events = [] }
    return events
  }

  /// Waits for an event that the peer reports, and confirms it; nil where the peer releases the association first.
  public func nextEvent(timeout: Duration?) async throws -> ReceivedEvent? {
    try await exclusively {
      if !events.isEmpty { return events.removeFirst() }
      try await finishFind()
      guard case .message(let message) = try await messages.next(timeout: timeout) else {
        _ = try await released()
        return nil
      }
      return try await EventDispatch(messages: messages, timeout: options.responseTimeout).receive(message)
    }
  }

  /// Sends a request and waits for its response.
  private func perform(
    _ abstractSyntax: UID, _ dataSet: DataSet?, asProvider: Bool = false, _ command: (UInt16) -> CommandSet
  ) async throws -> NormalizedResult {
    try await exclusively {
      try await finishFind()
      let context = try context(for: abstractSyntax, asProvider: asProvider)
      let messageID = nextMessageID()
      let request = command(messageID)
      if let dataSet {
        try await messages.send(request, dataSet: encode(dataSet, context), contextID: context.id)
      } else {
        try await messages.send(request, contextID: context.id)
      }
      return NormalizedResult(try await response(to: messageID, of: request.commandField))
    }
  }

  /// The accepted context in our role. A peer that accepts the context and says nothing of roles accepts both.
  private func context(for sopClass: UID, asProvider: Bool) throws -> NegotiatedContext {
    guard asProvider else { return try context(for: sopClass) }
    guard let context = negotiated.contexts(for: sopClass).first else {
      throw AssociationError(.contextNotAccepted(sopClass), "the peer accepted no presentation context for \(sopClass)")
    }
    return context
  }
}
