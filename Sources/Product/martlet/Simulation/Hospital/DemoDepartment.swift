// SPDX-License-Identifier: Apache-2.0

import MartletServer
import Radiology
import Trust

/// What a department has before its first patient comes: machines, rooms and people with their hours, the catalogue
/// with its questions, templates, the appointments of the coming days, a waiting list.
struct DemoDepartment: Sendable {
  private static let days = 4
  private static let desk = Performer(name: "receptionist", role: .receptionist, origin: .web)
  private static let reader = Performer(name: "radiologist", role: .radiologist, origin: .web)

  let department: Department

  /// Fills an empty department; leaves one that has resources as it is.
  func furnish() throws {
    guard try department.resources().isEmpty else { return }
    let machines = try addResources()
    for template in Self.templates { try department.save(template) }
    for modality in SimulatedModality.allCases {
      for (index, procedure) in modality.procedures.enumerated() {
        try department.save(Self.entry(modality, index, procedure.description, machines))
      }
    }
    try book(machines)
  }

  /// Somebody has to be told of something: one result that waits, one that was acknowledged.
  func raiseCriticalResults() throws {
    guard try department.openCriticalResults().isEmpty else { return }
    var query = ExamQuery()
    (query.statuses, query.limit) = ([.toRead, .dictated, .toSign], 2)
    let exams = try department.exams(matching: query)
    if let exam = exams.first {
      _ = try department.raise(
        .red, exam: exam.exam.id, finding: "Acute finding that cannot wait for the report", by: Self.reader)
    }
    if exams.count > 1 {
      let told = try department.raise(
        .orange, exam: exams[1].exam.id, finding: "Finding that needs another examination within days", by: Self.reader)
      _ = try department.call(
        about: told.id, person: "Rhea Referrer", means: "Telephone", readBack: true, by: Self.reader)
    }
  }

  // MARK: Resources

  private static let park: [(name: String, modality: SimulatedModality, location: String, opensOnSundays: Bool)] = [
    ("CT 1", .CT, "Room 1", true), ("MR 1", .MR, "Room 2", false), ("MR 2", .MR, "Room 3", false),
    ("X-ray 1", .DX, "Room 4", true), ("X-ray 2", .CR, "Room 5", false), ("Ultrasound 1", .US, "Room 6", true),
    ("Ultrasound 2", .US, "Room 7", false), ("Mammography", .MG, "Room 8", false), ("Nuclear", .NM, "Room 9", false),
    ("PET", .PT, "Room 10", false), ("Angiography", .XA, "Room 11", false),
  ]

  private func addResources() throws -> [Resource] {
    var machines: [Resource] = []
    for machine in Self.park {
      var resource = Resource()
      (resource.name, resource.kind, resource.location) = (machine.name, .machine, machine.location)
      (resource.aeTitle, resource.modality) = (machine.modality.aeTitle, machine.modality.rawValue)
      resource.openings = (1...(machine.opensOnSundays ? 7 : 5)).map { .init(weekday: $0, from: 420, to: 1140) }
      if machine.name == "MR 2" {
        let noon = midnight(2) + 13 * 60
        resource.closures = [
          .init(from: LocalDateTime(minute: noon), to: LocalDateTime(minute: noon + 240), reason: "Helium service")
        ]
      }
      machines.append(try department.save(resource))
    }
    for (name, from, to) in [("Rosa Reader", 480, 1020), ("Theo Tech", 420, 960), ("Anaesthesia team", 480, 780)] {
      var person = Resource()
      (person.name, person.kind) = (name, .person)
      person.openings = (1...5).map { .init(weekday: $0, from: from, to: to) }
      _ = try department.save(person)
    }
    return machines
  }

  // MARK: Catalogue

  private static func entry(
    _ modality: SimulatedModality, _ index: Int, _ title: String, _ machines: [Resource]
  ) -> CatalogueEntry {
    var entry = CatalogueEntry()
    (entry.code, entry.title) = ("\(modality.rawValue)\(index + 1)", title)
    entry.codes = [CodedElement(entry.code, "SIM", title)]
    entry.bodyPart = modality.procedures[index].bodyPart
    var step = CatalogueEntry.Step()
    (step.description, step.modality, step.minutes) = (title, modality.rawValue, minutes(modality))
    step.resources = machines.filter { $0.modality == modality.rawValue }.map(\.id)
    entry.steps = [step]
    switch modality {
    case .CT:
      entry.preparation = "Nothing to eat for four hours. Bring the last creatinine."
      entry.questions = [
        SafetyQuestion("contrast", "Has there been a reaction to contrast agents?"),
        SafetyQuestion("egfr", "eGFR in ml/min", stop: .below(30)),
        SafetyQuestion("pregnancy", "Could you be pregnant?"),
      ]
    case .MR:
      entry.preparation = "Leave metal at home. Tell us of any implant."
      entry.questions = [
        SafetyQuestion("pacemaker", "Is there a pacemaker or a defibrillator?"),
        SafetyQuestion("implant", "Is there an implant, a clip or a metal splinter?"),
        SafetyQuestion("claustrophobia", "Do narrow places frighten you?", stop: .never),
      ]
    case .MG, .DX, .XA: entry.questions = [SafetyQuestion("pregnancy", "Could you be pregnant?")]
    default: break
    }
    entry.template = modality == .MG ? "mammography" : modality == .CT && index == 0 ? "chest CT" : ""
    return entry
  }

