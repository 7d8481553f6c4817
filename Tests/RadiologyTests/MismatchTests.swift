// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLTestKit
import Testing

@Suite struct MismatchTests {
  private func facts(_ uid: String, _ change: (inout StudyFacts) -> Void = { _ in }) -> StudyFacts {
    var facts = StudyFacts(studyInstanceUID: uid)
    (facts.patient.id, facts.patient.name, facts.patient.birthDate) = ("P1", "DUPONT^MARIE", "19700102")
    (facts.accession, facts.date, facts.modalities, facts.instances) = ("ACC1", "20260304", ["CT"], 10)
    change(&facts)
    return facts
  }

  /// A study arrives and is compared.
  private func arrive(
    _ facts: StudyFacts, _ fixture: DepartmentFixture, _ checks: Set<OrderCheck> = [.patient, .accession]
  )
    throws -> Mismatch?
  {
    try fixture.department.imagesArrived(facts)
    return try fixture.department.checkOrder(ofStudy: facts.studyInstanceUID, checks: checks) { "CT1" }
  }

  private func placed(_ fixture: DepartmentFixture) throws -> Order {
    try fixture.department.place(
      DepartmentFixture.order(at: "202603041030", accession: "ACC1"), for: DepartmentFixture.patient(),
      by: DepartmentFixture.his)
  }

  @Test(arguments: Engine.available) func eachThingThatDisagreesIsSaid(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let order = try placed(fixture)
    let own = order.procedures[0].studyInstanceUID
    #expect(try arrive(facts(own), fixture, Set(OrderCheck.allCases)) == nil)
    let cases: [(String, (inout StudyFacts) -> Void, Set<OrderCheck>, [String])] = [
      ("1.1", { $0.patient.id = "P2" }, [.patient], ["PatientID"]),
      ("1.2", { $0.patient.name = "MARTIN^LUC" }, [.patient], ["PatientName"]),
      ("1.3", { $0.patient.birthDate = "19700103" }, [.patient], ["PatientBirthDate"]),
      ("1.4", { $0.patient.birthDate = "" }, [.patient], []),
      ("1.5", { _ in }, [.study], ["StudyInstanceUID"]),
      ("1.6", { $0.accession = "ACC9" }, [.accession], ["AccessionNumber"]),
      ("1.7", { ($0.accession, $0.patient.id) = ("", "P9") }, Set(OrderCheck.allCases), []),
      ("1.8", { $0.patient.id = "P2" }, [.accession], []),
    ]
    for (uid, change, checks, expected) in cases {
      let found = try arrive(facts(uid, change), fixture, checks)
      #expect((found?.differences ?? []).map(\.attribute) == expected, "\(uid)")
      #expect(found.map { $0.state == .open && $0.source == "CT1" } ?? expected.isEmpty)
    }
    var query = MismatchQuery()
    query.limit = 2
    #expect(try fixture.department.mismatches(matching: query).map(\.facts.studyInstanceUID) == ["1.6", "1.5"])
    #expect(try fixture.department.countMismatches(matching: query) == 5)
    query.text = "martin"
    #expect(try fixture.department.mismatches(matching: query).map(\.facts.studyInstanceUID) == ["1.2"])
    query.text = "m%n"
    #expect(try fixture.department.countMismatches(matching: query) == 0)
    let events = try fixture.department.events(after: 0, limit: 1000)
    #expect(events.filter { $0.kind == "mismatch.found" }.count == 5)
  }

  @Test func withoutAnyOrderNothingDisagrees() throws {
    #expect(try arrive(facts("1.1"), DepartmentFixture(), Set(OrderCheck.allCases)) == nil)
  }

  @Test(arguments: Engine.available) func aDecisionStaysUntilTheStudySaysSomethingElse(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let exam = try placed(fixture).procedures[0].id
    let wrong = facts("1.1") { $0.patient.id = "P2" }
    let found = try #require(try arrive(wrong, fixture))
    #expect(try arrive(wrong, fixture) == found)
    _ = try fixture.department.attach(study: "1.1", toExam: exam, by: DepartmentFixture.technologist)
    let attached = try fixture.department.mismatch(id: found.id)
    #expect(attached.state == .attached && attached.by == "tom" && attached.differences == found.differences)
    #expect(try arrive(wrong, fixture)?.state == .attached)
    #expect(try arrive(facts("1.1") { $0.patient.id = "P3" }, fixture)?.state == .open)
    // Agreement settles it, disagreement opens it again.
    #expect(try arrive(facts("1.1"), fixture)?.state == .settled)
    #expect(try arrive(wrong, fixture)?.state == .open)
    let accepted = try fixture.department.decide(
      mismatch: found.id, .accepted, comment: "known", by: DepartmentFixture.technologist)
    #expect(try fixture.department.mismatch(id: found.id) == accepted && accepted.comment == "known")
    #expect(throws: RadiologyError.self) { try fixture.department.mismatch(id: 4711) }
  }

  @Test func rulesHaveMismatchesOfTheirOwn() throws {
    let fixture = try DepartmentFixture()
    func note(_ rule: String, _ series: String, _ attributes: [String]) throws -> Mismatch? {
      var found = Mismatch(
        .rule, facts("1.1"), attributes.map { .init(attribute: $0, study: "", order: "a value") }, foundAt: 1)
      (found.rule, found.series) = (rule, series)
      return try fixture.department.note(found)
    }
    #expect(try note("a", "1.1.1", []) == nil)
    let first = try note("a", "1.1.1", ["StationName"])
    #expect(try note("a", "1.1.1", ["StationName"]) == first)
    #expect(try note("a", "1.1.2", ["StationName"])?.id != first?.id)
    #expect(try note("b", "1.1.1", ["StationName"])?.id != first?.id)
    #expect(try note("a", "1.1.1", [])?.state == .settled)
    var query = MismatchQuery()
    (query.states, query.kinds, query.study) = ([], [.rule], "1.1")
    #expect(try fixture.department.countMismatches(matching: query) == 3)
  }
}
