// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// Priority (0000,0700).
public struct DIMSEPriority: RawRepresentable, Sendable, Hashable {
  public let rawValue: UInt16

  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let medium = DIMSEPriority(rawValue: 0)
  public static let high = DIMSEPriority(rawValue: 1)
  public static let low = DIMSEPriority(rawValue: 2)
}

extension CommandSet {
  /// Command Data Set Type that says that no data set follows (PS3.7 §E.1).
  public static let noDataSet: UInt16 = 0x0101
  /// What we write where one follows; any value but `noDataSet` means that.
  public static let dataSetPresent: UInt16 = 0x0001

  public var commandField: CommandField {
    get { CommandField(rawValue: integer(CommandElement.commandField) ?? 0) }
    set { set(CommandElement.commandField, integer: newValue.rawValue) }
  }
  public var messageID: UInt16? {
    get { integer(CommandElement.messageID) }
    set { set(CommandElement.messageID, integer: newValue) }
  }
  public var messageIDBeingRespondedTo: UInt16? {
    get { integer(CommandElement.messageIDBeingRespondedTo) }
    set { set(CommandElement.messageIDBeingRespondedTo, integer: newValue) }
  }
  public var affectedSOPClassUID: UID? {
    get { uid(CommandElement.affectedSOPClassUID) }
    set { set(CommandElement.affectedSOPClassUID, uid: newValue) }
  }
  public var affectedSOPInstanceUID: UID? {
    get { uid(CommandElement.affectedSOPInstanceUID) }
    set { set(CommandElement.affectedSOPInstanceUID, uid: newValue) }
  }
  public var requestedSOPClassUID: UID? {
    get { uid(CommandElement.requestedSOPClassUID) }
    set { set(CommandElement.requestedSOPClassUID, uid: newValue) }
  }
  public var requestedSOPInstanceUID: UID? {
    get { uid(CommandElement.requestedSOPInstanceUID) }
    set { set(CommandElement.requestedSOPInstanceUID, uid: newValue) }
  }
  public var priority: DIMSEPriority? {
    get { integer(CommandElement.priority).map { DIMSEPriority(rawValue: $0) } }
    set { set(CommandElement.priority, integer: newValue?.rawValue) }
  }
  public var commandDataSetType: UInt16? {
    get { integer(CommandElement.commandDataSetType) }
    set { set(CommandElement.commandDataSetType, integer: newValue) }
  }
  /// Whether a data set follows the command.
  public var hasDataSet: Bool {
    get { (commandDataSetType ?? Self.noDataSet) != Self.noDataSet }
    set { commandDataSetType = newValue ? Self.dataSetPresent : Self.noDataSet }
  }
  public var status: UInt16? {
    get { integer(CommandElement.status) }
    set { set(CommandElement.status, integer: newValue) }
  }
  public var offendingElement: [Tag]? {
    get { tags(CommandElement.offendingElement) }
    set { set(CommandElement.offendingElement, tags: newValue) }
  }
  /// At most 64 characters (LO); longer text is cut.
  public var errorComment: String? {
    get { text(CommandElement.errorComment) }
    set { set(CommandElement.errorComment, text: newValue.map { Self.asciiComment($0) }) }
  }
  public var errorID: UInt16? {
    get { integer(CommandElement.errorID) }
    set { set(CommandElement.errorID, integer: newValue) }
  }
  public var moveDestination: String? {
    get { text(CommandElement.moveDestination) }
    set { set(CommandElement.moveDestination, text: newValue) }
  }
  public var moveOriginatorApplicationEntityTitle: String? {
    get { text(CommandElement.moveOriginatorApplicationEntityTitle) }
    set { set(CommandElement.moveOriginatorApplicationEntityTitle, text: newValue) }
  }
  public var moveOriginatorMessageID: UInt16? {
    get { integer(CommandElement.moveOriginatorMessageID) }
    set { set(CommandElement.moveOriginatorMessageID, integer: newValue) }
  }
  public var eventTypeID: UInt16? {
    get { integer(CommandElement.eventTypeID) }
    set { set(CommandElement.eventTypeID, integer: newValue) }
  }
  public var actionTypeID: UInt16? {
    get { integer(CommandElement.actionTypeID) }
    set { set(CommandElement.actionTypeID, integer: newValue) }
  }
  public var attributeIdentifierList: [Tag]? {
    get { tags(CommandElement.attributeIdentifierList) }
    set { set(CommandElement.attributeIdentifierList, tags: newValue) }
  }
  public var numberOfRemainingSuboperations: UInt16? {
    get { integer(CommandElement.numberOfRemainingSuboperations) }
    set { set(CommandElement.numberOfRemainingSuboperations, integer: newValue) }
  }
  public var numberOfCompletedSuboperations: UInt16? {
    get { integer(CommandElement.numberOfCompletedSuboperations) }
    set { set(CommandElement.numberOfCompletedSuboperations, integer: newValue) }
  }
  public var numberOfFailedSuboperations: UInt16? {
    get { integer(CommandElement.numberOfFailedSuboperations) }
    set { set(CommandElement.numberOfFailedSuboperations, integer: newValue) }
  }
  public var numberOfWarningSuboperations: UInt16? {
    get { integer(CommandElement.numberOfWarningSuboperations) }
    set { set(CommandElement.numberOfWarningSuboperations, integer: newValue) }
  }

  /// Error Comment is LO of the default repertoire: other characters become question marks.
  private static func asciiComment(_ text: String) -> String {
    String(text.unicodeScalars.prefix(64).map { (0x20..<0x7F).contains($0.value) && $0 != "\\" ? Character($0) : "?" })
  }
}
