// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments
import DICOMWeb
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Radiology
import Trust

/// `/fhir`: FHIR R4 to read and search. Reports are the validated ones, for everybody.
enum FHIRRoutes {
  static let root = "/fhir"
  static let largestPage = 200

  static let kinds: [FHIRCapabilities.Kind] = [
    .init(
      "Patient",
      [
        ("_id", "token"), ("identifier", "token"), ("name", "string"), ("family", "string"), ("given", "string"),
        ("birthdate", "date"),
      ]),
    .init(
      "DiagnosticReport",
      [
        ("_id", "token"), ("patient", "reference"), ("subject", "reference"), ("identifier", "token"),
        ("based-on", "reference"), ("status", "token"), ("_content", "string"),
      ]),
    .init(
      "ImagingStudy",
      [
        ("_id", "token"), ("patient", "reference"), ("subject", "reference"), ("identifier", "token"),
        ("started", "date"), ("modality", "token"),
      ]),
    .init(
      "ServiceRequest",
      [
        ("_id", "token"), ("patient", "reference"), ("subject", "reference"), ("identifier", "token"),
        ("status", "token"),
      ]),
  ]

  static func add(to routes: RouteTable) {
    routes.onOpen(.get, "fhir/metadata", capabilities)
    routes.on(.get, "fhir/Patient", needs: .readReports, records: .query, FHIRPatients.search)
    routes.on(.get, "fhir/Patient/:id", needs: .readReports, records: .patient, FHIRPatients.read)
    routes.on(.get, "fhir/DiagnosticReport", needs: .readReports, records: .query, FHIRReports.search)
    routes.on(.get, "fhir/DiagnosticReport/:id", needs: .readReports, records: .order, FHIRReports.read)
    routes.on(.get, "fhir/ImagingStudy", needs: .searchStudies, records: .query, FHIRStudies.search)
    routes.on(.get, "fhir/ImagingStudy/:id", needs: .viewImages, records: .accessed, FHIRStudies.read)
    routes.on(.get, "fhir/ServiceRequest", needs: .viewOrders, records: .query, FHIROrders.search)
    routes.on(.get, "fhir/ServiceRequest/:id", needs: .viewOrders, records: .order, FHIROrders.read)
  }

  @Sendable private static func capabilities(_ visit: Visit) async throws -> Response {
    guard let date = DateTime(date: LocalDateTime(minute: 0).date) else { throw Problem.notFound }
    let statement = FHIRCapabilities(
      software: "Martlet", version: visit.services.options.version, address: visit.origin + root, date: date,
      kinds: kinds)
    return .fhir(statement.resource)
  }

  /// The address of a resource.
  static func address(_ call: Call, _ type: String, _ id: String) -> String {
    "\(call.origin)\(root)/\(type)/\(id)"
  }

  /// A page of a search. One more than the page holds tells whether there is a next one.
  static func answer(
    _ call: Call, _ type: String, _ page: FHIRPage, _ found: [(id: String, resource: FHIRResource)]
  ) -> Response {
    let query = call.request.uri.query.map { "?" + $0 } ?? ""
    let base = "\(call.origin)\(root)/\(type)"
    let shown = found.prefix(page.count)
    return .fhir(
      .searchset(
        shown.map { (address(call, type, $0.id), $0.resource) }, total: nil, address: base + query,
        next: found.count > page.count ? base + page.next : nil))
  }
}

extension Response {
  static func fhir(_ resource: FHIRResource, status: HTTPResponse.Status = .ok) -> Response {
    .bytes(ByteBuffer(bytes: resource.encode()), type: FHIRResource.mediaType, status: status)
  }
}

extension Problem {
  /// The same for a client of FHIR.
  func outcome() -> Response {
    let code =
      switch status.code {
      case 400, 422: "invalid"
      case 401: "login"
      case 403: "forbidden"
      case 404, 410: "not-found"
      case 406, 415, 501: "not-supported"
      case 409: "conflict"
      case 413: "too-long"
      case 429, 503: "transient"
      default: "exception"
      }
    var response = Response.fhir(.outcome(code, detail), status: status)
    for field in headers { response.headers[field.name] = field.value }
    return response
  }
}
