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
  private(set) var notices: [DepartmentNotices.Notice]
  let order: Order
  let exam: RequestedProcedure
  let patient: PatientRecord
  /// Nil where it is not about a report.
  let report: Report?
  /// What an appointment takes up, by the steps that it is booked for; of a block, all under 0.
  let resources: [Int64: [Resource]]
  /// Nil where it is not about a block.
  let block: AgendaBlock?

  /// Nil where nobody is told of it.
  init?(_ event: RadiologyEvent, in tables: any RadiologyTables) throws {
    notices = DepartmentNotices.notices(of: event)
    self.event = event
    if let block = AgendaBlock(event), !notices.isEmpty {
      let all = try tables.resources()
      resources = [0: block.resources.compactMap { id in all.first { $0.id == id } }]
      (order, exam, patient, report) = (Order(), RequestedProcedure(), PatientRecord(identifiers: [], name: ""), nil)
      self.block = block
      return
    }
    guard !notices.isEmpty, event.subject.order != 0, let order = try tables.order(.id(event.subject.order)),
      let patient = try tables.patient(id: order.patient), let exam = Self.exam(event, order)
    else { return nil }
    // A patient who was examined without an appointment has none that could end.
    if !exam.steps.contains(where: { $0.start != nil }) { notices.removeAll { $0 == .appointment("S16") } }
    self.order = order
    self.exam = exam
    self.patient = patient
    block = nil
    let isAppointment = notices.contains { $0.kind == .appointments }
    resources = isAppointment ? try Self.resources(of: exam.id, in: tables) : [:]
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

  /// Of one that its order no longer asks for, the event knows number and name.
  private static func exam(_ event: RadiologyEvent, _ order: Order) -> RequestedProcedure? {
    guard event.kind == "appointment.deleted" else {
      return order.procedures.first { $0.id == event.subject.procedure } ?? order.procedures.first
    }
    var exam = RequestedProcedure()
    (exam.procedureID, exam.description) = (event.to, event.reason)
    return exam
  }

  private static func resources(of exam: Int64, in tables: any RadiologyTables) throws -> [Int64: [Resource]] {
    let bookings = try tables.bookings(ofExam: exam)
    if bookings.isEmpty { return [:] }
    let all = try tables.resources()
    return Dictionary(
      bookings.map { booking in (booking.step, booking.resources.compactMap { id in all.first { $0.id == id } }) },
      uniquingKeysWith: +)
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
