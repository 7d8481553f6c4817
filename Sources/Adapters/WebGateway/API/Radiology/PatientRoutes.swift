// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import Radiology
import Trust

/// `/api/v1/patients`: whom the department knows.
enum PatientRoutes {
  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/patients", needs: .viewOrders, records: .query, list)
    routes.on(.post, "api/v1/patients", needs: .manageOrders, records: .patient, register)
    routes.on(.get, "api/v1/patients/:patient", needs: .viewOrders, records: .patient, detail)
    routes.on(.put, "api/v1/patients/:patient", needs: .manageOrders, records: .patient, change)
    routes.on(.post, "api/v1/patients/:patient/merge", needs: .mergePatients, records: .patient, merge)
  }

  private struct Patients: Encodable, Sendable { var patients: [PatientRecord] }

  @Sendable private static func list(_ call: Call) async throws -> Response {
    let page = try call.page(largest: 200)
    var query = PatientQuery()
    (query.offset, query.limit) = (page.offset, page.limit)
    query.text = String((try call.query["search"] ?? "").prefix(OrderRoutes.longestText))
    query.birthDate = try call.query["birthDate"] ?? ""
    return try await call.answer { [query] in
      Patients(patients: try call.department.patients(matching: query))
    }
  }

  @Sendable private static func register(_ call: Call) async throws -> Response {
    let given = try await call.document(PatientRecord.self)
    return try await call.answer(status: .created) {
      try call.department.register(given, by: call.performer)
    }
  }

  @Sendable private static func detail(_ call: Call) async throws -> Response {
    let id = try call.key("patient")
    return try await call.answer {
      guard let patient = try call.department.patient(id: id) else { throw Problem.notFound }
      return patient
    }
  }

  /// The whole record as it was read, with its changes and its version.
  @Sendable private static func change(_ call: Call) async throws -> Response {
    let id = try call.key("patient")
    let given = try await call.document(PatientRecord.self)
    return try await call.answer {
      try call.department.changePatient(id: id, by: call.performer) { patient in
        guard given.version == patient.version else {
          throw RadiologyError(
            .conflict, "The patient was changed by somebody else; read the record again.", about: .changedMeanwhile)
        }
        patient = given
        patient.version = given.version
      }
    }
  }

  private struct Survivor: Decodable { var into: Int64 }

  @Sendable private static func merge(_ call: Call) async throws -> Response {
    let id = try call.key("patient")
    let survivor = try await call.document(Survivor.self).into
    return try await call.answer {
      try call.department.mergePatient(id, into: survivor, by: call.performer)
    }
  }
}
