// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNetwork
import DICOMServices
import Logging

/// Reads a DIMSE-N request, lets its provider perform it and sends the response (PS3.7 §10).
struct NormalizedAnswer {
  let provider: any ServiceProvider
  let association: BlockingAssociation
  let address: String
  let logger: Logger

  /// - Returns: what the requester must be told next.
  func answer(_ message: BlockingAssociation.Message) throws -> (any OwedReport)? {
    let command = message.command
    let response = try perform(message)
    if !response.status.isDone {
      let instance = command.sopInstanceUID?.rawValue ?? ""
      logger.notice("\(command.commandField) \(instance) answered \(response.status): \(response.comment ?? "")")
    }
    let answer = response.message(to: command)
    if let dataSet = response.dataSet {
      let bytes = try DataSetWriter.write(dataSet, transferSyntax: message.context.transferSyntax)
      try association.send(answer, dataSet: bytes, on: message.context)
    } else {
      try association.send(answer, on: message.context)
    }
    return response.report
  }

  private func perform(_ message: BlockingAssociation.Message) throws -> NormalizedResponse {
    let command = message.command
    var dataSet: DataSet?
    if command.hasDataSet {
      let bytes = try association.readIdentifier(of: message)
      do {
        dataSet = try DataSetReader.read(ByteSlice(bytes), transferSyntax: message.context.transferSyntax)
      } catch {
        return NormalizedResponse(.processingFailure, "the data set cannot be read: \(error)")
      }
    }
    if let missing = command.missingRequestField {
      var response = NormalizedResponse(.mistypedArgument, "the command has no \(missing)")
      response.offendingElements = [missing]
      return response
    }
    let request = NormalizedRequest(
      command: command, abstractSyntax: message.context.abstractSyntax, dataSet: dataSet,
      caller: association.negotiated.callingAETitle, called: association.negotiated.calledAETitle, address: address)
    do {
      return try provider.perform(request)
    } catch {
      logger.error("\(command.commandField) could not be performed: \(error)")
      return NormalizedResponse(.processingFailure, "the request cannot be performed now")
    }
  }
}
