// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLTestKit
import Testing

/// Acts of patient information reconciliation in the department's tables, and their undo.
@Suite struct ReconciliationTests {
  private static let clerk = DepartmentFixture.clerk

  private func patient(_ fixture: DepartmentFixture, _ number: Int) throws -> Int64 {
    try fixture.department.register(
      DepartmentFixture.patient("Name\(number)^A", "P\(number)"), by: Self.clerk
    ).id
  }

  private func acts(_ fixture: DepartmentFixture, _ patient: Int64) throws -> [Reconciliation] {
    var query = ReconciliationQuery()
    query.patient = patient
    return try fixture.department.reconciliations(matching: query)
  }

  private func place(_ fixture: DepartmentFixture, _ number: Int, _ placer: String) throws -> Order {
    try fixture.department.place(
      DepartmentFixture.order(at: "20260301090000", placer: placer),
      for: DepartmentFixture.patient("Name\(number)^A", "P\(number)"), by: DepartmentFixture.his)
  }

  @Test(arguments: Engine.available) func whatAMergeTookGoesBack(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let department = fixture.department
    let (one, two) = (try patient(fixture, 1), try patient(fixture, 2))
    let order = try place(fixture, 1, "O1")
    let result = OutsideResult(
      sender: "LAB", number: "7", title: "Creatinine", status: "F", observedAt: "20260101",
      observations: [.init(code: nil, value: "80", unit: "umol/L")])
    _ = try department.keep(result, for: DepartmentFixture.patient("Name1^A", "P1"), by: DepartmentFixture.his)
    _ = try department.changePatient(id: one, by: Self.clerk) { $0.clinical.allergies = ["Penicillin"] }
    let before = try #require(try department.patient(id: two))
    let kept = try department.mergePatient(one, into: two, by: Self.clerk)
    #expect(kept.identifiers.map(\.value) == ["P2", "P1"] && kept.otherNames == ["Name1^A"])
    #expect(kept.clinical.allergies == ["Penicillin"])
    #expect(try department.order(.id(order.id))?.patient == two)
    func results(_ id: Int64) throws -> Int {
      try department.outsideResults(ofPatient: id, limit: 9, for: DepartmentFixture.radiologist).count
    }
    #expect(try results(two) == 1 && results(one) == 0)
    #expect(throws: RadiologyError(.conflict, "")) { try department.mergePatient(one, into: two, by: Self.clerk) }
    let merge = try #require(try acts(fixture, one).first)
    #expect(merge.kind == .merge && merge.orders == [order.id])
    let undone = try department.undo(reconciliation: merge.id, by: Self.clerk)
    #expect(!undone.stands && undone.undoneBy == "rita")
    #expect(try department.order(.id(order.id))?.patient == one)
    #expect(try results(two) == 0 && results(one) == 1)
    var after = try #require(try department.patient(id: two))
    after.version = before.version
    #expect(after == before)
    #expect(try department.patient(PatientIdentifier("P1", issuer: "HIS"))?.id == one)
    #expect(throws: RadiologyError(.conflict, "")) { try department.undo(reconciliation: merge.id, by: Self.clerk) }
    #expect(throws: RadiologyError(.notFound, "")) { try department.undo(reconciliation: 999, by: Self.clerk) }
    #expect(try department.events(after: 0, limit: 100).last?.kind == "patient.unmerged")
  }

