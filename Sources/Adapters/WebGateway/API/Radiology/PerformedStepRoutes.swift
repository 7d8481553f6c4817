// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMServices
import DICOMWeb
import HTTPTypes
import Hummingbird
import Radiology
import Trust

/// `/api/v1/performed-steps`: what modalities told of their work, and in what it differs from the orders.
enum PerformedStepRoutes {
  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/performed-steps", needs: .viewOrders, records: .query, list)
    routes.on(.get, "api/v1/performed-steps/:instance", needs: .viewOrders, records: .query, detail)
  }

  @Sendable private static func list(_ call: Call) async throws -> Response {
    let page = try call.page(largest: 200)
    var query = PerformedStepQuery()
    (query.offset, query.limit) = (page.offset, page.limit)
    query.study = try call.query["study"] ?? ""
    query.order = try call.query["order"].flatMap { Int64($0) }
    query.isDiscrepant = try call.query["discrepant"] == "true"
    if let state = try call.query["state"] {
      guard let known = PerformedStepState(rawValue: state) else {
        throw Problem(.badRequest, "The state is IN PROGRESS, COMPLETED or DISCONTINUED.")
      }
      query.state = known
    }
    let records = try await call.blocking { [query] in try steps(call).records(query) }
    return .json(.object([("performedSteps", .array(records.map { .object(summary($0)) }))]))
  }

  @Sendable private static func detail(_ call: Call) async throws -> Response {
    let instance = UID(try call.decodedComponent("instance"))
    let (record, missing) = try await call.blocking {
      guard let record = try steps(call).record(instance) else { throw Problem.notFound }
      let index = call.services.ports.archive.index
      let missing = try record.step.produced.filter {
        try index.versions(of: $0.reference.sopInstance).isEmpty
      }
      return (record, missing.map(\.reference.sopInstance.rawValue))
    }
    var shown = record
    shown.discrepancies.removeAll { $0.kind == .missingObjects }
    if record.step.state.isFinal, !missing.isEmpty {
      shown.discrepancies.append(
        PerformedStepDiscrepancy(.missingObjects, "\(missing.count) objects have not arrived"))
    }
    return .json(
      .object(
        summary(shown) + [
          ("missingObjects", .array(missing.prefix(1000).map { .string($0) })),
          (
            "series",
            .array(
              record.step.attributes.items(.performedSeriesSequence).compactMap { $0.string(.seriesInstanceUID) }
                .map { .string($0) })
          ),
        ]))
  }

  private static func steps(_ call: Call) throws -> any PerformedStepList {
    guard let steps = call.services.ports.performedSteps else { throw Problem.notFound }
    return steps
  }

  private static func summary(_ record: PerformedStepRecord) -> [(String, JSONValue)] {
    let attributes = record.step.attributes
    return [
      ("sopInstanceUID", .string(record.sopInstance.rawValue)), ("state", .string(record.step.state.rawValue)),
      ("source", .string(record.source)), ("createdAt", .integer(record.createdAt)),
      ("changedAt", .integer(record.changedAt)), ("order", JSONValue(record.order)), ("study", .string(record.study)),
      ("modality", JSONValue(attributes.string(.modality))), ("patientID", JSONValue(attributes.string(.patientID))),
      ("patientName", JSONValue(attributes.string(.patientName))),
      ("description", JSONValue(attributes.string(.performedProcedureStepDescription))),
      ("objects", .integer(Int64(record.step.produced.count))),
      (
        "discrepancies",
        .array(
          record.discrepancies.map {
            .object([("kind", .string($0.kind.rawValue)), ("text", .string($0.text))])
          })
      ),
    ]
  }
}
