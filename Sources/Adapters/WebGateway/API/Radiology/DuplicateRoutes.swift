// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import Radiology
import Trust

/// `/api/v1/similar-patients`, `/api/v1/similar-exams`: what is asked before something is made twice.
enum DuplicateRoutes {
  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/similar-patients", needs: .manageOrders, records: .query, patients)
    routes.on(.get, "api/v1/similar-exams", needs: .manageOrders, records: .query, exams)
  }

  private struct Patients: Encodable, Sendable { var patients: [SimilarPatient] }
  private struct Exams: Encodable, Sendable { var exams: [SimilarExam] }

  /// `name` as PN, `birthDate`, `identifier`, `telephone`: what is known of the new one.
  @Sendable private static func patients(_ call: Call) async throws -> Response {
    let parameters = try call.query
    func text(_ name: String) -> String { String((parameters[name] ?? "").prefix(OrderRoutes.longestText)) }
    let identifier = text("identifier")
    var patient = PatientRecord(
      identifiers: identifier.isEmpty ? [] : [PatientIdentifier(identifier, issuer: text("issuer"))],
      name: text("name"), birthDate: text("birthDate"))
    patient.contact.telephone = text("telephone")
    return try await call.answer { [patient] in
      Patients(patients: try call.department.patientsLike(patient))
    }
  }

  @Sendable private static func exams(_ call: Call) async throws -> Response {
    let parameters = try call.query
    guard let patient = Int64(parameters["patient"] ?? "") else {
      throw Problem(.badRequest, "patient is the number of a patient.")
    }
    let (code, description) = (parameters["code"] ?? "", parameters["description"] ?? "")
    return try await call.answer {
      Exams(
        exams: try call.department.examsLike(
          patient: patient, code: code, description: String(description.prefix(OrderRoutes.longestText))))
    }
  }
}
