// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

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
    get { CommandField(rawValue: integer(Tag.commandField) ?? 0) }
    set { set(Tag.commandField, integer: newValue.rawValue) }
  }
  public var messageID: UInt16? {
    get { integer(Tag.messageID) }
    set { set(Tag.messageID, integer: newValue) }
  }
  public var messageIDBeingRespondedTo: UInt16? {
    get { integer(Tag.messageIDBeingRespondedTo) }
    set { set(Tag.messageIDBeingRespondedTo, integer: newValue) }
  }
  public var affectedSOPClassUID: UID? {
    get { uid(Tag.affectedSOPClassUID) }
    set { set(Tag.affectedSOPClassUID, uid: newValue) }
  }
  public var affectedSOPInstanceUID: UID? {
    get { uid(Tag.affectedSOPInstanceUID) }
    set { set(Tag.affectedSOPInstanceUID, uid: newValue) }
  }
  public var requestedSOPClassUID: UID? {
    get { uid(Tag.requestedSOPClassUID) }
    set { set(Tag.requestedSOPClassUID, uid: newValue) }
  }
  public var requestedSOPInstanceUID: UID? {
    get { uid(Tag.requestedSOPInstanceUID) }
    set { set(Tag.requestedSOPInstanceUID, uid: newValue) }
  }
  public var priority: DIMSEPriority? {
    get { integer(Tag.priority).map { DIMSEPriority(rawValue: $0) } }
    set { set(Tag.priority, integer: newValue?.rawValue) }
  }
  public var commandDataSetType: UInt16? {
    get { integer(Tag.commandDataSetType) }
    set { set(Tag.commandDataSetType, integer: newValue) }
  }
  /// Whether a data set follows the command.
  public var hasDataSet: Bool {
    get { (commandDataSetType ?? Self.noDataSet) != Self.noDataSet }
    set { commandDataSetType = newValue ? Self.dataSetPresent : Self.noDataSet }
  }
  public var status: UInt16? {
    get { integer(Tag.status) }
    set { set(Tag.status, integer: newValue) }
  }
  public var offendingElement: [Tag]? {
    get { tags(Tag.offendingElement) }
    set { set(Tag.offendingElement, tags: newValue) }
  }
  /// At most 64 characters (LO); longer text is cut.
  public var errorComment: String? {
    get { text(Tag.errorComment) }
    set { set(Tag.errorComment, text: newValue.map { Self.asciiComment($0) }) }
  }
  public var errorID: UInt16? {
    get { integer(Tag.errorID) }
    set { set(Tag.errorID, integer: newValue) }
  }
  public var moveDestination: String? {
    get { text(Tag.moveDestination) }
    set { set(Tag.moveDestination, text: newValue) }
  }
  public var moveOriginatorApplicationEntityTitle: String? {
    get { text(Tag.moveOriginatorApplicationEntityTitle) }
    set { set(Tag.moveOriginatorApplicationEntityTitle, text: newValue) }
  }
  public var moveOriginatorMessageID: UInt16? {
    get { integer(Tag.moveOriginatorMessageID) }
    set { set(Tag.moveOriginatorMessageID, integer: newValue) }
  }
  public var eventTypeID: UInt16? {
    get { integer(Tag.eventTypeID) }
    set { set(Tag.eventTypeID, integer: newValue) }
  }
  public var actionTypeID: UInt16? {
    get { integer(Tag.actionTypeID) }
    set { set(Tag.actionTypeID, integer: newValue) }
  }
  public var attributeIdentifierList: [Tag]? {
    get { tags(Tag.attributeIdentifierList) }
    set { set(Tag.attributeIdentifierList, tags: newValue) }
  }
  public var numberOfRemainingSuboperations: UInt16? {
    get { integer(Tag.numberOfRemainingSuboperations) }
    set { set(Tag.numberOfRemainingSuboperations, integer: newValue) }
  }
  public var numberOfCompletedSuboperations: UInt16? {
    get { integer(Tag.numberOfCompletedSuboperations) }
    set { set(Tag.numberOfCompletedSuboperations, integer: newValue) }
  }
  public var numberOfFailedSuboperations: UInt16? {
    get { integer(Tag.numberOfFailedSuboperations) }
    set { set(Tag.numberOfFailedSuboperations, integer: newValue) }
  }
  public var numberOfWarningSuboperations: UInt16? {
    get { integer(Tag.numberOfWarningSuboperations) }
    set { set(Tag.numberOfWarningSuboperations, integer: newValue) }
  }

  /// Error Comment is LO of the default repertoire: other characters become question marks.
  private static func asciiComment(_ text: String) -> String {
    String(text.unicodeScalars.prefix(64).map { (0x20..<0x7F).contains($0.value) && $0 != "\\" ? Character($0) : "?" })
  }
}
