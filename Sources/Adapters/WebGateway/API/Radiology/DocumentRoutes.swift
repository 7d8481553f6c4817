// SPDX-License-Identifier: Apache-2.0

import Archive
import ClinicalDocuments
import DICOMCore
import DICOMWeb
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Radiology
import Trust

/// `/api/v1/reports/:exam/cda` and `…/pdf`: validated reports as documents, the newest or the one that `version` names.
enum DocumentRoutes {
  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/reports/:exam/cda", needs: .readReports, records: .order) { call in
      let (exam, version) = (try call.key("exam"), try wanted(call))
      return try await call.blocking {
        let report = try catalogued(try report(exam, version, call), call.services.index)
        return document(CDAReport(report).encode(), "text/xml; charset=utf-8", "report-\(exam).xml")
      }
    }
    guard let print = routes.services.ports.reportPDF else { return }
    routes.on(.get, "api/v1/reports/:exam/pdf", needs: .readReports, records: .order) { call in
      let (exam, version) = (try call.key("exam"), try wanted(call))
      return try await call.blocking {
        document(try print(try report(exam, version, call)), "application/pdf", "report-\(exam).pdf")
      }
    }
  }

  @Sendable private static func wanted(_ call: Call) throws -> Int? {
    try call.query.integer("version", in: 1...Int(Int32.max))
  }

  @Sendable private static func report(_ exam: Int64, _ version: Int?, _ call: Call) throws -> ImagingReport {
    let reports = try call.department.imagingReports(ofExam: exam)
    guard let report = version.map({ number in reports.last { $0.version == number } }) ?? reports.last else {
      throw Problem.notFound
    }
    return report
  }

  /// With the series and instances of its studies.
  private static func catalogued(_ report: ImagingReport, _ index: any InstanceIndex) throws -> ImagingReport {
    var report = report
    report.studies = try report.studies.map { try StudyCatalogue.study(UID($0.uid), in: index) ?? $0 }
    return report
  }

  private static func document(_ bytes: [UInt8], _ type: String, _ name: String) -> Response {
    .bytes(
      ByteBuffer(bytes: bytes), type: type, headers: [.contentDisposition: "inline; filename=\"\(name)\""])
  }
}
