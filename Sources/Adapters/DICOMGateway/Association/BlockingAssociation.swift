// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMNetwork
import Foundation

/// An established association on a blocking socket, accepted or requested: DIMSE messages in and out. One thread uses
/// it; any thread may cut it off by shutting the socket down.
final class BlockingAssociation {
  let layer: UpperLayer
  let negotiated: NegotiatedAssociation
  private let stream: PDUStream
  /// The longest P-DATA-TF that leaves here.
  private let sendLength: Int
  /// Bytes of the P-DATA-TF being read that are left.
  private var remainingInPDU = 0
  /// Messages that must be cancelled: C-CANCEL-RQ has come for them.
  private var cancelledMessageIDs: Set<UInt16> = []

  /// What is sent in one PDU where the peer sets no limit, or a higher one.
  static let ownSendLength = 131_072
  /// The longest data set that is not an instance: an identifier (PS3.4 §C.4.1.1.3).
  static let maximumIdentifierLength = 4 << 20

  init(_ layer: UpperLayer, _ negotiated: NegotiatedAssociation, role: AssociationMachine.Role) {
    self.layer = layer
    self.negotiated = negotiated
    stream = layer.stream
    let limit = Int(negotiated.peerMaximumLength(role))
    sendLength = limit == 0 ? Self.ownSendLength : min(limit, Self.ownSendLength)
  }

  /// What extended negotiation agreed on for a context's SOP class (PS3.7 §D.3.3.5); empty for nothing.
  func extendedNegotiation(of context: NegotiatedContext) -> [UInt8] {
    let agreed = negotiated.acceptance.userInformation.extendedNegotiations
    return agreed.first { $0.sopClass == context.abstractSyntax }?.information ?? []
  }

  // MARK: - Receiving

  /// A command set and the context it came on.
  struct Message {
    let context: NegotiatedContext
    let command: CommandSet
  }

  /// The next command; nil when the peer wants to release the association. C-CANCEL-RQ is noted and passed over.
  func nextMessage() throws(AssociationEnd) -> Message? {
    while true {
      guard let first = try nextValueHeader() else { return nil }
      guard first.isCommand else { throw .violation("data where a command is expected", .unexpectedPDUParameter) }
      guard let context = negotiated.contexts[first.contextID] else {
        throw .violation("presentation context \(first.contextID) was not accepted", .invalidPDUParameterValue)
      }
      let bytes = try readMessagePart(first, limit: CommandSet.maximumByteCount)
      let command: CommandSet
      do {
        command = try CommandSet(bytes)
      } catch {
        throw .violation(error.description, .invalidPDUParameterValue)
      }
      if command.commandField == .cCancelRQ {
        if let id = command.messageIDBeingRespondedTo { noteCancel(id) }
        continue
      }
      return Message(context: context, command: command)
    }
  }

  /// Whether the peer has asked to cancel this operation; reads what has come, without waiting.
  func isCancelled(_ messageID: UInt16) throws(AssociationEnd) -> Bool {
    if cancelledMessageIDs.contains(messageID) { return true }
    guard stream.isReadable(within: 0) else { return false }
    // While an operation is performed nothing but C-CANCEL-RQ may come: no further operations are negotiated.
    guard let first = try nextValueHeader() else { throw .released }
    guard first.isCommand else { throw .violation("data during an operation", .unexpectedPDUParameter) }
    let bytes = try readMessagePart(first, limit: CommandSet.maximumByteCount)
    guard let command = try? CommandSet(bytes), command.commandField == .cCancelRQ else {
      throw .violation("a further operation while one is performed", .unexpectedPDUParameter)
    }
    if let id = command.messageIDBeingRespondedTo { noteCancel(id) }
    return cancelledMessageIDs.contains(messageID)
  }

  /// Whether something has come, or comes within so many milliseconds.
  func hasInput(within milliseconds: Int32) -> Bool { remainingInPDU > 0 || stream.isReadable(within: milliseconds) }

  /// Forgets a cancellation once the operation has been answered.
  func finishOperation(_ messageID: UInt16) { cancelledMessageIDs.remove(messageID) }

  private func noteCancel(_ id: UInt16) {
    // A peer that cancels what never was may not make the set grow.
    if cancelledMessageIDs.count < 16 { cancelledMessageIDs.insert(id) }
  }

  /// The whole data set that follows a command.
  func readIdentifier(of message: Message) throws(AssociationEnd) -> [UInt8] {
    let first = try nextDataHeader(message.context.id)
    return try readMessagePart(first, limit: Self.maximumIdentifierLength)
  }

