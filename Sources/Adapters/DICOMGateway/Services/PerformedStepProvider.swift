// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork
import DICOMServices
import Radiology

/// The modality performed procedure step as SCP, and its retrieval (PS3.4 Annex F).
struct PerformedStepProvider: ServiceProvider {
  private let desk: PerformedStepDesk
  /// Is told of each change that was kept.
  private let changed: @Sendable (PerformedStepRecord) throws -> Void

  init(_ desk: PerformedStepDesk, changed: @escaping @Sendable (PerformedStepRecord) throws -> Void) {
    self.desk = desk
    self.changed = changed
  }

  static let offered = [
    OfferedService(
      serviceClass: "Procedure Step", annex: "F", sopClasses: [.modalityPerformedProcedureStep],
      operations: [.nCreateRQ, .nSetRQ]),
    OfferedService(
      serviceClass: "Procedure Step", annex: "F", sopClasses: [.modalityPerformedProcedureStepRetrieve],
      operations: [.nGetRQ]),
    OfferedService(
      serviceClass: "Procedure Step", annex: "F", sopClasses: [.modalityPerformedProcedureStepNotification],
      operations: [.nEventReportRQ]),
  ]

  var services: [OfferedService] { Self.offered }

  func perform(_ request: NormalizedRequest) throws -> NormalizedResponse {
    guard request.command.sopClassUID == request.abstractSyntax else {
      return NormalizedResponse(.noSuchSOPClass, "the SOP class is not that of the presentation context")
    }
    switch (request.abstractSyntax, request.operation) {
    case (.modalityPerformedProcedureStep, .nCreateRQ): return try refusing { try create(request) }
    case (.modalityPerformedProcedureStep, .nSetRQ): return try refusing { try set(request) }
    case (.modalityPerformedProcedureStepRetrieve, .nGetRQ): return try get(request)
    default: return NormalizedResponse(.unrecognizedOperation, "\(request.operation) is not of this SOP class")
    }
  }

  private func refusing(_ body: () throws -> NormalizedResponse) throws -> NormalizedResponse {
    do {
      return try body()
    } catch let refusal as PerformedProcedureStep.Refusal {
      var response = NormalizedResponse(refusal.status, refusal.comment)
      response.errorID = refusal.errorID
      response.offendingElements = refusal.tag.map { [$0] } ?? []
      return response
    }
  }

  private func create(_ request: NormalizedRequest) throws -> NormalizedResponse {
    let given = request.command.affectedSOPInstanceUID
    if let given, !given.isValid { return NormalizedResponse(.invalidObjectInstance, "the instance is no UID") }
    let instance = given ?? UID.random()
    guard let attributes = request.dataSet else {
      return NormalizedResponse(.missingAttribute, "no attributes follow the command")
    }
    try changed(desk.create(instance, attributes, from: request.caller))
    var response = NormalizedResponse(.success)
    response.sopInstance = instance
    return response
  }

  private func set(_ request: NormalizedRequest) throws -> NormalizedResponse {
    guard let instance = request.command.requestedSOPInstanceUID, let modifications = request.dataSet else {
      return NormalizedResponse(.missingAttribute, "no attributes follow the command")
    }
    let (record, ignored) = try desk.set(instance, modifications, from: request.caller)
    try changed(record)
    guard !ignored.isEmpty else { return NormalizedResponse(.success) }
    var response = NormalizedResponse(.attributeListError, "attributes that N-SET must not change stay as they were")
    response.attributes = ignored
    return response
  }

  private func get(_ request: NormalizedRequest) throws -> NormalizedResponse {
    guard let instance = request.command.requestedSOPInstanceUID, let record = try desk.record(instance) else {
      return NormalizedResponse(.noSuchSOPInstance, "there is no such instance")
    }
    let (attributes, isComplete) = record.step.selected(request.command.attributeIdentifierList ?? [])
    var response = NormalizedResponse(isComplete ? .success : .requestedOptionalAttributesNotSupported)
    response.dataSet = attributes
    return response
  }
}
