// SPDX-License-Identifier: Apache-2.0

import HL7
import Messaging
import Radiology

extension DepartmentHandlers {
  static let appointmentEvents = [
    "S12", "S13", "S14", "S15", "S16", "S17", "S18", "S19", "S26",
  ]

  /// SIU (HL7 v2.5.1 §10.4): the appointment of an order, found by its placer, filler or accession number. An
  /// appointment without a known order is one itself.
  func takeAppointment(_ message: Message, _ origin: MessageHandlers.Origin) throws
    -> MessageHandlers.Reply
  {
    let performer = Self.performer(origin)
    guard let schedule = message.first("SCH") else {
      throw HL7Error(.segmentSequence, "there is no SCH", at: Location(segment: "SCH"))
    }
    let numbers = Self.numbers(schedule)
    guard !numbers.isEmpty else {
      throw HL7Error(
        .requiredFieldMissing, "neither SCH-1 nor SCH-2, SCH-26 or SCH-27 has a number",
        at: Location(segment: "SCH", field: 1))
    }
    let known = try numbers.lazy.flatMap { [OrderReference.placer($0), .filler($0)] }
      .first { try department.order($0) != nil }
    let place = Location(segment: "SCH", field: 1)
    switch message.trigger {
    case "S15", "S17":
      guard let known else {
        throw HL7Error(.unknownKeyIdentifier, "there is no such appointment", at: place)
      }
      if try department.order(known)?.status == .cancelled { return .accepted("") }
      _ = try asked(at: place) {
        try department.cancel(known, reason: schedule[6].text, by: performer)
      }
    case "S16":
      guard let known else {
        throw HL7Error(.unknownKeyIdentifier, "there is no such appointment", at: place)
      }
      _ = try asked(at: place) {
        try department.discontinue(known, reason: schedule[6].text, by: performer)
      }
    case "S26":
      guard let known, let order = try department.order(known) else {
        throw HL7Error(.unknownKeyIdentifier, "there is no such appointment", at: place)
      }
      for exam in order.procedures where exam.status == .scheduled || exam.status == .arrived {
        _ = try asked(at: place) {
          try department.perform(
            .markNoShow, exam: exam.id, reason: schedule[6].text, by: performer)
        }
      }
    default: try book(message, schedule, known, by: performer)
    }
    return .accepted("")
  }

  /// By which an order may know its appointment.
  static func numbers(_ schedule: Segment) -> [OrderNumber] {
    [schedule[26], schedule[1], schedule[27], schedule[2]].map(HL7Values.number).filter { !$0.isEmpty }
  }

  /// Services that name an exam of the order by its code are about that exam alone; a service that names none is about
  /// all, but one that is added (S18) is a further exam, and one that is changed (S19) has to be there.
  private func book(
    _ message: Message, _ schedule: Segment, _ known: OrderReference?, by performer: Performer
  ) throws {
    let services = try AppointmentService.all(message, schedule)
    guard let known, let order = try department.order(known) else {
      return try placeAppointment(message, schedule, services, by: performer)
    }
    let named = services.map { service in (service, Self.exams(of: service, in: order)) }
    for (service, exams) in named where exams.isEmpty && message.trigger == "S19" && service.code != nil {
      throw HL7Error(
        .unknownKeyIdentifier, "there is no service \(service.code?.value ?? "") in the appointment",
        at: Location(segment: "AIS", field: 3))
    }
    _ = try asked(at: Location(segment: "AIS", field: 4)) {
      try department.change(known, by: performer) { order in
        for (service, exams) in named {
          if exams.isEmpty, message.trigger == "S18", service.code != nil {
            order.procedures.append(service.procedure)
            continue
          }
          for procedure in order.procedures.indices
          where exams.isEmpty || exams.contains(order.procedures[procedure].id) {
            for step in order.procedures[procedure].steps.indices
            where order.procedures[procedure].steps[step].status.isOpen {
              service.fill(&order.procedures[procedure].steps[step])
            }
          }
        }
      }
    }
  }

  private static func exams(of service: AppointmentService, in order: Order) -> Set<Int64> {
    guard let code = service.code else { return [] }
    return Set(order.procedures.filter { exam in exam.codes.contains { $0.value == code.value } }.map(\.id))
  }

  private func placeAppointment(
    _ message: Message, _ schedule: Segment, _ services: [AppointmentService], by performer: Performer
  ) throws {
    let place = Location(segment: "SCH", field: 1)
    guard ["S12", "S13", "S14"].contains(message.trigger) else {
      throw HL7Error(.unknownKeyIdentifier, "there is no such appointment", at: place)
    }
    var order = Order()
    order.placer = HL7Values.number(schedule[26].isEmpty ? schedule[1] : schedule[26])
    order.filler = HL7Values.number(schedule[2])
    order.visit = VisitReader.visit(message) ?? Visit()
    order.request.reason = [schedule[7][2].value, schedule[7].value].first { !$0.isEmpty } ?? ""
    order.procedures = services.map(\.procedure)
    let patient = try PatientReader(message: message).patient()
    _ = try asked(at: place) { try department.place(order, for: patient, by: performer) }
  }

  /// A duration in the units of AIS-8.
  static func minutes(_ value: String, _ unit: String) -> Int {
    guard let number = Double(value), number > 0, number < 1_000_000 else { return 0 }
    switch unit.lowercased() {
    case "s", "sec", "second", "seconds": return Int((number / 60).rounded(.up))
    case "h", "hr", "hour", "hours": return Int(number * 60)
    default: return Int(number)
    }
  }
}
