// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface
import SQLStore

/// Years of a department: exams that were reported, those of these weeks in all their states, what is to come.
struct Filling {
  private static let batch = 500
  /// Reports that are written; the others repeat them.
  private static let basis = 11_000
  static let perYear = 100_000
  private static let second: Int64 = 1_000_000
  private static let year = 365 * 86_400 * second

  let store: SQLRadiologyStore
  let database: any SQLDatabase
  /// Exams with a report.
  let reports: Int
  /// Microseconds since 1970-01-01 UTC.
  let now: Int64
  private var chance = Chance()

  init(_ database: any SQLDatabase, reports: Int, now: Int64) {
    (self.database, self.reports, self.now) = (database, reports, now)
    store = SQLRadiologyStore(database)
  }

  /// - Parameter told: is told how many exams there are.
  mutating func run(_ told: (Int) -> Void) throws {
    let times = max(1, reports / Self.basis)
    let basis = reports / times
    let patients = basis * 6 / 11
    try store.writeRepeatable { tables in
      for room in 0..<Vocabulary.rooms {
        var resource = Resource()
        (resource.name, resource.kind, resource.aeTitle) = ("Room \(room)", .machine, "AE\(room)")
        _ = try tables.save(resource)
      }
    }
    for start in stride(from: 1, through: patients, by: Self.batch) {
      try store.writeRepeatable { tables in
        for number in start..<min(start + Self.batch, patients + 1) { _ = try tables.save(patient(number)) }
      }
    }
    // One in thirty was not done.
    let past = basis + basis / 30
    let gap = Self.year / Int64(Self.perYear)
    let span = Int64(past) * gap
    let first = now - 7 * 86_400 * Self.second - Int64(times) * span
    for start in stride(from: 1, through: past, by: Self.batch) {
      try store.writeRepeatable { tables in
        for number in start..<min(start + Self.batch, past + 1) {
          let status: ExamStatus = chance.next(31) == 0 ? .cancelled : .validated
          try add(number, first + Int64(number) * gap, status, of: patients, to: tables)
        }
      }
    }
    told(past)
    try Cloning(database: database, span: span).run(times) { told(($0 + 1) * past) }
    try fillOpen(from: times * past, of: patients, told)
  }

  /// What is being done these weeks.
  private mutating func fillOpen(from past: Int, of patients: Int, _ told: (Int) -> Void) throws {
    let open: [(ExamStatus, Int)] = [
      (.requested, 400), (.scheduled, 8000), (.arrived, 40), (.inRoom, 20), (.performed, 60), (.toRead, 600),
      (.dictated, 80), (.toSign, 60), (.noShow, 300),
    ]
    var number = past
    for (status, count) in open {
      try store.writeRepeatable { tables in
        for index in 0..<count {
          number += 1
          try add(number, now - Int64(count - index) * 600 * Self.second, status, of: patients, to: tables)
        }
      }
    }
    told(number)
  }

  private mutating func patient(_ number: Int) -> PatientRecord {
    let family =
      chance.pick(Vocabulary.families) + (chance.next(3) == 0 ? "" : Vocabulary.syllables(chance.next(20_000)))
    var patient = PatientRecord(
      identifiers: [PatientIdentifier("P\(1_000_000 + number)", issuer: "HIS")],
      name: "\(family)^\(chance.pick(Vocabulary.given))",
      birthDate: String(19_300_000 + chance.next(90) * 10_000 + (1 + chance.next(12)) * 100 + 1 + chance.next(28)),
      sex: chance.pick(["F", "M"]))
    patient.contact.telephone = "555 \(1_000_000 + number)"
    return patient
  }

