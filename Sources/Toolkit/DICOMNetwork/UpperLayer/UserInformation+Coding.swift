// SPDX-License-Identifier: Apache-2.0

import DICOMCore

extension UserInformation {
  init(_ cursor: inout PDUCursor) throws(PDUError) {
    self.init(maximumLength: 0)
    while !cursor.isAtEnd {
      guard keptItems <= PDULimits.maximumItems else {
        throw PDUError(.tooMany, "more than \(PDULimits.maximumItems) sub-items", offset: cursor.offset)
      }
      var (type, body) = try cursor.item()
      try read(type, &body)
    }
  }

  /// Sub-items that may come more than once.
  private var keptItems: Int {
    roleSelections.count + extendedNegotiations.count + commonExtendedNegotiations.count + unknownItems.count
  }

  private mutating func read(_ type: UInt8, _ body: inout PDUCursor) throws(PDUError) {
    switch type {
    case ItemType.maximumLength:
      maximumLength = try body.uint32("maximum length")
    case ItemType.implementationClassUID:
      implementationClassUID = try body.uid(body.remaining, "implementation class UID")
    case ItemType.implementationVersionName:
      implementationVersionName = try body.text(body.remaining, "implementation version name")
    case ItemType.asynchronousOperationsWindow:
      asynchronousOperationsWindow = AsynchronousOperationsWindow(
        maximumInvoked: try body.uint16("operations invoked"),
        maximumPerformed: try body.uint16("operations performed"))
    case ItemType.roleSelection:
      let sopClass = try body.countedUID("SOP class of the role selection")
      roleSelections.append(
        RoleSelection(
          sopClass: sopClass, scu: try body.byte("SCU role") != 0, scp: try body.byte("SCP role") != 0))
    case ItemType.extendedNegotiation:
      let sopClass = try body.countedUID("SOP class of the extended negotiation")
      extendedNegotiations.append(SOPClassExtendedNegotiation(sopClass: sopClass, information: body.rest()))
    case ItemType.commonExtendedNegotiation:
      commonExtendedNegotiations.append(try Self.commonExtendedNegotiation(&body))
    case ItemType.userIdentityRQ:
      userIdentity = UserIdentity(
        kind: UserIdentity.Kind(rawValue: try body.byte("user identity type")),
        positiveResponseRequested: try body.byte("positive response requested") == 1,
        primaryField: try body.countedBytes("primary field"), secondaryField: try body.countedBytes("secondary field"))
    case ItemType.userIdentityAC:
      userIdentityResponse = try body.countedBytes("server response")
    default:
      unknownItems.append(RawItem(type: type, bytes: body.rest()))
    }
  }

  /// The sub-item version (PS3.7 §D.3.3.6.1) stands in the byte that other items reserve; only version 0 exists.
  private static func commonExtendedNegotiation(
    _ body: inout PDUCursor
  ) throws(PDUError) -> SOPClassCommonExtendedNegotiation {
    let sopClass = try body.countedUID("SOP class of the common extended negotiation")
    let serviceClass = try body.countedUID("service class")
    let count = Int(try body.uint16("related general SOP classes"))
    let start = body.offset
    var related = PDUCursor(try body.raw(count, "related general SOP classes"), base: start)
    var classes: [UID] = []
    while !related.isAtEnd { classes.append(try related.countedUID("related general SOP class")) }
    return SOPClassCommonExtendedNegotiation(
      sopClass: sopClass, serviceClass: serviceClass, relatedGeneralSOPClasses: classes)
  }

  func write(to writer: inout PDUWriter) throws(PDUError) {
    try writer.item(ItemType.maximumLength) { body throws(PDUError) in body.uint32(maximumLength) }
    if let implementationClassUID { try writer.item(ItemType.implementationClassUID, implementationClassUID) }
    if let window = asynchronousOperationsWindow {
      try writer.item(ItemType.asynchronousOperationsWindow) { body throws(PDUError) in
        body.uint16(window.maximumInvoked)
        body.uint16(window.maximumPerformed)
      }
    }
    for role in roleSelections {
      try writer.item(ItemType.roleSelection) { body throws(PDUError) in
        try body.counted(role.sopClass)
        body.byte(role.scu ? 1 : 0)
        body.byte(role.scp ? 1 : 0)
      }
    }
    if let name = implementationVersionName {
      guard name.utf8.count <= 16 else {
        throw PDUError(.notEncodable, "implementation version name longer than 16 bytes", offset: writer.bytes.count)
      }
      try writer.item(ItemType.implementationVersionName) { body throws(PDUError) in body.text(name) }
    }
    for negotiation in extendedNegotiations {
      try writer.item(ItemType.extendedNegotiation) { body throws(PDUError) in
        try body.counted(negotiation.sopClass)
        body.array(negotiation.information)
      }
    }
    for negotiation in commonExtendedNegotiations { try Self.write(negotiation, to: &writer) }
    try writeIdentity(to: &writer)
    for item in unknownItems { try writer.item(item) }
  }

  private static func write(
    _ negotiation: SOPClassCommonExtendedNegotiation, to writer: inout PDUWriter
  ) throws(PDUError) {
    try writer.item(ItemType.commonExtendedNegotiation) { body throws(PDUError) in
      try body.counted(negotiation.sopClass)
      try body.counted(negotiation.serviceClass)
      var related = PDUWriter()
      for sopClass in negotiation.relatedGeneralSOPClasses { try related.counted(sopClass) }
      try body.counted(related.bytes)
    }
  }

  private func writeIdentity(to writer: inout PDUWriter) throws(PDUError) {
    if let identity = userIdentity {
      try writer.item(ItemType.userIdentityRQ) { body throws(PDUError) in
        body.byte(identity.kind.rawValue)
        body.byte(identity.positiveResponseRequested ? 1 : 0)
        try body.counted(identity.primaryField)
        try body.counted(identity.secondaryField)
      }
    }
    if let response = userIdentityResponse {
      try writer.item(ItemType.userIdentityAC) { body throws(PDUError) in try body.counted(response) }
    }
  }
}
