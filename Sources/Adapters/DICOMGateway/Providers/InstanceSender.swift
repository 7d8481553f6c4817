// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMNetwork
import Logging

/// C-STORE as user: hands stored instances to a peer, the received bytes as they are where it accepts their transfer
/// syntax, a native form where it does not; headers as corrections make them.
struct InstanceSender {
  let archive: ImageArchive
  let logger: Logger
  /// On whose behalf, for C-MOVE (PS3.4 §C.4.2.3.1).
  var moveOriginator: (aeTitle: String, messageID: UInt16)?

  /// What goes out in place of the instance, where frames of it are retrieved.
  var extracted: ExtractedInstance?

  /// What a view shows in place of stored instances.
  var viewed: ViewedObjects?

  /// Told of the status and comment of each response.
  var answered: ((_ status: UInt16, _ comment: String) -> Void)?

  /// What became of one sub-operation.
  enum Outcome { case completed, warning, failed }

  /// Sends one instance and waits for the response. Throws only where the association cannot go on.
  func send(
    _ instance: StoredInstance, messageID: UInt16, on association: BlockingAssociation, role: AssociationMachine.Role
  ) throws -> Outcome {
    if let extracted {
      return try send(extracted, of: instance, messageID: messageID, on: association, role: role)
    }
    if let viewed {
      let made: ViewedObjects.Made?
      do {
        made = try viewed.made(instance.identity.instance)
      } catch {
        logger.notice("\(instance.identity.instance) cannot be made: \(error)")
        return .failed
      }
      if let made { return try send(made, as: instance, messageID: messageID, on: association, role: role) }
    }
    guard let context = context(for: instance, association.negotiated, role) else {
      logger.notice("\(instance.identity.instance) not sent: no presentation context for it was accepted")
      return .failed
    }
    let command = CommandSet.cStoreRQ(
      messageID: messageID, sopClass: instance.identity.sopClass, sopInstance: instance.identity.instance,
      moveOriginator: moveOriginator)
    let isOriginal = context.transferSyntax.uid == instance.receivedTransferSyntax
    if isOriginal || context.transferSyntax.uid == instance.transferSyntax {
      let object: OutgoingObject
      do {
        object = try isOriginal ? archive.original(instance) : archive.outgoing(instance)
      } catch {
        logger.error("\(instance.identity.instance) not sent: \(error)")
        return .failed
      }
      try association.send(command, on: context, count: object.count) { pieces in
        try archive.readTogether(object, of: instance, pieces)
      }
    } else {
      let converted: [UInt8]
      do {
        converted = try convert(instance, to: context.transferSyntax)
      } catch {
        logger.notice("\(instance.identity.instance) not sent: \(error)")
        return .failed
      }
      try association.send(command, dataSet: converted, on: context)
    }
    return try response(to: messageID, instance, on: association)
  }

  func response(
    to messageID: UInt16, _ instance: StoredInstance, on association: BlockingAssociation
  ) throws -> Outcome {
    guard let message = try association.nextMessage() else { throw AssociationEnd.released }
    let command = message.command
    guard command.commandField == .cStoreRSP, command.messageIDBeingRespondedTo == messageID else {
      throw AssociationEnd.violation("\(command.commandField) where a C-STORE-RSP is expected", .unexpectedPDUParameter)
    }
    let status = command.status ?? StatusCode.cannotUnderstand
    answered?(status, command.errorComment ?? "")
    if status == StatusCode.success { return .completed }
    logger.notice(
      "\(instance.identity.instance) answered with status \(String(status, radix: 16)) \(command.errorComment ?? "")")
    return StatusCode.isStored(status) ? .warning : .failed
  }

  /// The transfer syntax of its arrival if that was accepted, else the stored one, else a native one.
  func context(
    for instance: StoredInstance, _ negotiated: NegotiatedAssociation, _ role: AssociationMachine.Role
  ) -> NegotiatedContext? {
    let usable = negotiated.contexts(for: instance.identity.sopClass).filter {
      role == .requestor ? $0.requestorIsSCU : $0.requestorIsSCP
    }
    return usable.first { $0.transferSyntax.uid == instance.receivedTransferSyntax }
      ?? usable.first { $0.transferSyntax.uid == instance.transferSyntax }
      ?? usable.first { $0.transferSyntax == .explicitVRLittleEndian }
      ?? usable.first { $0.transferSyntax.isNative }
  }

  private func convert(_ instance: StoredInstance, to target: TransferSyntax) throws -> [UInt8] {
    let bytes = try archive.outgoingDataSet(of: instance)
    return try NativeConversion.convert(bytes, from: TransferSyntax(instance.transferSyntax), to: target)
  }
}
