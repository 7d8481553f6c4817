// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface
import SQLTestKit
import Testing

@testable import SQLStore

/// Statistics say the same whether the exams of a day are read from their rows, from the row of their day, or are put
/// together from the list of all exams, and after each change.
@Suite struct GatheredDaysTests {
  private static let day: Int64 = 86_400_000_000
  private static let begin: Int64 = 20_000 * day
  private static let groupings = DepartmentStatistics.Grouping.allCases
  private static let states: [ExamStatus] = [.scheduled, .arrived, .inRoom, .performed, .toRead, .validated]

  private let temporary: TemporaryStore
  private let store: SQLRadiologyStore
  private let department: Department

  init() throws { try self.init(.sqlite) }

  private init(_ engine: Engine) throws {
    temporary = try TemporaryStore(engine)
    store = SQLRadiologyStore(temporary.database)
    department = Department(store: store)
  }

  private func order(_ number: Int, at placed: Int64, patient: Int64) -> Order {
    var step = ScheduledProcedureStep()
    step.modality = ["CT", "MR", "US"][number % 3]
    step.station.aeTitles = ["ROOM\(number % 4)"]
    var exam = RequestedProcedure()
    (exam.procedureID, exam.steps) = ("P\(number)", [step])
    exam.priority = number % 5 == 0 ? .stat : .routine
    var order = Order()
    (order.patient, order.placedAt, order.procedures) = (patient, placed, [exam])
    order.accession = OrderNumber("A\(number)")
    return order
  }

  private func event(_ order: Order, _ state: ExamStatus, at: Int64, by reader: String = "ada") -> RadiologyEvent {
    RadiologyEvent(
      "exam.go", at: at, subject: .init(patient: order.patient, order: order.id, procedure: order.procedures[0].id),
      from: "", to: state.rawValue, by: Performer(name: reader, origin: .web))
  }

  /// Forty exams over five days, each as far as it came.
  private func fill() throws -> [Order] {
    try store.write { tables in
      let patient = try tables.save(PatientRecord(identifiers: [PatientIdentifier("P1")], name: "Doe^Jane"))
      return try (0..<40).map { number in
        let placed = Self.begin + Int64(number) * Self.day / 8 + Int64(number * number * 1_234_567)
        var order = order(number, at: placed, patient: patient)
        try tables.save(&order)
        for (hours, state) in Self.states.prefix(1 + number % 7).enumerated() {
          let at = placed + Int64(hours + 1) * (3_600_000_000 + Int64(number) * 1_000_003)
          try tables.append(event(order, state, at: at, by: "reader\(number % 3)"))
        }
        if number % 9 == 0 { try tables.append(event(order, .cancelled, at: placed + 5)) }
        return order
      }
    }
  }

  /// What statistics are made of, out of orders and their events alone.
  private func expected(_ from: Int64, _ to: Int64) throws -> [DepartmentStatistics.Grouping: DepartmentStatistics] {
    let exams = try store.read { tables in
      var query = OrderQuery()
      query.limit = 1000
      return try tables.orders(matching: query).flatMap { order in
        let events = try tables.events(ofOrder: order.id)
        return order.procedures.map { exam in
          var times = ExamTimes(
            modality: exam.modalities.first ?? "", room: exam.steps.first?.station.aeTitles.first ?? "",
            priority: exam.priority.rank, placedAt: order.placedAt)
          for event in events where event.subject.procedure == exam.id {
            guard let state = ExamStatus(rawValue: event.to), times.at[state] == nil else { continue }
            times.at[state] = event.at
            if state == .validated { times.reader = event.by }
          }
          return times
        }
      }
    }
    let meant = exams.filter { $0.placedAt >= from && $0.placedAt < to }
    return Dictionary(uniqueKeysWithValues: Self.groupings.map { ($0, DepartmentStatistics(meant, by: $0)) })
  }

