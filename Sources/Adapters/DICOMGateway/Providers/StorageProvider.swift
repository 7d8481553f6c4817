// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMNetwork
import Logging

/// C-STORE as provider (PS3.4 Annex B): the data set streams from the socket into the archive's sink.
final class StorageProvider {
  private let sink: IngestSink
  private let logger: Logger
  /// Studies that instances came for on this association, for the audit trail; bounded.
  private(set) var studies: Set<String> = []

  static let maximumAuditedStudies = 1000

  init(sink: IngestSink, logger: Logger) {
    self.sink = sink
    self.logger = logger
  }

  deinit { sink.close() }

  /// Takes the instance and gives the response, after whose sending `answered` is called. Throws only where the
  /// association cannot go on.
  func store(_ message: BlockingAssociation.Message, on association: BlockingAssociation) throws -> CommandSet {
    let command = message.command
    guard command.hasDataSet else {
      return failure(command, StatusCode.cannotUnderstand, "no data set follows the command")
    }
    do {
      try sink.begin(
        affectedSOPClass: command.affectedSOPClassUID, affectedSOPInstance: command.affectedSOPInstanceUID,
        transferSyntax: message.context.transferSyntax.uid)
    } catch {
      try association.skipDataSet(of: message)
      return failed(command, error)
    }
    var archiveFailure: (any Error)?
    do {
      try association.readDataSet(of: message) { count, fill in
        try self.receive(count, fill, &archiveFailure)
      }
    } catch {
      sink.abandon()
      throw error
    }
    if let archiveFailure {
      sink.abandon()
      return failed(command, archiveFailure)
    }
    return finish(command)
  }

  /// The sender has its response.
  func answered() { sink.release() }

  /// Lets the bytes flow into the sink; once the archive has failed they are read and dropped, so that the sender gets
  /// an answer.
  private func receive(
    _ count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Void, _ archiveFailure: inout (any Error)?
  ) throws {
    var left = count
    while left > 0 {
      var transportFailure: (any Error)?
      if archiveFailure == nil {
        do {
          try sink.withSpace(1) { space in
            let length = min(space.count, left)
            do {
              try fill(UnsafeMutableRawBufferPointer(rebasing: space[..<length]))
            } catch {
              transportFailure = error
              throw error
            }
            left -= length
            return length
          }
        } catch {
          if let transportFailure { throw transportFailure }
          archiveFailure = error
        }
      } else {
        try withUnsafeTemporaryAllocation(byteCount: min(left, 65536), alignment: 16) { space in
          try fill(space)
          left -= space.count
        }
      }
    }
  }

  private func finish(_ command: CommandSet) -> CommandSet {
    do {
      switch try sink.finishHolding() {
      case .stored(let identity, _), .duplicate(let identity):
        if studies.count < Self.maximumAuditedStudies { studies.insert(identity.study.rawValue) }
        return command.response(status: StatusCode.success)
      case .refused(.mismatch(let reason)):
        return failure(command, StatusCode.dataSetDoesNotMatchSOPClass, reason)
      case .refused(.unusable(let reason)):
        return failure(command, StatusCode.cannotUnderstand, reason)
      }
    } catch {
      return failed(command, error)
    }
  }

  /// A700 where the cause lies outside and may go away, so that the sender tries again; 0110 for a fault of ours.
  private func failed(_ command: CommandSet, _ error: any Error) -> CommandSet {
    logger.error("instance \(command.affectedSOPInstanceUID?.rawValue ?? "?") could not be stored: \(error)")
    guard (error as? ArchiveError)?.isOfResources == true else {
      return failure(command, StatusCode.processingFailure, "the archive failed")
    }
    return failure(command, StatusCode.outOfResources, "the archive cannot store now")
  }

  private func failure(_ command: CommandSet, _ status: UInt16, _ comment: String) -> CommandSet {
    var response = command.response(status: status)
    response.errorComment = comment
    if status != StatusCode.outOfResources, status != StatusCode.processingFailure {
      logger.notice("instance \(command.affectedSOPInstanceUID?.rawValue ?? "?") refused: \(comment)")
    }
    return response
  }
}
