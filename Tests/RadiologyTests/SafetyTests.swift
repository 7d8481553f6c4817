// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLTestKit
import Testing
import Trust

@Suite struct SafetyTests {
  private func exam(_ fixture: DepartmentFixture) throws -> Int64 {
    var entry = CatalogueEntry()
    (entry.code, entry.title) = ("CTTHO", "CT of the thorax with contrast")
    entry.questions = SafetyQuestion.contrast
    var step = CatalogueEntry.Step()
    (step.modality, step.minutes, step.contrastAgent) = ("CT", 25, "Iodinated")
    entry.steps = [step]
    try fixture.department.save(entry)
    var order = DepartmentFixture.order()
    order.procedures[0].details.catalogueCode = "CTTHO"
    order.procedures[0].description = ""
    order.procedures[0].steps = []
    let placed = try fixture.department.place(order, for: DepartmentFixture.patient(), by: DepartmentFixture.his)
    let procedure = placed.procedures[0]
    #expect(procedure.description == entry.title && procedure.steps[0].minutes == 25)
    #expect(procedure.steps[0].contrastAgent == "Iodinated")
    return procedure.id
  }

  @Test(arguments: Engine.available) func nobodyEntersBeforeTheQuestionsAreAnswered(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let department = fixture.department
    let exam = try exam(fixture)
    let technologist = DepartmentFixture.technologist
    func enter() throws { _ = try department.perform(.enterRoom, exam: exam, by: technologist) }
    #expect(throws: RadiologyError(.blocked, "")) { try enter() }
    var state = try department.answer(["contrastAllergy": .no, "eGFR": .number(25)], exam: exam, by: technologist)
    #expect(state == .unanswered(["hyperthyroidism", "metformin"]))
    state = try department.answer(
      ["contrastAllergy": .no, "eGFR": .number(25), "hyperthyroidism": .no, "metformin": .yes], exam: exam,
      by: technologist)
    #expect(state == .contraindicated(["eGFR"]))
    #expect(throws: RadiologyError(.blocked, "")) { try enter() }
    let answers = try #require(try department.screening(ofExam: exam).answers).answers
    #expect(throws: RadiologyError(.forbidden, "")) {
      try department.answer(answers, exam: exam, override: "dialysis tomorrow", by: technologist)
    }
    state = try department.answer(
      answers, exam: exam, override: "dialysis tomorrow", by: DepartmentFixture.radiologist)
    #expect(state == .overridden(by: "ada", reason: "dialysis tomorrow"))
    try enter()
  }

  @Test func whatAModalityReportsHasHappened() throws {
    let fixture = try DepartmentFixture()
    let exam = try exam(fixture)
    let order = try fixture.department.perform(.enterRoom, exam: exam, by: .system("CT1"))
    #expect(order.procedures[0].status == .inRoom)
  }

  @Test(
    arguments: [
      (SafetyQuestion.Stop.yes, SafetyAnswers.Answer.yes, true), (.yes, .no, false), (.yes, .doesNotApply, false),
      (.yes, .number(1), nil), (.below(30), .number(29.9), true), (.below(30), .number(30), false),
      (.below(30), .yes, nil), (.above(200), .number(201), true), (.above(200), .number(200), false),
      (.never, .yes, false),
    ] as [(SafetyQuestion.Stop, SafetyAnswers.Answer, Bool?)])
  func answersStop(_ stop: SafetyQuestion.Stop, _ answer: SafetyAnswers.Answer, _ stops: Bool?) {
    #expect(SafetyQuestion("k", "t", stop: stop).stops(answer) == stops)
  }
}