  private func check(_ step: String, gathered: Int) throws {
    let days = try temporary.database.read { connection in
      try connection.first("SELECT count(*) FROM ris_times_day", [], { $0.int(0) }) ?? 0
    }
    #expect(days == gathered, "\(step)")
    let half = Self.day / 2
    for (from, to) in [
      (Int64(0), Int64.max), (Self.begin + Self.day, Self.begin + 3 * Self.day),
      (Self.begin + half, Self.begin + 4 * Self.day + half), (Self.begin, Self.begin), (0, Self.begin),
    ] {
      for (grouping, expected) in try expected(from, to) {
        #expect(
          try department.statistics(from: from, to: to, by: grouping) == expected, "\(step) \(grouping) \(from) \(to)")
      }
    }
  }

  @Test(arguments: Engine.available) func statisticsAreTheSameByRowsByDaysAndByEvents(_ engine: Engine) throws {
    let suite = try GatheredDaysTests(engine)
    var orders = try suite.fill()
    try suite.check("by rows", gathered: 0)
    #expect(try suite.department.gatherStatistics(days: 2, before: Self.begin + 4 * Self.day) == 2)
    try suite.check("some days", gathered: 2)
    #expect(try suite.department.gatherStatistics(days: 9, before: Self.begin + 4 * Self.day) == 2)
    #expect(try suite.department.gatherStatistics(days: 9, before: Self.begin + 4 * Self.day) == 0)
    try suite.check("all but the last day", gathered: 4)

    // What becomes of an exam later.
    try suite.store.write { try $0.append(suite.event(orders[0], .validated, at: Self.begin + 7 * Self.day)) }
    try suite.check("a late report", gathered: 3)
    // What is known already changes nothing.
    try suite.store.write { try $0.append(suite.event(orders[0], .validated, at: Self.begin + 8 * Self.day)) }
    orders[9].procedures[0].steps[0].station.aeTitles = ["ROOM9"]
    orders[9].placedAt += Self.day
    try suite.store.write { try $0.save(&orders[9]) }
    try suite.check("another room, and from one day to the next", gathered: 1)
    try suite.store.write { try $0.save(&orders[30]) }
    try suite.check("saved as it was", gathered: 1)
    #expect(try suite.department.gatherStatistics(days: 9, before: Self.begin + 4 * Self.day) == 3)
    try suite.check("gathered again", gathered: 4)
    orders[17].procedures = []
    try suite.store.write { try $0.save(&orders[17]) }
    try suite.check("one that was removed", gathered: 3)
  }

  @Test func anotherLayoutIsReadFromTheRows() throws {
    _ = try fill()
    _ = try department.gatherStatistics(days: 9, before: Self.begin + 4 * Self.day)
    try temporary.database.write { connection in
      _ = try connection.execute(
        "UPDATE ris_times_day SET exams = ? WHERE day = ?", [.blob([9, 0, 0, 1]), .integer(Self.begin / Self.day + 1)])
    }
    try check("a day that cannot be read", gathered: 4)
  }

  @Test func whatIsWrittenIsRead() throws {
    var exam = ExamTimes(modality: "CT", room: "Salle n° 1", priority: -1, placedAt: Self.begin)
    exam.reader = "ada"
    exam.at[.noShow] = .max
    let exams = [exam, ExamTimes(modality: "", room: "", priority: 3, placedAt: 1), exam]
    let bytes = try #require(TimesOfDay.encode(exams))
    #expect(TimesOfDay.decode(bytes) == exams)
    for length in 0..<bytes.count where (bytes.count - length) % 64 != 0 {
      #expect(TimesOfDay.decode(Array(bytes.prefix(length))) == nil, "\(length)")
    }
    #expect(TimesOfDay.decode(try #require(TimesOfDay.encode([]))) == [])
  }

  @Test func aDayOfTooManyTextsIsLeftInItsRows() {
    let exams = (0...Int(UInt16.max)).map { ExamTimes(modality: "CT", room: "\($0)", priority: 1, placedAt: 1) }
    #expect(TimesOfDay.encode(exams) == nil)
  }
}
