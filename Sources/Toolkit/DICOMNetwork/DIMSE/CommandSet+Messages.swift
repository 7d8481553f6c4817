// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// The messages that are built often, with the fields of their tables (PS3.7 §9.3).
extension CommandSet {
  /// C-ECHO-RQ, table 9.3-12.
  public static func cEchoRQ(messageID: UInt16) -> CommandSet {
    var command = CommandSet(.cEchoRQ)
    command.affectedSOPClassUID = "1.2.840.10008.1.1"
    command.messageID = messageID
    return command
  }

  /// C-STORE-RQ, table 9.3-1.
  public static func cStoreRQ(
    messageID: UInt16, sopClass: UID, sopInstance: UID, priority: DIMSEPriority = .medium,
    moveOriginator: (aeTitle: String, messageID: UInt16)? = nil
  ) -> CommandSet {
    var command = CommandSet(.cStoreRQ)
    command.affectedSOPClassUID = sopClass
    command.messageID = messageID
    command.priority = priority
    command.hasDataSet = true
    command.affectedSOPInstanceUID = sopInstance
    command.moveOriginatorApplicationEntityTitle = moveOriginator?.aeTitle
    command.moveOriginatorMessageID = moveOriginator?.messageID
    return command
  }

  /// C-FIND-RQ, table 9.3-3.
  public static func cFindRQ(messageID: UInt16, sopClass: UID, priority: DIMSEPriority = .medium) -> CommandSet {
    query(.cFindRQ, messageID, sopClass, priority)
  }

  /// C-GET-RQ, table 9.3-6.
  public static func cGetRQ(messageID: UInt16, sopClass: UID, priority: DIMSEPriority = .medium) -> CommandSet {
    query(.cGetRQ, messageID, sopClass, priority)
  }

  /// C-MOVE-RQ, table 9.3-9.
  public static func cMoveRQ(
    messageID: UInt16, sopClass: UID, destination: String, priority: DIMSEPriority = .medium
  ) -> CommandSet {
    var command = query(.cMoveRQ, messageID, sopClass, priority)
    command.moveDestination = destination
    return command
  }

  private static func query(
    _ field: CommandField, _ messageID: UInt16, _ sopClass: UID, _ priority: DIMSEPriority
  ) -> CommandSet {
    var command = CommandSet(field)
    command.affectedSOPClassUID = sopClass
    command.messageID = messageID
    command.priority = priority
    command.hasDataSet = true
    return command
  }

  /// C-CANCEL-RQ, tables 9.3-5, 9.3-8 and 9.3-11.
  public static func cCancelRQ(messageIDBeingRespondedTo: UInt16) -> CommandSet {
    var command = CommandSet(.cCancelRQ)
    command.messageIDBeingRespondedTo = messageIDBeingRespondedTo
    return command
  }

  /// The response to this request: command field, message ID being responded to, status, and the SOP class and instance
  /// that responses repeat (requested ones become affected ones).
  public func response(status: UInt16, hasDataSet: Bool = false) -> CommandSet {
    var response = CommandSet(commandField.response)
    response.affectedSOPClassUID = affectedSOPClassUID ?? requestedSOPClassUID
    response.affectedSOPInstanceUID = affectedSOPInstanceUID ?? requestedSOPInstanceUID
    response.messageIDBeingRespondedTo = messageID
    response.eventTypeID = eventTypeID
    response.actionTypeID = actionTypeID
    response.hasDataSet = hasDataSet
    response.status = status
    return response
  }
}
