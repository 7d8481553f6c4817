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

  private func book(
    _ message: Message, _ schedule: Segment, _ known: OrderReference?, by performer: Performer
  ) throws {
    let place = Location(segment: "AIS", field: 4)
    let service = message.first("AIS")
    guard
      let start = [service?[4].value, schedule[11][4].value].lazy.compactMap({ $0 }).compactMap(
        HL7Values.time
      ).first
    else { throw HL7Error(.requiredFieldMissing, "AIS-4 has no start", at: place) }
    let minutes = Self.minutes(
      service?[7].value ?? schedule[9].value, service?[8].value ?? schedule[10].value)
    func fill(_ step: inout ScheduledProcedureStep) {
      step.start = start
      if minutes > 0 { step.minutes = minutes }
      if let room = message.first("AIL")?[3] {
        step.station.location = HL7Values.line(VisitReader.location(room), 16)
      }
      if let person = message.first("AIP")?[3], !person.isEmpty {
        step.performingPhysician = HL7Values.physician(person)
      }
      if let device = message.first("AIG")?[3], !device.isEmpty, step.station.name.isEmpty {
        step.station.name = HL7Values.line(
          device[2].value.isEmpty ? device.value : device[2].value, 16)
      }
    }
    if let known {
      _ = try asked(at: place) {
        try department.change(known, by: performer) { order in
          for procedure in order.procedures.indices {
            for step in order.procedures[procedure].steps.indices
            where order.procedures[procedure].steps[step].status.isOpen {
              fill(&order.procedures[procedure].steps[step])
            }
          }
        }
      }
      return
    }
    guard message.trigger == "S12" || message.trigger == "S13" || message.trigger == "S14" else {
      throw HL7Error(
        .unknownKeyIdentifier, "there is no such appointment",
        at: Location(segment: "SCH", field: 1))
    }
    var order = Order()
    order.placer = HL7Values.number(schedule[26].isEmpty ? schedule[1] : schedule[26])
    order.filler = HL7Values.number(schedule[2])
    order.visit = VisitReader.visit(message) ?? Visit()
    order.request.reason = [schedule[7][2].value, schedule[7].value].first { !$0.isEmpty } ?? ""
    var procedure = RequestedProcedure()
    let code =
      service.flatMap { HL7Values.code($0[3].repetitions[0]) }
      ?? HL7Values.code(schedule[8].repetitions[0])
    procedure.codes = code.map { [$0] } ?? []
    procedure.description = HL7Values.line(
      code.map { $0.meaning.isEmpty ? $0.value : $0.meaning } ?? "")
    var step = ScheduledProcedureStep()
    fill(&step)
    procedure.steps = [step]
    order.procedures = [procedure]
    let patient = try PatientReader(message: message).patient()
    _ = try asked(at: Location(segment: "SCH", field: 1)) {
      try department.place(order, for: patient, by: performer)
    }
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