  /// The data set that follows a command, in pieces: `take` is given the length of each and reads it by `fill`, wholly.
  func readDataSet(
    of message: Message, _ take: (_ count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    var header = try nextDataHeader(message.context.id)
    while true {
      if header.count > 0 {
        var left = header.count
        try take(header.count) { target in
          try stream.readPayload(target)
          left -= target.count
        }
        precondition(left == 0, "a piece was not read wholly")
      }
      if header.isLast { return }
      header = try nextDataHeader(message.context.id)
    }
  }

  /// Reads and drops the data set that follows a command.
  func skipDataSet(of message: Message) throws(AssociationEnd) {
    while true {
      let header = try nextDataHeader(message.context.id)
      try stream.skip(header.count)
      if header.isLast { return }
    }
  }

  private func nextDataHeader(_ contextID: UInt8) throws(AssociationEnd) -> PresentationDataValueHeader {
    guard let header = try nextValueHeader() else {
      throw .violation("A-RELEASE-RQ inside a message", .unexpectedPDU)
    }
    guard !header.isCommand, header.contextID == contextID else {
      throw .violation("a fragment of another message inside a data set", .unexpectedPDUParameter)
    }
    return header
  }

  /// Collects the fragments of one part of a message.
  private func readMessagePart(
    _ first: PresentationDataValueHeader, limit: Int
  ) throws(AssociationEnd) -> [UInt8] {
    var bytes: [UInt8] = []
    var header = first
    while true {
      guard bytes.count + header.count <= limit else {
        throw .violation("\(first.isCommand ? "command" : "identifier") longer than \(limit) bytes", .notSpecified)
      }
      let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: max(header.count, 1), alignment: 1)
      defer { piece.deallocate() }
      let target = UnsafeMutableRawBufferPointer(rebasing: piece[..<header.count])
      try stream.readPayload(target)
      bytes.append(contentsOf: target)
      if header.isLast { return bytes }
      guard let next = try nextValueHeader() else {
        throw .violation("A-RELEASE-RQ inside a message", .unexpectedPDU)
      }
      guard next.isCommand == first.isCommand, next.contextID == first.contextID else {
        throw .violation("a fragment of another message inside a message", .unexpectedPDUParameter)
      }
      header = next
    }
  }

  /// The next presentation data value, across PDUs; nil at A-RELEASE-RQ.
  private func nextValueHeader() throws(AssociationEnd) -> PresentationDataValueHeader? {
    while remainingInPDU == 0 {
      guard let length = try layer.nextData() else { return nil }
      if length == 0 { throw .violation("P-DATA-TF without a value", .invalidPDUParameterValue) }
      remainingInPDU = length
    }
    let value = try stream.readValueHeader(remaining: remainingInPDU)
    remainingInPDU -= PresentationDataValueHeader.byteCount + value.count
    return value
  }

  // MARK: - Sending

  /// Sends a command without a data set.
  func send(_ command: CommandSet, on context: NegotiatedContext) throws(AssociationEnd) {
    try sendPart(command.encoded(), context.id, isCommand: true)
  }

  /// Sends a command and its data set.
  func send(_ command: CommandSet, dataSet: [UInt8], on context: NegotiatedContext) throws(AssociationEnd) {
    try hold(command, on: context)
    try sendPart(dataSet, context.id, isCommand: false)
  }

  /// Leaves a command without a data set to go out with what is sent next, or before anything is waited for.
  func hold(_ command: CommandSet, on context: NegotiatedContext) throws(AssociationEnd) {
    let bytes = command.encoded().withUnsafeBytes {
      fragments([$0], context.id, isCommand: true, isLast: true).joined
    }
    try stream.hold(bytes)
  }

  /// Sends a command and its data set of `count` bytes, which `produce` hands over piece by piece, or several at once.
  func send(
    _ command: CommandSet, on context: NegotiatedContext, count: Int64,
    _ produce: (([UnsafeRawBufferPointer]) throws -> Void) throws -> Void
  ) throws {
    try hold(command, on: context)
    var left = count
    try produce { pieces in
      left -= pieces.reduce(0) { $0 + Int64($1.count) }
      try sendTogether(pieces, context.id, isLast: left == 0)
    }
    precondition(left == 0, "a data set of another length than announced")
  }

  private var fragmentLength: Int { max(sendLength - PresentationDataValueHeader.byteCount, 2) & ~1 }

  private func sendPart(_ bytes: [UInt8], _ contextID: UInt8, isCommand: Bool) throws(AssociationEnd) {
    let failure = bytes.withUnsafeBytes { all -> AssociationEnd? in
      do throws(AssociationEnd) {
        try sendTogether([all], contextID, isCommand: isCommand, isLast: true)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
  }

  /// Sends pieces of memory as P-DATA-TF, each as long as the peer allows, all by one call.
  private func sendTogether(
    _ pieces: [UnsafeRawBufferPointer], _ contextID: UInt8, isCommand: Bool = false, isLast: Bool
  ) throws(AssociationEnd) {
    let fragments = fragments(pieces, contextID, isCommand: isCommand, isLast: isLast)
    let failure = fragments.headers.withUnsafeBytes { headers -> AssociationEnd? in
      do throws(AssociationEnd) {
        try stream.write(fragments.parts(headers))
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
  }

  private func fragments(
    _ pieces: [UnsafeRawBufferPointer], _ contextID: UInt8, isCommand: Bool, isLast: Bool
  ) -> FragmentList {
    FragmentList(pieces, maximumLength: fragmentLength) { count, isEnd in
      PresentationDataValueHeader(
        contextID: contextID, isCommand: isCommand, isLast: isLast && isEnd, count: count)
    }
  }
}