  private mutating func add(
    _ number: Int, _ placed: Int64, _ status: ExamStatus, of patients: Int, to tables: any RadiologyTables
  ) throws {
    let modality = chance.pick(Vocabulary.modalities)
    let room = chance.next(Vocabulary.rooms)
    // Reports come some hours after the request, appointments days ahead.
    let ahead = status == .scheduled ? Int64(chance.next(25 * 24)) : 4
    let start = LocalDateTime(microseconds: (status == .scheduled ? now : placed) + ahead * 3600 * Self.second)
    var step = ScheduledProcedureStep()
    (step.modality, step.stepID, step.start, step.minutes) = (modality, "S\(number)", start, 20)
    (step.station.aeTitles, step.description) = (["AE\(room)"], "\(modality) examination")
    var exam = RequestedProcedure()
    (exam.procedureID, exam.studyInstanceUID, exam.status) = ("P\(number)", "1.2.826.9.\(number)", status)
    (exam.description, exam.priority) = ("\(modality) examination", chance.next(12) == 0 ? .stat : .routine)
    (exam.steps, exam.statusSince) = ([step], placed + 9 * 3600 * Self.second)
    exam.codes = [CodedElement("\(modality)1", "99M", "\(modality) examination")]
    var order = Order()
    (order.patient, order.placedAt, order.placedBy) = (Int64(1 + chance.next(patients)), placed, "HIS")
    order.accession = OrderNumber("A\(number)")
    order.filler = OrderNumber("A\(number)")
    order.placer = OrderNumber("HIS\(number)", issuer: "HIS")
    (order.request.reason, order.request.referringPhysician) = ("Pain", "Doctor\(chance.next(300))^A")
    order.procedures = [exam]
    try tables.save(&order)
    try book(order, room, start, tables)
    try tell(order, status, placed, tables)
    if status.isReported || [.toRead, .dictated, .toSign].contains(status), chance.next(100) != 0 {
      try link(order, placed, tables)
    }
    if status.isReported { _ = try tables.add(report(order, placed)) }
  }

  private func book(_ order: Order, _ room: Int, _ start: LocalDateTime, _ tables: any RadiologyTables) throws {
    guard let exam = order.procedures.first, let step = exam.steps.first, exam.status != .requested else { return }
    var booking = Booking(resources: [Int64(room + 1)], start: start, minutes: 20)
    (booking.exam, booking.step, booking.isOverbooked) = (exam.id, step.id, true)
    _ = try tables.add(booking)
  }

  private func tell(_ order: Order, _ status: ExamStatus, _ placed: Int64, _ tables: any RadiologyTables) throws {
    let way: [ExamStatus] =
      status.isReported
      ? [.scheduled, .arrived, .inRoom, .performed, .toRead, .validated] : [.scheduled, status]
    for (hours, state) in way.enumerated() {
      try tables.append(
        RadiologyEvent(
          "exam.go", at: placed + Int64(1 + hours) * 3600 * Self.second,
          subject: .init(patient: order.patient, order: order.id, procedure: order.procedures[0].id), from: "",
          to: state.rawValue, by: Performer(name: "reader\(order.id % 12)", origin: .web)))
    }
  }

  private func link(_ order: Order, _ placed: Int64, _ tables: any RadiologyTables) throws {
    var facts = StudyFacts(studyInstanceUID: order.procedures[0].studyInstanceUID)
    (facts.accession, facts.instances, facts.receivedAt) = (order.accession.value, 40, placed)
    facts.modalities = order.procedures[0].modalities
    try tables.save(StudyLink(facts: facts, state: .matched, exam: order.procedures[0].id, by: "studyInstanceUID"))
  }

  private mutating func report(_ order: Order, _ placed: Int64) -> ReportVersion {
    let language = chance.next(Vocabulary.languages.count)
    var content = ReportContent()
    content.language = Vocabulary.languages[language].tag
    content.sections = [
      .init(key: "findings", title: "Findings", text: Vocabulary.text(language, 45, &chance)),
      .init(key: "impression", title: "Impression", text: Vocabulary.text(language, 12, &chance)),
    ]
    return ReportVersion(
      exam: order.procedures[0].id, number: 0, status: .validated, content: content,
      at: placed + 9 * 3600 * Self.second, author: "reader\(order.id % 12)",
      sopInstanceUID: order.procedures[0].studyInstanceUID + ".9")
  }
}
