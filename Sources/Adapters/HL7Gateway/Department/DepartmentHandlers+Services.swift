// SPDX-License-Identifier: Apache-2.0

import HL7
import Messaging
import Radiology

extension DepartmentHandlers {
  /// Services and resources that are taken away from an appointment.
  static let removalEvents = ["S20", "S21", "S22"]

  /// SIU^S20, S21 and S22 (HL7 v2.5.1 §10.4.9 to §10.4.11): a service of AIS is an exam of the order, which ends; the
  /// rest of the appointment stays. A resource of AIG, AIL or AIP is no longer the one of its steps.
  func takeRemoval(_ message: Message, _ origin: MessageHandlers.Origin) throws -> MessageHandlers.Reply {
    let performer = Self.performer(origin)
    let known = try appointment(message)
    let reason = message.first("SCH")?[6].text ?? ""
    let removed = try Self.removed(message)
    var exams: Set<Int64> = []
    for segment in removed where segment.name == "AIS" {
      exams.formUnion(try Self.exams(of: segment, in: known.order))
    }
    for exam in known.order.procedures where exams.contains(exam.id) && !exam.status.isEnded {
      _ = try asked(at: Location(segment: "AIS", field: 3)) {
        try department.perform(
          exam.status == .inRoom ? .discontinue : .cancel, exam: exam.id, reason: reason, by: performer)
      }
    }
    let resources = removed.filter { $0.name != "AIS" }
    if !resources.isEmpty {
      _ = try asked(at: Location(segment: "SCH", field: 1)) {
        try department.change(known.reference, by: performer) { order in
          for procedure in order.procedures.indices {
            for step in order.procedures[procedure].steps.indices
            where order.procedures[procedure].steps[step].status.isOpen {
              for segment in resources { Self.remove(segment, from: &order.procedures[procedure].steps[step]) }
            }
          }
        }
      }
    }
    return .accepted("")
  }

  private func appointment(_ message: Message) throws -> (reference: OrderReference, order: Order) {
    let place = Location(segment: "SCH", field: 1)
    guard let schedule = message.first("SCH") else {
      throw HL7Error(.segmentSequence, "there is no SCH", at: Location(segment: "SCH"))
    }
    for number in Self.numbers(schedule) {
      for reference in [OrderReference.placer(number), .filler(number)] {
        if let order = try department.order(reference) { return (reference, order) }
      }
    }
    throw HL7Error(.unknownKeyIdentifier, "there is no such appointment", at: place)
  }

  /// Those that the message says are deleted; where it says that of none, its services, else its resources.
  private static func removed(_ message: Message) throws -> [Segment] {
    let all = ["AIS", "AIG", "AIL", "AIP"].flatMap { message.all($0) }
    let deleted = all.filter { $0[2].value == "D" }
    if !deleted.isEmpty { return deleted }
    let named = all.filter { $0[2].value.isEmpty }
    guard !named.isEmpty else {
      throw HL7Error(.segmentSequence, "there is no AIS, AIG, AIL or AIP", at: Location(segment: "AIS"))
    }
    let services = named.filter { $0.name == "AIS" }
    return services.isEmpty ? named : services
  }

  private static func exams(of service: Segment, in order: Order) throws -> [Int64] {
    let place = Location(segment: "AIS", field: 3)
    guard let code = HL7Values.code(service[3].repetitions[0]) else {
      throw HL7Error(.requiredFieldMissing, "AIS-3 has no code", at: place)
    }
    let found = order.procedures.filter { exam in exam.codes.contains { $0.value == code.value } }
    guard !found.isEmpty else {
      throw HL7Error(.unknownKeyIdentifier, "there is no service \(code.value) in the appointment", at: place)
    }
    return found.map(\.id)
  }

  private static func remove(_ resource: Segment, from step: inout ScheduledProcedureStep) {
    switch resource.name {
    case "AIL":
      if step.station.location == HL7Values.line(VisitReader.location(resource[3]), 16) { step.station.location = "" }
    case "AIP":
      if step.performingPhysician == HL7Values.physician(resource[3]) { step.performingPhysician = "" }
    default:
      let device = resource[3][2].value.isEmpty ? resource[3].value : resource[3][2].value
      if step.station.name == HL7Values.line(device, 16) { step.station.name = "" }
    }
  }
}
