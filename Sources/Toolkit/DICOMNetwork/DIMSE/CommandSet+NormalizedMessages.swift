// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// The DIMSE-N requests, with the fields of their tables (PS3.7 §10.3).
extension CommandSet {
  /// N-EVENT-REPORT-RQ, table 10.3-1.
  public static func nEventReportRQ(
    messageID: UInt16, sopClass: UID, sopInstance: UID, eventTypeID: UInt16, hasDataSet: Bool
  ) -> CommandSet {
    var command = CommandSet(.nEventReportRQ)
    command.affectedSOPClassUID = sopClass
    command.messageID = messageID
    command.hasDataSet = hasDataSet
    command.affectedSOPInstanceUID = sopInstance
    command.eventTypeID = eventTypeID
    return command
  }

  /// N-GET-RQ, table 10.3-3. An empty list asks for all attributes.
  public static func nGetRQ(
    messageID: UInt16, sopClass: UID, sopInstance: UID, attributes: [Tag] = []
  ) -> CommandSet {
    var command = requested(.nGetRQ, messageID, sopClass, sopInstance, hasDataSet: false)
    if !attributes.isEmpty { command.attributeIdentifierList = attributes }
    return command
  }

  /// N-SET-RQ, table 10.3-5.
  public static func nSetRQ(messageID: UInt16, sopClass: UID, sopInstance: UID) -> CommandSet {
    requested(.nSetRQ, messageID, sopClass, sopInstance, hasDataSet: true)
  }

  /// N-ACTION-RQ, table 10.3-7.
  public static func nActionRQ(
    messageID: UInt16, sopClass: UID, sopInstance: UID, actionTypeID: UInt16, hasDataSet: Bool
  ) -> CommandSet {
    var command = requested(.nActionRQ, messageID, sopClass, sopInstance, hasDataSet: hasDataSet)
    command.actionTypeID = actionTypeID
    return command
  }

  /// N-CREATE-RQ, table 10.3-9. Without an instance the performer chooses its UID.
  public static func nCreateRQ(
    messageID: UInt16, sopClass: UID, sopInstance: UID?, hasDataSet: Bool = true
  ) -> CommandSet {
    var command = CommandSet(.nCreateRQ)
    command.affectedSOPClassUID = sopClass
    command.messageID = messageID
    command.hasDataSet = hasDataSet
    command.affectedSOPInstanceUID = sopInstance
    return command
  }

  /// N-DELETE-RQ, table 10.3-11.
  public static func nDeleteRQ(messageID: UInt16, sopClass: UID, sopInstance: UID) -> CommandSet {
    requested(.nDeleteRQ, messageID, sopClass, sopInstance, hasDataSet: false)
  }

  private static func requested(
    _ field: CommandField, _ messageID: UInt16, _ sopClass: UID, _ sopInstance: UID, hasDataSet: Bool
  ) -> CommandSet {
    var command = CommandSet(field)
    command.requestedSOPClassUID = sopClass
    command.messageID = messageID
    command.hasDataSet = hasDataSet
    command.requestedSOPInstanceUID = sopInstance
    return command
  }

  /// The SOP class that a request is about, affected or requested.
  public var sopClassUID: UID? { affectedSOPClassUID ?? requestedSOPClassUID }
  /// The SOP instance that a request is about, affected or requested.
  public var sopInstanceUID: UID? { affectedSOPInstanceUID ?? requestedSOPInstanceUID }

  /// The first field that the request's table wants and that is absent or empty; nil where all are there.
  public var missingRequestField: Tag? {
    Self.requiredFields(of: commandField).first { tag in self[tag]?.isEmpty ?? true }
  }

  /// The fields that a DIMSE-N request always has (PS3.7 tables 10.3-1 to 10.3-11, type M).
  static func requiredFields(of request: CommandField) -> [Tag] {
    let affectedClass = Tag(0x0000, 0x0002)
    let requestedClass = Tag(0x0000, 0x0003)
    let messageID = Tag(0x0000, 0x0110)
    let affectedInstance = Tag(0x0000, 0x1000)
    let requestedInstance = Tag(0x0000, 0x1001)
    return switch request {
    case .nEventReportRQ: [messageID, affectedClass, affectedInstance, Tag(0x0000, 0x1002)]
    case .nGetRQ, .nSetRQ, .nDeleteRQ: [messageID, requestedClass, requestedInstance]
    case .nActionRQ: [messageID, requestedClass, requestedInstance, Tag(0x0000, 0x1008)]
    case .nCreateRQ: [messageID, affectedClass]
    default: []
    }
  }
}
