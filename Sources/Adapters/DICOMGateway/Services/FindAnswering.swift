// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNetwork
import DICOMServices
import Logging

/// Answers the C-FIND requests of a service class that is not query/retrieve.
protocol FindingProvider: ServiceProvider {
  /// Gives answers one after another, until there is no more or `each` returns false.
  /// - Parameter each: takes an answer, in UTF-8, and whether all keys that were asked for are supported.
  /// - Throws: `AttributeFault` where the identifier makes no sense.
  func find(_ identifier: DataSet, for caller: String, each: (DataSet, Bool) throws -> Bool) throws
}

/// Performs a C-FIND with a `FindingProvider` (PS3.7 §9.1.2): one pending response for each answer, in the character
/// set of the requester, until there is no more or it cancels.
struct FindAnswering {
  let provider: any FindingProvider
  let association: BlockingAssociation
  let characterSets: AnswerCharacterSets
  let logger: Logger

  func answer(_ message: BlockingAssociation.Message) throws {
    let command = message.command
    guard command.hasDataSet else {
      return try refuse(message, .cannotUnderstand, "no identifier follows the command")
    }
    let bytes = try association.readIdentifier(of: message)
    let identifier: DataSet
    do {
      identifier = try DataSetReader.read(ByteSlice(bytes), transferSyntax: message.context.transferSyntax)
    } catch {
      return try refuse(message, .cannotUnderstand, "identifier: \(error)")
    }
    let id = command.messageID ?? 0
    var status = DIMSEStatus.success
    var broken: (any Error)?
    do {
      let caller = association.negotiated.callingAETitle
      try provider.find(identifier, for: caller) { answer, isComplete in
        do {
          if try association.isCancelled(id) {
            status = .cancel
            return false
          }
          let encoded = try DataSetWriter.write(
            characterSets.converted(answer, for: caller, asked: identifier.characterSet),
            transferSyntax: message.context.transferSyntax)
          let pending: DIMSEStatus = isComplete ? .pending : .pendingWithWarning
          try association.send(
            command.response(status: pending.rawValue, hasDataSet: true), dataSet: encoded, on: message.context)
          return true
        } catch {
          broken = error
          throw error
        }
      }
    } catch let fault as AttributeFault {
      return try refuse(message, fault.status, fault.comment)
    } catch {
      if let broken { throw broken }
      logger.error("\(command.commandField) could not be answered: \(error)")
      return try refuse(message, .outOfResources, "the question cannot be answered now")
    }
    association.finishOperation(id)
    try association.send(command.response(status: status.rawValue), on: message.context)
  }

  private func refuse(
    _ message: BlockingAssociation.Message, _ status: DIMSEStatus, _ comment: String
  ) throws {
    var response = message.command.response(status: status.rawValue)
    response.errorComment = comment
    try association.send(response, on: message.context)
  }
}

/// In which character set a station is answered: the one that its setting names, else that of its request, else
/// UTF-8 where the text needs more than ASCII.
struct AnswerCharacterSets: Sendable {
  /// By AE title; `*` for all that have none of their own.
  let byCaller: [String: SpecificCharacterSet]

  /// An answer that says its character set. Text that the set does not have comes in UTF-8.
  func converted(_ answer: DataSet, for caller: String, asked: SpecificCharacterSet) -> DataSet {
    var wanted = byCaller[caller] ?? byCaller["*"] ?? asked
    if !wanted.isKnown || (wanted.terms.isEmpty && Self.hasText(answer)) { wanted = .utf8 }
    var converted = answer
    if (try? converted.convertText(to: wanted)) != nil { return converted }
    try? converted.convertText(to: .utf8)
    return converted
  }

  /// Whether some text needs more than the default repertoire.
  private static func hasText(_ dataSet: DataSet) -> Bool {
    dataSet.elements.contains { element in
      switch element.value {
      case .bytes(let bytes):
        element.vr.usesSpecificCharacterSet && bytes.withUnsafeBytes { $0.contains { $0 > 0x7F } }
      case .items(let items): items.contains { hasText($0) }
      case .fragments: false
      }
    }
  }
}
