// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments
import Testing

/// A report with text that needs escapes in every form.
func exampleReport(_ status: ReportStatus = .final) throws -> ImagingReport {
  let issued = try #require(DateTime(date: "20260301", time: "101500", offset: 60))
  let reader = ReportPerson(
    identifier: Identifier("1001", issuer: "RAD"), name: ReportName(family: "Iolog", given: "Rad", prefix: "Dr."),
    at: issued)
  var report = ImagingReport(
    uid: "1.2.826.0.1.3680043.10.1", setUID: "1.2.826.0.1.3680043.10.2", version: 2, status: status,
    title: "CT chest <contrast> & follow-up", issued: issued,
    patient: ReportPatient(
      identifiers: [Identifier("PAT001", issuer: "1.2.3"), Identifier("EXT9", issuer: "OTHER")],
      name: ReportName(family: "Müller", given: "Änne"), birthDate: "19700102", sex: "F"),
    author: reader, organization: ReportOrganization(identifier: Identifier("H", issuer: "1.2.3"), name: "Hospital"))
  report.language = "de"
  report.authenticator = status == .preliminary ? nil : reader
  report.previousUID = status == .corrected || status == .amended ? "1.2.826.0.1.3680043.10.3" : ""
  report.order.placer = Identifier("PLC1", issuer: "HIS")
  report.order.accession = Identifier("ACC1")
  report.order.procedure = Code("24627-2", "CT Chest", .loinc)
  report.sections = [
    ReportSection(
      code: ReportSection.findings, title: "Findings", text: "No nodule > 4 mm.\nLine \"two\" \u{1} & more"),
    ReportSection(code: ReportSection.impression, title: "Impression", text: "Normal."),
  ]
  report.studies = [
    ImagingStudy(
      uid: "1.2.826.0.1.3680043.10.4", accession: Identifier("ACC1"),
      started: DateTime(date: "20260301", time: "091500", offset: 60), description: "CT chest",
      series: [
        ImagingSeries(
          uid: "1.2.826.0.1.3680043.10.5", number: 1, modality: "CT", description: "axial",
          instances: [1, 2].map { (number: Int) in
            ImagingInstance(
              uid: "1.2.826.0.1.3680043.10.6.\(number)", sopClass: "1.2.840.10008.5.1.4.1.1.2", number: number)
          })
      ])
  ]
  report.pdf = Array("%PDF-1.4\n%%EOF\n".utf8)
  return report
}
