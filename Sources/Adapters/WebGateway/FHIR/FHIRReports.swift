// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments
import DICOMWeb
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Radiology

/// `/fhir/DiagnosticReport`: the newest visible version of each exam's report. The id is that of the exam.
enum FHIRReports {
  @Sendable static func read(_ call: Call) async throws -> Response {
    let exam = try call.key("id")
    return try await call.blocking {
      guard let resource = try resource(ofExam: exam, call) else { throw Problem.notFound }
      return .fhir(resource)
    }
  }

  @Sendable static func search(_ call: Call) async throws -> Response {
    let page = try FHIRPage(call)
    return try await call.blocking {
      let found = try exams(page, call.department).compactMap { exam in
        try resource(ofExam: exam, call).map { (String(exam), $0) }
      }
      return FHIRRoutes.answer(call, "DiagnosticReport", page, found)
    }
  }

  /// Exams with a visible report.
  private static func exams(_ page: FHIRPage, _ department: Department) throws -> [Int64] {
    if let status = page.text("status"), !["final", "amended", "corrected"].contains(status) { return [] }
    if let id = page.text("_id") { return page.cut(Int64(id).map { [$0] } ?? []) }
    if let exam = try page.reference("based-on") { return page.cut([exam]) }
    if let patient = try page.reference("patient", "subject") {
      return page.cut(
        try department.reportedExams(ofPatient: patient, limit: page.offset + page.count + 1).map(\.exam.id))
    }
    if let token = page.token("identifier") {
      return page.cut(
        try department.order(.accession(OrderNumber(token.value, issuer: token.system)))?.procedures.map(\.id) ?? [])
    }
    guard let words = page.text("_content") else {
      throw Problem(.badRequest, "Say which reports: _id, patient, based-on, identifier or _content.")
    }
    var query = ReportQuery()
    query.words = words
    (query.offset, query.limit) = (page.offset, page.count + 1)
    return try department.reports(matching: query).map(\.exam.exam.id)
  }

  static func resource(ofExam exam: Int64, _ call: Call) throws -> FHIRResource? {
    guard let report = try call.department.imagingReports(ofExam: exam).last,
      let order = try call.department.orderOf(exam: exam)
    else { return nil }
    let references = FHIRDiagnosticReport.References(
      subject: "Patient/\(order.patient)", basedOn: "ServiceRequest/\(exam)",
      studies: report.studies.map { "ImagingStudy/\($0.uid)" },
      pdf: call.services.ports.reportPDF == nil ? nil : "\(call.origin)/api/v1/reports/\(exam)/pdf")
    return FHIRDiagnosticReport(report).resource(id: String(exam), references)
  }
}
