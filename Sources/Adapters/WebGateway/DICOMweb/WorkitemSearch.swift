// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices
import DICOMWeb
import HTTPTypes
import Hummingbird
import Radiology

/// The search transaction of the worklist service (PS3.18 §11.9), and filters of subscriptions, which read alike.
enum WorkitemSearch {
  /// Workitems of one answer, where the client does not ask for less.
  static let limit = 1000

  /// What every answer has (return keys of type 1 and 2 that a worklist shows).
  private static let shown: Set<DICOMCore.Tag> = [
    .sopClassUID, .sopInstanceUID, .procedureStepState, .scheduledProcedureStepPriority,
    .scheduledProcedureStepModificationDateTime, .procedureStepLabel, .worklistLabel,
    .scheduledProcedureStepStartDateTime, .inputReadinessState, .patientName, .patientID, .issuerOfPatientID,
    .patientBirthDate, .patientSex, .admissionID, .studyInstanceUID, .referencedRequestSequence,
    .scheduledStationNameCodeSequence, .scheduledStationClassCodeSequence,
    .scheduledStationGeographicLocationCodeSequence, .scheduledHumanPerformersSequence,
    .scheduledWorkitemCodeSequence, .expectedCompletionDateTime, .inputInformationSequence,
  ]

  @Sendable static func search(_ call: Call) async throws -> Response {
    try call.checkCharacterSet()
    let form = try call.choose(WorkitemRoutes.offers.filter { $0.media != .dicomXML || $0.isMultipart })
    let request = try SearchRequest(level: .instances, parameters: call.query)
    let desk = try WorkitemRoutes.desk(call)
    let page = min(request.limit ?? limit, limit)
    let (found, hasMore) = try await call.blocking { () throws -> ([DataSet], Bool) in
      let query = UnifiedProcedureStepQuery(request.identifier, fuzzyNames: request.fuzzyMatching)
      var found: [DataSet] = []
      var position = 0
      try desk.find(query) { record in
        guard request.emptyValues.matches(record.step.attributes) else { return true }
        position += 1
        if position > request.offset { found.append(cut(record.step.attributes, request)) }
        return found.count <= page
      }
      return (Array(found.prefix(page)), found.count > page)
    }
    if found.isEmpty { return .noContent() }
    guard hasMore else { return WorkitemRoutes.answer(found, form) }
    let warning = WorkitemRoutes.warning("There are additional results that can be requested")
    var answer = WorkitemRoutes.answer(found, form, headers: [.warning: warning])
    // What was asked for is whole; what we cut off is not.
    if request.limit.map({ $0 > limit }) ?? true { answer.status = .partialContent }
    return answer
  }

  private static func cut(_ attributes: DataSet, _ request: SearchRequest) -> DataSet {
    var answer = attributes
    if !request.includesAll {
      answer.keep {
        shown.contains($0.tag) || request.includedFields.contains($0.tag) || $0.tag == .specificCharacterSet
      }
    }
    return answer
  }

  /// Matching keys of a filtered subscription: `filter=key=value,key=value`, or keys as in a search (PS3.18 table
  /// 11.10.1-2).
  static func filter(_ parameters: QueryParameters) throws -> DataSet {
    var keys: [QueryParameters.Parameter] = []
    for parameter in parameters.all {
      switch parameter.name {
      case "deletionlock", "accept", "charset": continue
      case "filter":
        for pair in parameter.value.split(separator: ",") {
          let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          keys.append(.init(String(parts[0]), parts.count > 1 ? String(parts[1]) : ""))
        }
      default: keys.append(parameter)
      }
    }
    let filter = try SearchRequest(level: .instances, parameters: QueryParameters(keys)).identifier
    guard !filter.isEmpty else {
      throw WebError(.malformed, "A filtered subscription needs matching keys.", at: "parameter filter")
    }
    return filter
  }
}
