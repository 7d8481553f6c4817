// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork
import DICOMServices
import Radiology

/// Unified procedure steps as SCP: the SOP classes Push and Event (PS3.4 Annex CC).
struct UnifiedProcedureStepProvider: ServiceProvider {
  private let requests: UnifiedProcedureStepRequests

  init(_ desk: UnifiedProcedureStepDesk) { requests = UnifiedProcedureStepRequests(desk: desk) }

  static let name = "Unified Worklist and Procedure Step"

  static let offered = [
    OfferedService(
      serviceClass: name, annex: "CC", sopClasses: [.unifiedProcedureStepPush],
      operations: [.nCreateRQ, .nGetRQ, .nActionRQ]),
    OfferedService(
      serviceClass: name, annex: "CC", sopClasses: [.unifiedProcedureStepEvent], operations: [.nEventReportRQ]),
  ]

  var services: [OfferedService] { Self.offered }

  func perform(_ request: NormalizedRequest) throws -> NormalizedResponse { try requests.perform(request) }
}

/// Unified procedure steps as SCP: the SOP classes Pull, Watch and Query, which can be searched (PS3.4 Annex CC).
struct UnifiedWorklistProvider: FindingProvider {
  private let requests: UnifiedProcedureStepRequests

  init(_ desk: UnifiedProcedureStepDesk) { requests = UnifiedProcedureStepRequests(desk: desk) }

  static let offered = [
    OfferedService(
      serviceClass: UnifiedProcedureStepProvider.name, annex: "CC", sopClasses: [.unifiedProcedureStepPull],
      operations: [.cFindRQ, .nGetRQ, .nSetRQ, .nActionRQ]),
    OfferedService(
      serviceClass: UnifiedProcedureStepProvider.name, annex: "CC", sopClasses: [.unifiedProcedureStepWatch],
      operations: [.cFindRQ, .nGetRQ, .nActionRQ]),
    OfferedService(
      serviceClass: UnifiedProcedureStepProvider.name, annex: "CC", sopClasses: [.unifiedProcedureStepQuery],
      operations: [.cFindRQ]),
  ]

  var services: [OfferedService] { Self.offered }

  func perform(_ request: NormalizedRequest) throws -> NormalizedResponse { try requests.perform(request) }

  func find(_ identifier: DataSet, for caller: String, each: (DataSet, Bool) throws -> Bool) throws {
    let query = UnifiedProcedureStepQuery(identifier)
    // Answers go out after the transaction, so that a slow station holds nobody up.
    var answers: [DataSet] = []
    try requests.desk.find(query) { record in
      answers.append(query.answer(record.step.attributes))
      return answers.count < UnifiedProcedureStepDesk.maximumAnswers
    }
    for answer in answers {
      guard try each(answer, !query.hasUnsupportedKeys) else { return }
    }
  }
}

/// The DIMSE-N requests of all SOP classes of the service.
struct UnifiedProcedureStepRequests {
  let desk: UnifiedProcedureStepDesk

  /// Which requests a SOP class has (PS3.4 tables CC.2-1 to CC.2-5).
  private static let operations: [UID: Set<CommandField>] = [
    .unifiedProcedureStepPush: [.nCreateRQ, .nGetRQ, .nActionRQ],
    .unifiedProcedureStepPull: [.nGetRQ, .nSetRQ, .nActionRQ],
    .unifiedProcedureStepWatch: [.nGetRQ, .nActionRQ],
  ]

  func perform(_ request: NormalizedRequest) throws -> NormalizedResponse {
    // Steps are instances of the Push SOP class, whatever the context (PS3.4 §CC.3.1).
    guard let sopClass = request.command.sopClassUID,
      sopClass == .unifiedProcedureStepPush || sopClass == request.abstractSyntax
    else { return NormalizedResponse(.noSuchSOPClass, "steps are instances of the UPS Push SOP class") }
    guard Self.operations[request.abstractSyntax]?.contains(request.operation) == true else {
      return NormalizedResponse(.unrecognizedOperation, "\(request.operation) is not of this SOP class")
    }
    do {
      switch request.operation {
      case .nCreateRQ: return try create(request)
      case .nSetRQ: return try set(request)
      case .nGetRQ: return try get(request)
      default: return try act(request)
      }
    } catch let refusal as UnifiedProcedureStep.Refusal {
      var response = NormalizedResponse(refusal.status, refusal.comment)
      response.offendingElements = refusal.tag.map { [$0] } ?? []
      return response
    }
  }

