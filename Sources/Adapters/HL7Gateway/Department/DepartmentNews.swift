// SPDX-License-Identifier: Apache-2.0

import Messaging
import Radiology

/// An event that others are told of, with all that the messages say.
struct DepartmentNews: Sendable {
  /// A version of a report among the others.
  struct Report: Sendable {
    var subject: ReportSubject
    /// Up to this version, oldest first.
    var versions: [ReportVersion]
    var version: ReportVersion
  }

  let event: RadiologyEvent
  let notices: [DepartmentNotices.Notice]
  let order: Order
  let exam: RequestedProcedure
  let patient: PatientRecord
  /// Nil where it is not about a report.
  let report: Report?

  /// Nil where nobody is told of it.
  init?(_ event: RadiologyEvent, in tables: any RadiologyTables) throws {
    notices = DepartmentNotices.notices(of: event)
    guard !notices.isEmpty, event.subject.order != 0, let order = try tables.order(.id(event.subject.order)),
      let patient = try tables.patient(id: order.patient),
      let exam = order.procedures.first(where: { $0.id == event.subject.procedure }) ?? order.procedures.first
    else { return nil }
    self.event = event
    self.order = order
    self.exam = exam
    self.patient = patient
    guard notices.contains(where: \.isReport) else {
      report = nil
      return
    }
    let versions = try tables.versions(ofExam: exam.id).filter { $0.at <= event.at }
    guard let version = versions.last(where: { $0.status.rawValue == event.to }),
      let subject = try ReportSubject(ofExam: exam.id, in: tables)
    else { return nil }
    report = Report(subject: subject, versions: versions.filter { $0.number <= version.number }, version: version)
  }

  /// What is not validated goes only to those who ask for it.
  func isWanted(by form: ReportForm) -> Bool {
    guard let report else { return true }
    return report.version.status.isVisible || form.sendsPreliminary
  }

  /// The number of the document.
  var uid: String { report.map { uid(of: $0.version) } ?? "" }

  /// The number of the document before, which this receiver was sent; empty where there was none.
  func previousUID(for form: ReportForm) -> String {
    guard let report else { return "" }
    let sent = report.versions.dropLast().last { version in
      version.status.isVisible || form.sendsPreliminary && [.preliminary, .signed].contains(version.status)
    }
    return sent.map { uid(of: $0) } ?? ""
  }

  /// A version that was not validated has no UID, but a number.
  private func uid(of version: ReportVersion) -> String {
    version.sopInstanceUID.isEmpty ? "\(order.accession.value)-\(exam.id)-\(version.number)" : version.sopInstanceUID
  }
}
