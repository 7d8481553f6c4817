// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMNetwork
import DICOMServices

/// Storage commitment as SCP (PS3.4 Annex J): N-ACTION is kept and answered, the result follows by N-EVENT-REPORT, on
/// the association of the request or, as a job, on one of ours.
struct CommitmentProvider: ServiceProvider {
  private let commitment: StorageCommitment
  private let queue: CommitmentQueue

  init(_ commitment: StorageCommitment, queue: CommitmentQueue) {
    self.commitment = commitment
    self.queue = queue
  }

  static let offered = [
    OfferedService(
      serviceClass: "Storage Commitment", annex: "J", sopClasses: [.storageCommitmentPushModel],
      operations: [.nActionRQ, .nEventReportRQ])
  ]

  var services: [OfferedService] { Self.offered }

  func perform(_ request: NormalizedRequest) throws -> NormalizedResponse {
    let command = request.command
    guard command.sopClassUID == .storageCommitmentPushModel else {
      return NormalizedResponse(.noSuchSOPClass, "not the storage commitment push model")
    }
    guard request.operation == .nActionRQ else {
      return NormalizedResponse(.unrecognizedOperation, "storage commitment has N-ACTION only")
    }
    guard command.requestedSOPInstanceUID == .storageCommitmentPushModelInstance else {
      return NormalizedResponse(.noSuchSOPInstance, "not the well-known instance of the push model")
    }
    guard command.actionTypeID == CommitmentRequest.actionTypeID else {
      return NormalizedResponse(.noSuchAction, "action \(command.actionTypeID ?? 0) is not 1")
    }
    guard let dataSet = request.dataSet else {
      return NormalizedResponse(.invalidArgumentValue, "no action information")
    }
    do throws(AttributeFault) {
      let asked = try CommitmentRequest(dataSet)
      return try accepted(asked, request)
    } catch {
      return NormalizedResponse(error)
    }
  }

  private func accepted(
    _ asked: CommitmentRequest, _ request: NormalizedRequest
  ) throws(AttributeFault) -> NormalizedResponse {
    do {
      let kept = try commitment.accept(asked, from: request.caller, receiver: request.called)
      var response = NormalizedResponse(.success)
      response.report = Report(id: kept.id, commitment: commitment, queue: queue)
      return response
    } catch {
      throw AttributeFault(.processingFailure, .transactionUID, "the request cannot be kept now")
    }
  }

  /// The result, for the association of the request.
  private struct Report: OwedReport {
    let id: Int64
    let commitment: StorageCommitment
    let queue: CommitmentQueue

    func event() throws -> EventReport? { try commitment.result(id).map(CommitmentReporter.event) }
    func delivered() throws { try commitment.delivered(id) }

    func notDelivered(_ reason: String) throws {
      try commitment.giveBack(id, reason: reason)
      try queue.add(id)
    }
  }
}
