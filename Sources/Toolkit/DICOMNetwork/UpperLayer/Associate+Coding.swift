// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The fields that A-ASSOCIATE-RQ and -AC share, up to the variable items.
private struct AssociateFields {
  let protocolVersion: UInt16
  let calledAETitle: String
  let callingAETitle: String

  init(_ cursor: inout PDUCursor) throws(PDUError) {
    protocolVersion = try cursor.uint16("protocol version")
    try cursor.skip(2, "reserved bytes")
    calledAETitle = try cursor.text(16, "called AE title")
    callingAETitle = try cursor.text(16, "calling AE title")
    try cursor.skip(32, "reserved bytes")
  }

  static func write(
    _ protocolVersion: UInt16, called: String, calling: String, to writer: inout PDUWriter
  ) throws(PDUError) {
    writer.uint16(protocolVersion)
    writer.uint16(0)
    try writer.aeTitle(called)
    try writer.aeTitle(calling)
    writer.zeros(32)
  }
}

extension AssociateRQ {
  init(_ cursor: inout PDUCursor) throws(PDUError) {
    let fields = try AssociateFields(&cursor)
    self.init(
      calledAETitle: fields.calledAETitle, callingAETitle: fields.callingAETitle, presentationContexts: [],
      userInformation: UserInformation(maximumLength: 0))
    protocolVersion = fields.protocolVersion
    applicationContext = ""
    while !cursor.isAtEnd {
      guard presentationContexts.count + unknownItems.count <= PDULimits.maximumItems else {
        throw PDUError(.tooMany, "more than \(PDULimits.maximumItems) items", offset: cursor.offset)
      }
      var (type, body) = try cursor.item()
      switch type {
      case ItemType.applicationContext:
        applicationContext = try body.uid(body.remaining, "application context name")
      case ItemType.presentationContextRQ:
        presentationContexts.append(try PresentationContext(&body))
      case ItemType.userInformation:
        userInformation = try UserInformation(&body)
      default:
        unknownItems.append(RawItem(type: type, bytes: body.rest()))
      }
    }
  }

  func write(to writer: inout PDUWriter) throws(PDUError) {
    try AssociateFields.write(protocolVersion, called: calledAETitle, calling: callingAETitle, to: &writer)
    try writer.item(ItemType.applicationContext, applicationContext)
    for context in presentationContexts {
      try writer.item(ItemType.presentationContextRQ) { body throws(PDUError) in
        body.byte(context.id)
        body.zeros(3)
        try body.item(ItemType.abstractSyntax, context.abstractSyntax)
        for syntax in context.transferSyntaxes { try body.item(ItemType.transferSyntax, syntax) }
      }
    }
    try writer.item(ItemType.userInformation) { body throws(PDUError) in try userInformation.write(to: &body) }
    for item in unknownItems { try writer.item(item) }
  }
}

extension PresentationContext {
  init(_ cursor: inout PDUCursor) throws(PDUError) {
    let start = cursor.offset
    self.init(id: try cursor.byte("presentation context ID"), abstractSyntax: "", transferSyntaxes: [])
    try cursor.skip(3, "reserved bytes")
    while !cursor.isAtEnd {
      var (type, body) = try cursor.item()
      switch type {
      case ItemType.abstractSyntax: abstractSyntax = try body.uid(body.remaining, "abstract syntax")
      case ItemType.transferSyntax:
        guard transferSyntaxes.count < PDULimits.maximumItems else {
          throw PDUError(.tooMany, "more than \(PDULimits.maximumItems) transfer syntaxes", offset: start)
        }
        transferSyntaxes.append(try body.uid(body.remaining, "transfer syntax"))
      default: break
      }
    }
  }
}

extension AssociateAC {
  init(_ cursor: inout PDUCursor) throws(PDUError) {
    let fields = try AssociateFields(&cursor)
    self.init(
      calledAETitle: fields.calledAETitle, callingAETitle: fields.callingAETitle, presentationContexts: [],
      userInformation: UserInformation(maximumLength: 0))
    protocolVersion = fields.protocolVersion
    applicationContext = ""
    while !cursor.isAtEnd {
      guard presentationContexts.count + unknownItems.count <= PDULimits.maximumItems else {
        throw PDUError(.tooMany, "more than \(PDULimits.maximumItems) items", offset: cursor.offset)
      }
      var (type, body) = try cursor.item()
      switch type {
      case ItemType.applicationContext:
        applicationContext = try body.uid(body.remaining, "application context name")
      case ItemType.presentationContextAC:
        presentationContexts.append(try PresentationContextResult(&body))
      case ItemType.userInformation:
        userInformation = try UserInformation(&body)
      default:
        unknownItems.append(RawItem(type: type, bytes: body.rest()))
      }
    }
  }

  func write(to writer: inout PDUWriter) throws(PDUError) {
    try AssociateFields.write(protocolVersion, called: calledAETitle, calling: callingAETitle, to: &writer)
    try writer.item(ItemType.applicationContext, applicationContext)
    for context in presentationContexts {
      try writer.item(ItemType.presentationContextAC) { body throws(PDUError) in
        body.byte(context.id)
        body.byte(0)
        body.byte(context.result.rawValue)
        body.byte(0)
        try body.item(ItemType.transferSyntax, context.transferSyntax)
      }
    }
    try writer.item(ItemType.userInformation) { body throws(PDUError) in try userInformation.write(to: &body) }
    for item in unknownItems { try writer.item(item) }
  }
}

extension PresentationContextResult {
  init(_ cursor: inout PDUCursor) throws(PDUError) {
    let id = try cursor.byte("presentation context ID")
    try cursor.skip(1, "reserved byte")
    let position = cursor.offset
    let code = try cursor.byte("result")
    try cursor.skip(1, "reserved byte")
    guard let result = Result(rawValue: code) else {
      throw PDUError(.badValue, "presentation context result \(code)", offset: position)
    }
    self.init(id: id, result: result, transferSyntax: "")
    while !cursor.isAtEnd {
      var (type, body) = try cursor.item()
      if type == ItemType.transferSyntax { transferSyntax = try body.uid(body.remaining, "transfer syntax") }
    }
  }
}
