// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLTestKit
import Testing
import Trust

@Suite struct ImageTests {
  private func facts(_ uid: String, accession: String = "", _ change: (inout StudyFacts) -> Void = { _ in })
    -> StudyFacts
  {
    var facts = StudyFacts(studyInstanceUID: uid)
    (facts.patient.id, facts.patient.name, facts.patient.birthDate) = ("P1", "DUPONT^MARIE", "19700102")
    (facts.accession, facts.date, facts.modalities, facts.instances) = (accession, "20260304", ["CT"], 10)
    change(&facts)
    return facts
  }

  private func placed(_ fixture: DepartmentFixture) throws -> RequestedProcedure {
    try fixture.department.place(
      DepartmentFixture.order(at: "202603041030", accession: "ACC1"), for: DepartmentFixture.patient(),
      by: DepartmentFixture.his
    ).procedures[0]
  }

  @Test(arguments: Engine.available) func imagesFindTheirExam(_ engine: Engine) throws {
    for (uid, accession, by) in [
      ("own", "", "studyInstanceUID"), ("1.2", "ACC1", "accessionNumber"), ("1.2", "", "patient"),
    ] {
      let fixture = try DepartmentFixture(engine)
      let exam = try placed(fixture)
      let given = facts(uid == "own" ? exam.studyInstanceUID : uid, accession: accession) {
        if by == "patient" { $0.patient.issuer = "HIS" }
      }
      let link = try fixture.department.imagesArrived(given)
      #expect(link.state == .matched && link.exam == exam.id && link.by == by)
      var query = ExamQuery()
      query.statuses = [.inRoom]
      #expect(try fixture.department.exams(matching: query).first?.studies == [link])
      // More of the same study changes nothing.
      let count = try fixture.department.events(after: 0, limit: 100).count
      _ = try fixture.department.imagesArrived(given)
      #expect(try fixture.department.events(after: 0, limit: 100).count == count)
    }
  }

  @Test func whatDisagreesIsShownToAPerson() throws {
    let fixture = try DepartmentFixture()
    let exam = try placed(fixture)
    let link = try fixture.department.imagesArrived(
      facts("1.2", accession: "ACC1") { ($0.patient.id, $0.patient.name) = ("P2", "MARTIN^LUC") })
    #expect(link.state == .mismatched && link.exam == exam.id)
    #expect(link.differences.map(\.attribute) == ["PatientID", "PatientName"])
    #expect(try fixture.department.studyLinks(in: [.mismatched], offset: 0, limit: 10) == [link])
    #expect(try fixture.department.order(ofExamForTest: exam.id).procedures[0].status == .scheduled)
    let attached = try fixture.department.attach(study: "1.2", toExam: exam.id, by: DepartmentFixture.technologist)
    #expect(attached.state == .matched && attached.by == "tom")
    // What a person said outlasts further images.
    let again = try fixture.department.imagesArrived(facts("1.2", accession: "ACC9") { $0.instances = 99 })
    #expect(again.state == .matched && again.exam == exam.id && again.facts.instances == 99)
    let detached = try fixture.department.detach(study: "1.2", dismisses: true, by: DepartmentFixture.technologist)
    #expect(detached.state == .dismissed && detached.exam == 0)
  }

  @Test func examsThatGotLostAreListed() throws {
    let fixture = try DepartmentFixture()
    let department = fixture.department
    let exams = [try placedAgain(fixture, 1), try placedAgain(fixture, 2), try placedAgain(fixture, 3)]
    let technologist = DepartmentFixture.technologist
    // The first is done without images, the second arrived, the third is to be read.
    _ = try department.perform(.complete, exam: exams[0].id, by: technologist)
    _ = try department.perform(.arrive, exam: exams[1].id, by: technologist)
    try department.imagesArrived(facts(exams[2].studyInstanceUID))
    let read = try department.perform(.complete, exam: exams[2].id, by: technologist)
    #expect(read.procedures[0].status == .toRead)
    try department.imagesArrived(facts("9.9"))
    func lost(_ kind: ExamQuery.Lost, before: Int64 = .max) throws -> [Int64] {
      var query = ExamQuery()
      (query.lost, query.sinceBefore) = (kind, before)
      #expect(try department.countExams(matching: query) == department.exams(matching: query).count)
      return try department.exams(matching: query).map(\.exam.id)
    }
    #expect(try lost(.withoutImages) == [exams[0].id])
    #expect(try lost(.waiting) == [exams[1].id])
    #expect(try lost(.unread) == [exams[0].id, exams[2].id])
    #expect(try lost(.unread, before: 1) == [])
    #expect(try department.studyLinks(in: [.unmatched], offset: 0, limit: 9).map(\.facts.studyInstanceUID) == ["9.9"])
  }

  private func placedAgain(_ fixture: DepartmentFixture, _ number: Int) throws -> RequestedProcedure {
    try fixture.department.place(
      DepartmentFixture.order(at: "202603041030"), for: DepartmentFixture.patient(), by: DepartmentFixture.his
    ).procedures[0]
  }

  @Test(arguments: Engine.available) func urgentExamsComeFirst(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    for (index, priority) in [Priority.routine, .stat, .low, .high].enumerated() {
      var order = DepartmentFixture.order(accession: "A\(index)")
      order.procedures[0].priority = priority
      _ = try fixture.department.place(order, for: DepartmentFixture.patient(), by: DepartmentFixture.his)
    }
    func found(_ change: (inout ExamQuery) -> Void) throws -> [String] {
      var query = ExamQuery()
      query.statuses = [.requested]
      change(&query)
      return try fixture.department.exams(matching: query).map(\.order.accession.value)
    }
    #expect(try found { _ in } == ["A1", "A3", "A0", "A2"])
    #expect(try found { $0.urgentOnly = true } == ["A1", "A3"])
    #expect(
      try found {
        $0.offset = 1; $0.limit = 2
      } == ["A3", "A0"])
    #expect(
      try found {
        $0.modalities = ["CT"]; $0.text = "dupont"
      }.count == 4)
    #expect(try found { $0.modalities = ["MR"] } == [])
    #expect(
      try found {
        $0.stations = ["CT1"]; $0.text = "A2"
      } == ["A2"])
    #expect(try found { $0.claimedBy = "ada" } == [])
    #expect(try found { $0.dateFrom = "20260101" } == [])
  }
}

extension Department {
  fileprivate func order(ofExamForTest exam: Int64) throws -> Order {
    var query = ExamQuery()
    query.limit = 500
    let item = try #require(try exams(matching: query).first { $0.exam.id == exam })
    return try #require(try order(.id(item.order.id)))
  }
}
