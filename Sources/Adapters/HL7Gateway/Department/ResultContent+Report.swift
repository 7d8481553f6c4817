// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments
import Messaging
import Radiology

extension ResultContent {
  /// A report in the form that its receiver wants.
  /// - Parameters:
  ///   - uid: of this version; a preliminary one has no UID.
  ///   - previousUID: of the version that the receiver was sent before; empty for none.
  init(
    _ report: ImagingReport, uid: String, previousUID: String, for form: ReportForm, pdf: [UInt8]
  ) {
    // Table 0085: what is final "can only be changed with a corrected result", by an addendum too.
    let status: Status =
      switch report.status {
      case .preliminary: .preliminary
      case .final: .final
      case .amended, .corrected: .corrected
      }
    let name = report.author.name
    self.init(
      uid: uid, status: status,
      sections: report.sections.map { Section(code: $0.code.value, title: $0.title, text: $0.text) },
      interpreter: [name.family, name.given].filter { !$0.isEmpty }.joined(separator: "^"),
      interpreterID: report.author.identifier.value)
    self.previousUID = previousUID
    isAddendum = report.status == .amended
    self.pdf = form.enclosesPDF ? pdf : []
    studyInstanceUID = report.studies.first?.uid
    studyLink = form.link(study: report.studies.first?.uid ?? "", accession: report.order.accession.value)
  }
}