  @Test func aMergeOfAMergeIsUndoneFromItsEnd() throws {
    let fixture = try DepartmentFixture()
    let ids = try (1...3).map { try patient(fixture, $0) }
    let department = fixture.department
    _ = try department.mergePatient(ids[0], into: ids[1], by: Self.clerk)
    _ = try department.mergePatient(ids[1], into: ids[2], by: Self.clerk)
    let first = try #require(try acts(fixture, ids[0]).last)
    #expect(throws: RadiologyError(.conflict, "")) { try department.undo(reconciliation: first.id, by: Self.clerk) }
    #expect(throws: RadiologyError(.conflict, "")) {
      try department.changePatient(id: ids[0], by: Self.clerk) { $0.name = "X^Y" }
    }
    let second = try #require(try acts(fixture, ids[2]).first)
    _ = try department.undo(reconciliation: second.id, by: Self.clerk)
    _ = try department.undo(reconciliation: first.id, by: Self.clerk)
    for (index, id) in ids.enumerated() {
      #expect(try department.patient(PatientIdentifier("P\(index + 1)", issuer: "HIS"))?.id == id)
    }
  }

  @Test func aChangeOfWhoSomebodyIsGoesBack() throws {
    let fixture = try DepartmentFixture()
    let department = fixture.department
    let id = try patient(fixture, 1)
    // An address says nothing of who somebody is; nor does what was not said before.
    _ = try department.changePatient(id: id, by: Self.clerk) { $0.contact.address = "Lane 1" }
    #expect(try acts(fixture, id).isEmpty)
    let before = try #require(try department.patient(id: id))
    _ = try department.register(
      PatientRecord(identifiers: [PatientIdentifier("P1", issuer: "HIS")], name: "Right^Name", birthDate: "19710203"),
      by: DepartmentFixture.his)
    let changed = try #require(try department.patient(id: id))
    #expect(changed.former.names == ["Name1^A"] && changed.former.birthDates == ["19700102"])
    let act = try #require(try acts(fixture, id).first)
    #expect(act.kind == .demographics && act.origin == .hl7 && act.cause == "MSG1")
    _ = try department.changePatient(id: id, by: Self.clerk) { $0.name = "Other^Name" }
    #expect(throws: RadiologyError(.conflict, "")) { try department.undo(reconciliation: act.id, by: Self.clerk) }
    let second = try #require(try acts(fixture, id).first)
    _ = try department.undo(reconciliation: second.id, by: Self.clerk)
    _ = try department.changePatient(id: id, by: Self.clerk) { $0.contact.telephone = "1" }
    _ = try department.undo(reconciliation: act.id, by: Self.clerk)
    var after = try #require(try department.patient(id: id))
    #expect(after.contact.telephone == "1")
    (after.contact, after.version) = (before.contact, before.version)
    #expect(after == before)
  }

  @Test func aReplacedNumberIsStillKnownByImages() throws {
    let fixture = try DepartmentFixture()
    let department = fixture.department
    let id = try patient(fixture, 1)
    _ = try department.changePatient(id: id, by: Self.clerk) {
      $0.identifiers = [PatientIdentifier("NEW", issuer: "HIS")]
    }
    #expect(try department.patient(PatientIdentifier("P1", issuer: "HIS")) == nil)
    #expect(try department.patient(id: id)?.former.identifiers.map(\.value) == ["P1"])
    let order = try department.place(
      DepartmentFixture.order(at: "20260301090000"), for: DepartmentFixture.patient("Name1^A", "NEW"),
      by: DepartmentFixture.his)
    var facts = StudyFacts(studyInstanceUID: order.procedures[0].studyInstanceUID)
    (facts.patient.id, facts.patient.name) = ("P1", "NAME1^A")
    #expect(try department.imagesArrived(facts).state == .matched)
    let identity = try #require(try department.imageIdentity(ofStudy: facts.studyInstanceUID))
    #expect(identity.differs && identity.patient.id == "NEW" && identity.patient.issuer == "HIS")
    let act = try #require(try acts(fixture, id).first)
    #expect(act.kind == .identifiers)
    _ = try department.undo(reconciliation: act.id, by: Self.clerk)
    #expect(try department.patient(PatientIdentifier("P1", issuer: "HIS"))?.id == id)
    #expect(try department.imageIdentity(ofStudy: facts.studyInstanceUID)?.differs == false)
  }

  @Test func anOrderGoesToAnotherPatientAndBack() throws {
    let fixture = try DepartmentFixture()
    let department = fixture.department
    let (one, two) = (try patient(fixture, 1), try patient(fixture, 2))
    let order = try place(fixture, 1, "O1")
    #expect(throws: RadiologyError(.invalid, "")) {
      try department.moveOrder(.id(order.id), toPatient: one, by: Self.clerk)
    }
    _ = try department.moveOrder(.id(order.id), toPatient: two, by: Self.clerk)
    #expect(try department.order(.id(order.id))?.patient == two)
    let act = try #require(try acts(fixture, one).first)
    #expect(act.kind == .order && act.source == one && act.target == two)
    _ = try department.undo(reconciliation: act.id, by: Self.clerk)
    #expect(try department.order(.id(order.id))?.patient == one)
  }

  @Test func aStudyGoesToAnotherExamAndBack() throws {
    let fixture = try DepartmentFixture()
    let department = fixture.department
    _ = try (patient(fixture, 1), patient(fixture, 2))
    let (wrong, right) = (try place(fixture, 1, "O1"), try place(fixture, 2, "O2"))
    let study = wrong.procedures[0].studyInstanceUID
    var facts = StudyFacts(studyInstanceUID: study)
    (facts.patient.id, facts.patient.name, facts.accession) = ("P1", "Name1^A", wrong.accession.value)
    #expect(try department.imagesArrived(facts).state == .matched)
    func states() throws -> [ExamStatus] {
      try [wrong, right].compactMap { try department.order(.id($0.id))?.procedures.first?.status }
    }
    #expect(try states() == [.inRoom, .scheduled])
    _ = try department.attach(
      study: study, toExam: right.procedures[0].id, by: DepartmentFixture.technologist)
    #expect(try states() == [.scheduled, .inRoom])
    let identity = try #require(try department.imageIdentity(ofStudy: study))
    #expect(identity.patient.id == "P2" && identity.accession == right.accession.value)
    var query = ReconciliationQuery()
    query.study = study
    let act = try #require(try department.reconciliations(matching: query).first)
    _ = try department.undo(reconciliation: act.id, by: Self.clerk)
    #expect(try states() == [.inRoom, .scheduled])
    #expect(try department.studyLink(ofStudy: study)?.exam == wrong.procedures[0].id)
    #expect(try department.imageIdentity(ofStudy: study)?.differs == false)
  }
}
