// SPDX-License-Identifier: Apache-2.0

import Messaging
import Radiology

/// Which messages an event of the department makes.
public enum DepartmentNotices {
  /// A message to make.
  public enum Notice: Sendable, Hashable {
    /// Order control (table 0119) and order status (table 0038).
    case status(control: String, status: String)
    /// Trigger event of SIU.
    case appointment(String)
    case images
    /// ORU^R01.
    case result
    /// MDM.
    case document

    var isReport: Bool { self == .result || self == .document }

    var kind: OutboundKind {
      switch self {
      case .status: .orderStatus
      case .appointment: .appointments
      case .images: .images
      case .result: .results
      case .document: .documents
      }
    }
  }

  /// By kind of event. What came in by HL7 is not told again as a status of an order. An appointment (HL7 v2.5.1 §10.4)
  /// is one exam; its services are the steps of the exam, its resources what is booked for these. S21 and S22 take away
  /// what was begun, or was never meant: the agenda knows that of whole appointments alone (S16, S17). S25 is none.
  static let table: [String: [Notice]] = [
    "exam.schedule": [.appointment("S12"), .status(control: "SC", status: "SC")],
    "exam.unschedule": [.appointment("S15"), .status(control: "SC", status: "HD")],
    "exam.enterRoom": [.status(control: "SC", status: "IP")],
    "exam.complete": [.status(control: "SC", status: "CM")],
    "exam.reopen": [.status(control: "SC", status: "IP")],
    "exam.cancel": [.appointment("S15"), .status(control: "OC", status: "CA")],
    "exam.discontinue": [.appointment("S16"), .status(control: "OD", status: "DC")],
    "exam.markNoShow": [.appointment("S26")],
    "exam.reinstate": [.status(control: "SC", status: "HD")],
    "appointment.modified": [.appointment("S14")],
    "appointment.deleted": [.appointment("S17")],
    "appointment.extended": [.appointment("S18")],
    "appointment.exchanged": [.appointment("S19")],
    "appointment.reduced": [.appointment("S20")],
    "agenda.blocked": [.appointment("S23")],
    "agenda.opened": [.appointment("S24")],
    "study.matched": [.images],
    "report.preliminary": [.result, .document],
    "report.signed": [.result, .document],
    "report.validated": [.result, .document],
    "report.addendum": [.result, .document],
    "report.correction": [.result, .document],
  ]

  public static func notices(of event: RadiologyEvent) -> [Notice] {
    var notices = table[event.kind] ?? []
    if event.kind == "exam.place", event.to == ExamStatus.scheduled.rawValue {
      notices = [.appointment("S12")]
    }
    // A second time is a new time.
    if event.kind == "exam.schedule", event.from == ExamStatus.scheduled.rawValue {
      notices[0] = .appointment("S13")
    }
    // Nothing was booked that could be given up, or it was given up before.
    if ["exam.cancel", "exam.unschedule"].contains(event.kind),
      [ExamStatus.requested, .noShow].contains(where: { $0.rawValue == event.from })
    {
      notices.removeFirst()
    }
    if event.origin == .hl7 { notices.removeAll { $0 != .images } }
    return notices
  }
}