  private func create(_ request: NormalizedRequest) throws -> NormalizedResponse {
    guard let attributes = request.dataSet else {
      return NormalizedResponse(.missingAttribute, "no attributes follow the command")
    }
    let record = try desk.create(request.command.affectedSOPInstanceUID, attributes, from: request.caller)
    var response = NormalizedResponse(.success)
    response.sopInstance = record.sopInstance
    return response
  }

  private func set(_ request: NormalizedRequest) throws -> NormalizedResponse {
    guard let modifications = request.dataSet else {
      return NormalizedResponse(.missingAttribute, "no attributes follow the command")
    }
    let (_, ignored) = try desk.set(instance(request), modifications)
    guard !ignored.isEmpty else { return NormalizedResponse(.success) }
    var response = NormalizedResponse(.attributeListError, "attributes that N-SET must not change stay as they were")
    response.attributes = ignored
    return response
  }

  private func get(_ request: NormalizedRequest) throws -> NormalizedResponse {
    guard let record = try desk.record(instance(request)) else {
      return NormalizedResponse(.noSuchProcedureStep, "there is no such procedure step")
    }
    let (attributes, isComplete) = record.step.selected(request.command.attributeIdentifierList ?? [])
    var response = NormalizedResponse(isComplete ? .success : .requestedOptionalAttributesNotSupported)
    response.dataSet = attributes
    return response
  }

  private func act(_ request: NormalizedRequest) throws -> NormalizedResponse {
    let type = request.command.actionTypeID ?? 0
    guard let action = UnifiedProcedureStepAction(rawValue: type),
      action.sopClasses.contains(request.abstractSyntax)
    else { return NormalizedResponse(.noSuchAction, "action \(type) is not of this SOP class") }
    let information = request.dataSet ?? DataSet()
    switch action {
    case .changeState: return try changeState(request, information)
    case .requestCancel:
      return NormalizedResponse(
        try desk.requestCancel(instance(request), information, from: request.caller))
    case .subscribe:
      let lock = information.string(.deletionLock) ?? ""
      guard ["TRUE", "FALSE"].contains(lock) else {
        return NormalizedResponse(
          AttributeFault(
            lock.isEmpty ? .missingAttribute : .invalidAttributeValue, .deletionLock,
            "Deletion Lock is TRUE or FALSE"))
      }
      var filter = information
      for tag in [Tag.receivingAE, .deletionLock, .specificCharacterSet] { filter.remove(tag) }
      filter.inheritedCharacterSet = information.characterSet
      try desk.subscribe(
        receiver(information), to: instance(request), hasDeletionLock: lock == "TRUE", filter: filter,
        needsNode: true)
    case .unsubscribe: try desk.unsubscribe(receiver(information), from: instance(request), needsNode: true)
    case .suspendGlobalSubscription:
      try desk.suspend(receiver(information), instance(request), needsNode: true)
    }
    return NormalizedResponse(.success)
  }

  private func changeState(
    _ request: NormalizedRequest, _ information: DataSet
  ) throws -> NormalizedResponse {
    guard let named = information.string(.procedureStepState), !named.isEmpty else {
      return NormalizedResponse(
        AttributeFault(.missingAttribute, .procedureStepState, "the action names no Procedure Step State"))
    }
    guard let state = UnifiedProcedureStepState(rawValue: named) else {
      return NormalizedResponse(
        AttributeFault(.invalidAttributeValue, .procedureStepState, "\(named) is no Procedure Step State"))
    }
    return NormalizedResponse(
      try desk.change(
        instance(request), to: state, transactionUID: information.uid(.transactionUID), by: request.caller))
  }

  private func instance(_ request: NormalizedRequest) -> UID { request.command.requestedSOPInstanceUID ?? "" }

  private func receiver(_ information: DataSet) throws -> String {
    guard let title = information.string(.receivingAE), !title.isEmpty else {
      throw UnifiedProcedureStep.Refusal(.missingAttribute, "the action names no Receiving AE", tag: .receivingAE)
    }
    return title
  }
}
