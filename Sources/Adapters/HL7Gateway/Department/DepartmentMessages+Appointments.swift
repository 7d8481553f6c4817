// SPDX-License-Identifier: Apache-2.0

import HL7
import Messaging
import Radiology

extension DepartmentMessages {
  /// Table 0278, and the action of table 0206 on services and resources.
  private static let meanings: [String: (status: String, action: String, reason: String)] = [
    "S12": ("Booked", "A", "booked"), "S13": ("Booked", "U", "moved"), "S14": ("Booked", "U", "changed"),
    "S15": ("Cancelled", "D", "cancelled"), "S16": ("Dc", "D", "discontinued"), "S17": ("Deleted", "D", "deleted"),
    "S18": ("Booked", "A", "resource added"), "S19": ("Booked", "U", "resource changed"),
    "S20": ("Booked", "U", "resource cancelled"), "S23": ("Blocked", "A", "blocked"), "S24": ("Deleted", "D", "opened"),
    "S26": ("Noshow", "X", "not attended"),
  ]

  /// An appointment, or a block of the agenda: SIU^S12 to S26 (HL7 v2.5.1 §10.4). Each step that has a time is a group
  /// of its own with its service and its resources.
  func appointment(_ trigger: String, _ news: DepartmentNews) -> Message {
    var builder = builder(["SIU", trigger, "SIU_S12"])
    let (order, exam, event) = (news.order, news.exam, news.event)
    var meaning = Self.meanings[trigger] ?? ("Booked", "U", "changed")
    if !event.reason.isEmpty { meaning.reason = event.reason }
    let person = ExtendedCompositeName(id: event.by, name: ExtendedPersonName(dicom: "")).content
    var steps = exam.steps.filter { $0.start != nil }
    if steps.isEmpty { steps = [exam.steps.first ?? ScheduledProcedureStep()] }
    if let block = news.block {
      (steps[0].start, steps[0].minutes, steps[0].description) = (block.start, block.minutes, block.title)
    }
    let first = steps[0]
    var schedule: [Int: FieldContent] = [
      1: number(order.placer), 2: FieldContent(news.block.map { "B\($0.number)" } ?? exam.procedureID),
      6: FieldContent(components: ["", meaning.reason]),
      7: FieldContent(components: ["", news.block?.title ?? order.request.reason]),
      11: FieldContent(components: ["", "", "", Self.time(first)]), 16: person, 20: person,
      25: FieldContent(meaning.status), 26: number(order.placer), 27: number(order.filler),
    ]
    schedule.merge(Self.duration(first, 9)) { $1 }
    builder.add("SCH", schedule)
    if news.block == nil {
      builder.add("PID", PatientWriter.fields(news.patient))
      addVisit(order, to: &builder)
    }
    for (index, step) in steps.enumerated() {
      builder.add("RGS", [1: FieldContent("\(index + 1)"), 2: FieldContent(meaning.action)])
      if news.block == nil {
        let service: [Int: FieldContent] = [
          1: "1", 2: FieldContent(meaning.action), 3: code(exam), 4: FieldContent(Self.time(step)),
          10: FieldContent(meaning.status),
        ]
        builder.add("AIS", service.merging(Self.duration(step, 7)) { $1 })
      }
      addResources(of: step, news.resources[news.block == nil ? step.id : 0] ?? [], meaning, to: &builder)
    }
    return builder.message
  }

  /// Machines (AIG), places (AIL) and people (AIP): those that are booked, else those that the step names.
  private func addResources(
    of step: ScheduledProcedureStep, _ booked: [Resource], _ meaning: (status: String, action: String, reason: String),
    to builder: inout MessageBuilder
  ) {
    let (action, start, status) = (
      FieldContent(meaning.action), FieldContent(Self.time(step)), FieldContent(meaning.status)
    )
    func add(_ segment: String, _ names: [FieldContent], shift: Int, _ place: (FieldContent) -> [Int: FieldContent]) {
      for (index, name) in names.enumerated() {
        var fields: [Int: FieldContent] = [1: FieldContent("\(index + 1)"), 2: action]
        fields.merge(place(name)) { $1 }
        fields[6 + shift] = start
        fields.merge(Self.duration(step, 9 + shift)) { $1 }
        fields[12 + shift] = status
        builder.add(segment, fields)
      }
    }
    let machines = booked.filter { $0.kind == .machine }.map {
      FieldContent(components: [$0.aeTitle.isEmpty ? $0.name : $0.aeTitle, $0.name])
    }
    // Of a step that is booked by others, the station is a device.
    let station = step.station.name.isEmpty ? step.station.aeTitles.first ?? "" : step.station.name
    let devices = booked.isEmpty && !station.isEmpty ? [FieldContent(components: [station, station])] : machines
    add("AIG", devices, shift: 2) { [3: $0, 4: FieldContent(components: ["EQUIPMENT"])] }
    var places = booked.filter { $0.kind == .room }.map { $0.location.isEmpty ? $0.name : $0.location }
    if places.isEmpty, !step.station.location.isEmpty { places = [step.station.location] }
    add("AIL", places.map { FieldContent($0) }, shift: 0) { [3: $0, 4: FieldContent(components: ["ROOM"])] }
    let people = booked.filter { $0.kind == .person }.map {
      ExtendedCompositeName(id: "\($0.id)", name: ExtendedPersonName(dicom: $0.name)).content
    }
    let named = step.performingPhysician.isEmpty ? [] : [physician(step.performingPhysician)]
    add("AIP", people.isEmpty ? named : people, shift: 0) { [3: $0, 4: FieldContent(components: ["PERSON"])] }
  }

  private static func time(_ step: ScheduledProcedureStep) -> String { step.start.map { $0.date + $0.time } ?? "" }

  /// How long it takes, with its unit in the field behind.
  private static func duration(_ step: ScheduledProcedureStep, _ field: Int) -> [Int: FieldContent] {
    step.minutes > 0 ? [field: FieldContent("\(step.minutes)"), field + 1: "min"] : [:]
  }
}
