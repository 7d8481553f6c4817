// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface
import SQLStore
import SQLTestKit
import Testing
import Trust

/// Every list and search of the department is answered along an index, whatever the number of exams, and none of the
/// lists that grow for ever is sorted.
@Suite struct DepartmentPlanTests {
  private let temporary: TemporaryStore
  private let recorder: StatementRecorder
  private let department: Department

  init() throws {
    temporary = try TemporaryStore(.sqlite)
    recorder = StatementRecorder(temporary.database)
    department = Department(store: SQLRadiologyStore(recorder))
    let clerk = Performer(name: "rita", role: .receptionist, origin: .web)
    for number in 1...3 {
      var step = ScheduledProcedureStep()
      (step.modality, step.start) = ("CT", LocalDateTime(date: "2026030\(number)", time: "1000"))
      var procedure = RequestedProcedure()
      procedure.description = "CT thorax"
      procedure.steps = [step]
      var order = Order()
      order.procedures = [procedure]
      let patient = PatientRecord(identifiers: [PatientIdentifier("P\(number)")], name: "Smith\(number)^Anna")
      _ = try department.place(order, for: patient, by: clerk)
    }
    _ = try recorder.plans()
  }

  private func check(_ plans: [String]) {
    // What an index gave before is called as the table where both are asked the same.
    let isGathered = plans.contains { ["CO-ROUTINE r", "MATERIALIZE r"].contains($0) }
    let scans = plans.filter { plan in
      plan.hasPrefix("SCAN") && !plan.contains("INDEX") && !plan.contains("CONSTANT ROW")
        && !["SCAN c", "SCAN o", "SCAN x", "SCAN found", "SCAN counted", "SCAN named"].contains(plan)
        && !plan.contains("leg") && !(isGathered && plan == "SCAN r")
    }
    #expect(scans.isEmpty, "\(plans)")
    #expect(!plans.isEmpty)
  }

  static let lists: [@Sendable (inout ExamQuery) -> Void] = [
    { $0.statuses = [.requested] },
    { ($0.statuses, $0.order) = ([.scheduled], .start) },
    { ($0.statuses, $0.order) = ([.validated, .sent], .newest) },
    { ($0.statuses, $0.claimedBy) = ([.toRead, .dictated], "ada") },
    { $0.order = .newest },
    { ($0.statuses, $0.modalities, $0.order) = ([.validated, .sent], ["MR"], .newest) },
  ]

  @Test(arguments: lists.indices) func listsWalkTheIndexOfTheirOrder(_ index: Int) throws {
    var query = ExamQuery()
    Self.lists[index](&query)
    _ = try department.exams(matching: query)
    let pages = try recorder.plans()
    check(pages)
    // Each state is walked in order; only what the states give together is sorted, and the few studies of an exam.
    #expect(pages.filter { $0.contains("TEMP B-TREE") }.count <= 2, "\(pages)")
    #expect(!pages.contains { $0.hasPrefix("SEARCH r ") && $0.contains("(status=?)") && !$0.contains("COVERING") })
    _ = try department.countExams(matching: query)
    check(try recorder.plans())
  }

  @Test func lostExamsAndSearchesUseAnIndex() throws {
    for lost in ExamQuery.Lost.allCases {
      var query = ExamQuery()
      (query.lost, query.sinceBefore) = (lost, .max)
      _ = try department.exams(matching: query)
      _ = try department.countExams(matching: query)
      let plans = try recorder.plans()
      check(plans)
      if lost == .withoutImages {
        #expect(plans.contains { $0.contains("COVERING INDEX ris_procedure_by_images") }, "\(plans)")
      }
    }
    for text in ["smith1", "P1", "smith anna"] {
      var query = ExamQuery()
      query.text = text
      #expect(try !department.exams(matching: query).isEmpty)
      // Whatever states are asked for, those exams alone are looked at that the text names.
      query.statuses = [.scheduled, .validated]
      #expect(try department.examPage(matching: query).total > 0)
      var patients = PatientQuery()
      patients.text = text
      #expect(try !department.patients(matching: patients).isEmpty)
      var orders = OrderQuery()
      orders.text = text
      #expect(try !department.orders(matching: orders).isEmpty)
      let plans = try recorder.plans()
      check(plans)
      #expect(!plans.contains { $0.contains("(status=?") }, "\(plans)")
      #expect(plans.contains { $0.contains("COVERING INDEX ris_procedure_by_patient") }, "\(plans)")
    }
    var day = ExamQuery()
    (day.dateFrom, day.dateTo, day.order) = ("20260302", "20260302", .start)
    #expect(try department.exams(matching: day).count == 1)
    let plans = try recorder.plans()
    #expect(plans.contains { $0.contains("ris_step_by_start") }, "\(plans)")
    check(plans)
  }

  @Test func agendaReportsAndStatisticsUseAnIndex() throws {
    let day = try #require(LocalDateTime(date: "20260302"))
    _ = try department.appointments(of: [], from: day, to: LocalDateTime(minute: day.minute + 1440))
    _ = try department.appointments(of: [1, 2], from: day, to: LocalDateTime(minute: day.minute + 1440))
    let agenda = try recorder.plans()
    check(agenda)
    #expect(agenda.contains { $0.contains("ris_booking_by_time (from_minute>? AND from_minute<?)") }, "\(agenda)")
    _ = try department.statistics(from: 0, to: .max, by: .modality)
    let statistics = try recorder.plans()
    #expect(statistics.contains { $0.contains("COVERING INDEX ris_times_by_time") }, "\(statistics)")
    #expect(statistics.contains { $0.contains("ris_times_day USING INTEGER PRIMARY KEY") }, "\(statistics)")
    for affirmed in [true, false] {
      var query = ReportQuery()
      (query.words, query.affirmedOnly) = ("\"renal cysts\" frac*", affirmed)
      _ = try department.reports(matching: query)
      let plans = try recorder.plans()
      #expect(plans.contains { $0.contains("VIRTUAL TABLE INDEX") }, "\(plans)")
    }
  }
}
