// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import Radiology
import Trust

/// `/api/v1/reconciliations`: merges, moves and changes of who a patient is, which can be taken back; results from
/// outside.
enum ReconciliationRoutes {
  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/reconciliations", needs: .viewOrders, records: .query, list)
    routes.on(.get, "api/v1/reconciliations/:reconciliation", needs: .viewOrders, records: .patient) { call in
      let id = try call.key("reconciliation")
      return try await call.answer { try call.department.reconciliation(id: id) }
    }
    routes.on(.post, "api/v1/reconciliations/:reconciliation/undo", needs: .mergePatients, records: .patient) { call in
      let id = try call.key("reconciliation")
      return try await call.answer { try call.department.undo(reconciliation: id, by: call.performer) }
    }
    routes.on(.post, "api/v1/orders/:order/move", needs: .mergePatients, records: .patient) { call in
      let id = try call.key("order")
      let patient = try await call.document(Target.self).patient
      return try await call.answer {
        try call.department.moveOrder(.id(id), toPatient: patient, by: call.performer)
      }
    }
    routes.on(.get, "api/v1/patients/:patient/outside-results", needs: .readReports, records: .patient) { call in
      let (id, limit) = (try call.key("patient"), try call.page(largest: 200).limit)
      return try await call.answer {
        Results(results: try call.department.outsideResults(ofPatient: id, limit: limit, for: call.performer))
      }
    }
  }

  private struct Target: Decodable { var patient: Int64 }
  private struct Page: Encodable, Sendable { var reconciliations: [Reconciliation] }
  private struct Results: Encodable, Sendable { var results: [OutsideResult] }

  @Sendable private static func list(_ call: Call) async throws -> Response {
    let parameters = try call.query
    var query = ReconciliationQuery()
    query.patient = parameters["patient"].flatMap { Int64($0) }
    query.study = parameters["study"] ?? ""
    query.standingOnly = try parameters.flag("standing")
    (query.offset, query.limit) = try call.page(largest: 200)
    return try await call.answer { [query] in
      Page(reconciliations: try call.department.reconciliations(matching: query))
    }
  }
}
