// SPDX-License-Identifier: Apache-2.0

import Foundation
import Radiology
import SQLStore
import SQLTestKit
import Synchronization
import Testing
import Trust

@Suite struct CriticalResultTests {
  private static let hour: Int64 = 3_600_000_000

  /// A department with a clock of its own and two persons who are told one after the other.
  private final class Site: Sendable {
    let fixture: DepartmentFixture
    let department: Department
    private let clock: TimeBox

    init(_ engine: Engine, contacts: [String]) throws {
      fixture = try DepartmentFixture(engine)
      let time = TimeBox()
      var options = DepartmentOptions(now: { time.value.load(ordering: .relaxed) })
      options.criticalContacts = contacts
      department = Department(store: fixture.store, options: options)
      clock = time
    }

    func wait(_ microseconds: Int64) { clock.value.add(microseconds, ordering: .relaxed) }
  }

  private final class TimeBox: Sendable {
    let value = Atomic<Int64>(1_800_000_000_000_000)
  }

  @Test(arguments: Engine.available) func whatNobodyAcknowledgedGoesToTheNextPerson(_ engine: Engine) throws {
    let site = try Site(engine, contacts: ["Head of ward, 555 1", "Doctor on duty, 555 2"])
    let department = site.department
    let exam = try ReportTests.exam(site.fixture)
    let result = try department.raise(
      .red, exam: exam, finding: "Tension pneumothorax", by: DepartmentFixture.radiologist)
    #expect(result.contact == "House^Gregory")
    #expect(try department.escalateCriticalResults().isEmpty)
    site.wait(Self.hour + 1)
    #expect(try department.escalateCriticalResults().map(\.contact) == ["Head of ward, 555 1"])
    // Not again until the time has run out once more.
    #expect(try department.escalateCriticalResults().first?.escalations.count == 1)
    site.wait(Self.hour)
    #expect(try department.escalateCriticalResults().map(\.contact) == ["Doctor on duty, 555 2"])
    site.wait(50 * Self.hour)
    #expect(try department.escalateCriticalResults().map(\.escalations.count) == [2])
    let reader = DepartmentFixture.radiologist
    let open = try department.openCriticalExams(for: reader)
    #expect(open.map(\.isLate) == [true] && open.first?.exam.exam.id == exam)
    let order = try #require(try department.orderOf(exam: exam))
    let events = try department.history(of: .id(order.id), for: reader)?.events.filter {
      $0.kind == "critical.escalated"
    }
    #expect(events?.map(\.reason) == ["Head of ward, 555 1", "Doctor on duty, 555 2"])
    _ = try department.call(
      about: result.id, person: "Doctor on duty", means: "telephone", readBack: true, by: DepartmentFixture.radiologist)
    #expect(try department.escalateCriticalResults().isEmpty)
    #expect(try department.openCriticalExams(for: reader).isEmpty)
  }

  @Test func whereNobodyIsNamedItIsLateAllTheSame() throws {
    let site = try Site(.sqlite, contacts: [])
    let exam = try ReportTests.exam(site.fixture)
    let result = try site.department.raise(
      .orange, exam: exam, finding: "Nodule", recipient: "Ward 3", by: DepartmentFixture.radiologist)
    site.wait(25 * Self.hour)
    let late = try site.department.escalateCriticalResults()
    #expect(late.map(\.id) == [result.id] && late.first?.contact == "Ward 3")
    site.wait(25 * Self.hour)
    #expect(try site.department.escalateCriticalResults().first?.escalations.count == 1)
  }

  /// As an earlier version of the program kept it.
  @Test func whatWasKeptBeforeIsRead() throws {
    let kept = #"{"at":5,"by":"ada","calls":[],"exam":7,"finding":"x","id":3,"level":"red"}"#
    let result = try JSONDecoder().decode(CriticalResult.self, from: Data(kept.utf8))
    #expect(result.escalations.isEmpty && result.recipient.isEmpty && result.dueAt == 5 + Self.hour)
  }

  @Test(arguments: Engine.available) func aDraftWaitsForItsAuthorAlone(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let department = fixture.department
    let exam = try ReportTests.exam(fixture)
    let author = DepartmentFixture.radiologist
    let first = try department.report(
      .validate, exam: exam, content: ReportTests.content("Nodule."), basedOn: 0, by: author)
    func keep(_ text: String) throws {
      _ = try department.keepDraft(
        ofExam: exam, mode: "correction", content: ReportTests.content(text), basedOn: first.number, by: author)
    }
    try keep("No nod")
    try keep("No nodule.")
    let draft = try #require(try department.draft(ofExam: exam, by: author))
    #expect(draft.content == ReportTests.content("No nodule.") && draft.basedOn == 1 && draft.mode == "correction")
    #expect(try department.draft(ofExam: exam, by: ReportTests.second) == nil)
    #expect(throws: RadiologyError(.forbidden, "")) {
      try department.keepDraft(
        ofExam: exam, mode: "correction", content: ReportTests.content("x"), basedOn: 1, by: ReportTests.clinician)
    }
    // A version takes its place.
    _ = try department.report(
      .correct, exam: exam, content: draft.content, basedOn: 1, reason: "Side", by: author)
    #expect(try department.draft(ofExam: exam, by: author) == nil)
    try keep("Again")
    try department.discardDraft(ofExam: exam, by: author)
    #expect(try department.draft(ofExam: exam, by: author) == nil)
  }
}
