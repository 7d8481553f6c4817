// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Radiology

/// `/fhir/Patient`.
enum FHIRPatients {
  @Sendable static func read(_ call: Call) async throws -> Response {
    let id = try call.key("id")
    return try await call.blocking {
      guard let patient = try call.department.patient(id: id) else { throw Problem.notFound }
      return .fhir(resource(patient))
    }
  }

  @Sendable static func search(_ call: Call) async throws -> Response {
    let page = try FHIRPage(call)
    return try await call.blocking {
      FHIRRoutes.answer(
        call, "Patient", page, try found(page, call.department).map { (String($0.id), resource($0)) })
    }
  }

  private static func found(_ page: FHIRPage, _ department: Department) throws -> [PatientRecord] {
    if let id = page.text("_id") {
      return page.cut(try Int64(id).flatMap { try department.patient(id: $0) }.map { [$0] } ?? [])
    }
    var query = PatientQuery()
    query.birthDate = (page.text("birthdate") ?? "").filter { $0 != "-" }
    if let token = page.token("identifier") {
      query.text = token.value
      query.limit = FHIRRoutes.largestPage
      return page.cut(
        try department.patients(matching: query).filter { patient in
          patient.identifiers.contains {
            $0.value == token.value && (token.system.isEmpty || $0.issuer == token.system)
          }
        })
    }
    query.text = ["name", "family", "given"].compactMap { page.text($0) }.joined(separator: " ")
    guard !query.text.isEmpty || !query.birthDate.isEmpty else {
      throw Problem(.badRequest, "Say whom to look for: _id, identifier, name, family, given or birthdate.")
    }
    (query.offset, query.limit) = (page.offset, page.count + 1)
    return try department.patients(matching: query)
  }

  static func resource(_ patient: PatientRecord) -> FHIRResource {
    ReportPatient(patient).fhir(id: String(patient.id))
  }
}

extension ReportPatient {
  init(_ patient: PatientRecord) {
    let parts = (patient.name.split(separator: "=", omittingEmptySubsequences: false).first ?? "")
      .split(separator: "^", omittingEmptySubsequences: false).map(String.init)
    func part(_ index: Int) -> String { index < parts.count ? parts[index] : "" }
    self.init(
      identifiers: patient.identifiers.map { Identifier($0.value, issuer: $0.issuer) },
      name: ReportName(
        family: part(0), given: [part(1), part(2)].filter { !$0.isEmpty }.joined(separator: " "), prefix: part(3)),
      birthDate: patient.birthDate, sex: patient.sex)
  }
}