  private static func minutes(_ modality: SimulatedModality) -> Int {
    switch modality {
    case .DX, .CR: 10
    case .CT, .US, .MG: 20
    case .MR, .NM: 40
    case .PT, .XA: 60
    }
  }

  private static let templates: [ReportTemplate] = [
    ReportTemplate(
      name: "chest CT", title: "Chest CT", modality: "CT",
      fields: [
        .init(key: "nodules", title: "Nodules", kind: .number),
        .init(key: "largest", title: "Largest nodule", kind: .number, unit: "mm"),
        .init(
          key: "emphysema", title: "Emphysema", kind: .choice,
          choices: [
            CodedElement("none", "99SIM", "None"), CodedElement("mild", "99SIM", "Mild"),
            CodedElement("severe", "99SIM", "Severe"),
          ]),
      ]),
    ReportTemplate(
      name: "mammography", title: "Mammography", modality: "MG",
      fields: [
        .init(
          key: "birads", title: "BI-RADS category", kind: .choice,
          choices: (0...6).map { CodedElement("\($0)", "99SIM", "\($0)") }, isRequired: false)
      ], needsSecondReader: false),
  ]

  // MARK: Appointments

  /// Minutes since 1970-01-01 of the beginning of a day, counted from today.
  private func midnight(_ days: Int) -> Int64 {
    DepartmentOptions.systemLocalTime().minute / 1440 * 1440 + Int64(days) * 1440
  }

  private func book(_ machines: [Resource]) throws {
    var random = SeededNumbers(seed: 20)
    let now = DepartmentOptions.systemLocalTime().minute
    var number = 0
    for day in 0..<Self.days {
      for machine in machines.prefix(8) {
        guard let modality = SimulatedModality(rawValue: machine.modality) else { continue }
        var minute = midnight(day) + 8 * 60 + Int64(random.next() % 4) * 15
        while minute < midnight(day) + 17 * 60 {
          let start = LocalDateTime(minute: minute)
          let length = Self.minutes(modality)
          if minute > now, machine.isOpen(from: start, minutes: length) {
            number += 1
            try place(modality, number, at: start, on: machine, &random)
          }
          minute += Int64(length) + [0, 15, 45, 90][Int(random.next() % 4)]
        }
      }
    }
    for index in 1...3 {
      number += 1
      let order = try request(.MR, number, &random)
      var entry = WaitingEntry(exam: order.procedures[0].id)
      entry.note = ["Can come within an hour", "Only in the morning", "Needs an interpreter"][index - 1]
      try department.wait(entry, by: Self.desk)
    }
  }

  private func request(
    _ modality: SimulatedModality, _ number: Int, _ random: inout SeededNumbers
  ) throws -> Order {
    let somebody = SimulatedPatient(number, prefix: "D", &random)
    let patient = PatientRecord(
      identifiers: [PatientIdentifier(somebody.id, issuer: HospitalMessages.issuer)], name: somebody.name,
      birthDate: somebody.birthDate, sex: somebody.sex)
    var procedure = RequestedProcedure()
    procedure.details.catalogueCode =
      "\(modality.rawValue)\(1 + Int(random.next() % UInt64(modality.procedures.count)))"
    procedure.priority = random.next() % 12 == 0 ? .high : .routine
    var order = Order()
    order.request.requestingPhysician = "Referrer^Rhea"
    order.request.reason = ["Pain for two weeks", "Follow-up", "Before an operation"][Int(random.next() % 3)]
    order.procedures = [procedure]
    return try department.place(order, for: patient, by: Self.desk)
  }

  private func place(
    _ modality: SimulatedModality, _ number: Int, at start: LocalDateTime, on machine: Resource,
    _ random: inout SeededNumbers
  ) throws {
    let order = try request(modality, number, &random)
    _ = try department.book(
      BookingRequest(exam: order.procedures[0].id, resources: [machine.id], start: start), mayOverbook: false,
      by: Self.desk)
  }
}
