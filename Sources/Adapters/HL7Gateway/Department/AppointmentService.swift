// SPDX-License-Identifier: Apache-2.0

import HL7
import Radiology

/// A service of an appointment (AIS, HL7 v2.5.1 §10.6.4) with the resources of its group.
struct AppointmentService {
  /// AIS-3; nil where it is not said.
  var code: Radiology.CodedElement?
  var start: LocalDateTime
  /// 0 where it is not said.
  var minutes: Int
  private var room = ""
  private var person = ""
  private var device = ""

  /// The services of a message, at least one: where it has no AIS, what SCH says is one.
  /// - Throws: where one has no start.
  static func all(_ message: Message, _ schedule: Segment) throws -> [AppointmentService] {
    guard message.first("AIS") != nil else {
      return [try AppointmentService(nil, among: message.segments, schedule)]
    }
    // A group begins with RGS; several services in one share its resources.
    let groups = message.segments.reduce(into: [[Segment]]()) { groups, segment in
      if segment.name == "RGS" || groups.isEmpty { groups.append([]) }
      groups[groups.count - 1].append(segment)
    }
    return try groups.flatMap { group in
      try group.filter { $0.name == "AIS" }.map { try AppointmentService($0, among: group, schedule) }
    }
  }

  private init(_ service: Segment?, among group: [Segment], _ schedule: Segment) throws {
    let starts = [service?[4].value ?? "", schedule[11][4].value]
    guard let start = starts.lazy.compactMap(HL7Values.time).first else {
      throw HL7Error(.requiredFieldMissing, "AIS-4 has no start", at: Location(segment: "AIS", field: 4))
    }
    self.start = start
    code =
      service.flatMap { HL7Values.code($0[3].repetitions[0]) } ?? HL7Values.code(schedule[8].repetitions[0])
    minutes = DepartmentHandlers.minutes(service?[7].value ?? "", service?[8].value ?? "")
    if minutes == 0 { minutes = DepartmentHandlers.minutes(schedule[9].value, schedule[10].value) }
    func named(_ segment: String) -> Field? {
      group.last { $0.name == segment && $0[2].value != "D" && !$0[3].isEmpty }?[3]
    }
    if let place = named("AIL") { room = HL7Values.line(VisitReader.location(place), 16) }
    if let somebody = named("AIP") { person = HL7Values.physician(somebody) }
    if let machine = named("AIG") {
      device = HL7Values.line(machine[2].value.isEmpty ? machine.value : machine[2].value, 16)
    }
  }

  /// Books a step so; what is not said stays.
  func fill(_ step: inout ScheduledProcedureStep) {
    step.start = start
    if minutes > 0 { step.minutes = minutes }
    if !room.isEmpty { step.station.location = room }
    if !person.isEmpty { step.performingPhysician = person }
    if !device.isEmpty { step.station.name = device }
  }

  /// An exam of its own.
  var procedure: RequestedProcedure {
    var procedure = RequestedProcedure()
    procedure.codes = code.map { [$0] } ?? []
    procedure.description = HL7Values.line(code.map { $0.meaning.isEmpty ? $0.value : $0.meaning } ?? "")
    var step = ScheduledProcedureStep()
    fill(&step)
    procedure.steps = [step]
    return procedure
  }
}
