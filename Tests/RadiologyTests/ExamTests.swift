// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import Radiology
import SQLTestKit
import Testing
import Trust

@Suite struct ExamTests {
  private func placed(_ fixture: DepartmentFixture, steps: Int = 1) throws -> (order: Order, exam: Int64) {
    var order = DepartmentFixture.order(at: "202603041030")
    for _ in 1..<steps { order.procedures[0].steps.append(order.procedures[0].steps[0]) }
    let placed = try fixture.department.place(
      order, for: DepartmentFixture.patient(), by: DepartmentFixture.his)
    return (placed, placed.procedures[0].id)
  }

  @Test(arguments: Engine.available) func aDayInTheRoomLeavesItsEvents(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let (order, exam) = try placed(fixture)
    let department = fixture.department
    _ = try department.perform(.arrive, exam: exam, by: DepartmentFixture.clerk)
    _ = try department.perform(.enterRoom, exam: exam, by: DepartmentFixture.technologist)
    _ = try department.perform(.complete, exam: exam, by: DepartmentFixture.technologist)
    let released = try department.perform(.release, exam: exam, by: DepartmentFixture.technologist)
    #expect(released.procedures[0].status == .toRead && released.procedures[0].steps[0].status == .completed)
    let events = try #require(try department.history(of: .id(order.id), for: DepartmentFixture.radiologist)).events
    #expect(
      events.map(\.to) == ["", "scheduled", "arrived", "inRoom", "performed", "toRead"])
    #expect(events.suffix(4).map(\.by) == ["rita", "tom", "tom", "tom"])
    #expect(zip(events, events.dropFirst()).allSatisfy { $0.at < $1.at })
  }

  @Test func stepsTakeTheExamAlong() throws {
    let fixture = try DepartmentFixture()
    let (order, exam) = try placed(fixture, steps: 2)
    let steps = order.procedures[0].steps.map(\.id)
    let modality = Performer(name: "CT1", origin: .dicom, cause: "1.2.3")
    func go(_ command: StepCommand, _ step: Int) throws -> RequestedProcedure {
      try fixture.department.perform(command, step: steps[step], ofExam: exam, by: modality).procedures[0]
    }
    #expect(try go(.start, 0).status == .inRoom)
    var now = try go(.complete, 0)
    #expect(now.status == .inRoom && now.steps.map(\.status) == [.completed, .ready])
    _ = try go(.start, 1)
    now = try go(.discontinue, 1)
    #expect(now.status == .performed && now.steps.map(\.status) == [.completed, .discontinued])
    #expect(throws: RadiologyError(.notAllowed, "")) { try go(.start, 0) }
  }

  @Test func anExamOfWhichNothingWasDoneIsDiscontinued() throws {
    let fixture = try DepartmentFixture()
    let (order, exam) = try placed(fixture)
    let step = order.procedures[0].steps[0].id
    _ = try fixture.department.perform(.start, step: step, ofExam: exam, by: .system("CT1"))
    let ended = try fixture.department.perform(.discontinue, step: step, ofExam: exam, by: .system("CT1"))
    #expect(ended.status == .discontinued)
  }

  @Test func oneWorksOnAnExamAtATime() throws {
    let fixture = try DepartmentFixture()
    let (_, exam) = try placed(fixture)
    let other = Performer(name: "bob", role: .radiologist, origin: .web)
    let claimed = try fixture.department.claim(exam: exam, by: DepartmentFixture.radiologist)
    #expect(claimed.procedures[0].claim?.by == "ada")
    #expect(throws: RadiologyError(.conflict, "")) { try fixture.department.claim(exam: exam, by: other) }
    #expect(throws: RadiologyError(.conflict, "")) { try fixture.department.release(exam: exam, by: other) }
    #expect(try fixture.department.claim(exam: exam, takesOver: true, by: other).procedures[0].claim?.by == "bob")
    #expect(try fixture.department.release(exam: exam, by: other).procedures[0].claim == nil)
  }

  @Test(arguments: Engine.available) func modalitiesFindTheirSteps(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    for (index, start) in ["202603040900", "202603041030", "202603050900"].enumerated() {
      var order = DepartmentFixture.order(at: start, accession: "ACC\(index)")
      order.visit.admissionID = OrderNumber("ADM\(index)")
      order.procedures[0].steps[0].performingPhysician = "Curie^Marie"
      if index == 1 { order.procedures[0].steps[0].station.aeTitles = ["CT2", "CT3"] }
      _ = try fixture.department.place(
        order, for: DepartmentFixture.patient("Patient\(index)^A", "P\(index)"), by: DepartmentFixture.his)
    }
    func found(_ change: (inout ScheduledStepQuery) -> Void) throws -> [String] {
      var query = ScheduledStepQuery()
      change(&query)
      var numbers: [String] = []
      try fixture.department.scheduledSteps(matching: query) { item in
        #expect(item.procedure.steps == [item.step] && item.patient.id == item.order.patient)
        numbers.append(String(item.order.accession.value.dropFirst(3)))
        return true
      }
      return numbers
    }
    #expect(try found { _ in } == ["0", "1", "2"])
    #expect(try found { $0.newestFirst = true } == ["2", "1", "0"])
    #expect(try found { $0.limit = 2 } == ["0", "1"])
    #expect(try found { $0.stationAETitles = ["CT3"] } == ["1"])
    #expect(try found { $0.dates = TemporalRange(dates: "20260304") } == ["0", "1"])
    #expect(try found { $0.dates = TemporalRange(dates: "20260305-") } == ["2"])
    #expect(try found { $0.times = TemporalRange(times: "0900-1000") } == ["0", "2"])
    #expect(try found { $0.times = TemporalRange(times: "10") } == ["1"])
    #expect(try found { $0.modalities = ["MR"] } == [])
    #expect(try found { $0.patient.name = PersonNamePattern("patient1*") } == ["1"])
    #expect(try found { $0.performingPhysician = PersonNamePattern("CURIE^*") } == ["0", "1", "2"])
    #expect(try found { $0.patient.id = WildcardPattern("P?") } == ["0", "1", "2"])
    #expect(
      try found {
        $0.patient.id = WildcardPattern("P2"); $0.patient.issuer = "HIS"
      } == ["2"])
    #expect(
      try found {
        $0.patient.id = WildcardPattern("P2"); $0.patient.issuer = "X"
      } == [])
    #expect(try found { $0.numbers.accession = WildcardPattern("*C1") } == ["1"])
    #expect(try found { $0.numbers.stepID = WildcardPattern("S3") } == ["2"])
    #expect(try found { $0.numbers.procedureID = WildcardPattern("P3") } == ["2"])
    #expect(try found { $0.numbers.studyInstanceUIDs = ["2.25.1", "2.25.3"] } == ["0", "2"])
    #expect(try found { $0.numbers.admissionID = "ADM1" } == ["1"])
    #expect(try found { $0.statuses = [.completed] } == [])
    #expect(try found { $0.statuses = Set(StepStatus.allCases) } == ["0", "1", "2"])
  }

  @Test(arguments: [
    ("20260304", "2026-03-04 is a Wednesday", 3), ("20240229", "", 4), ("19700101", "", 4), ("20991231", "", 4),
  ])
  func datesAreThoseOfTheCalendar(_ date: String, _: String, _ weekday: Int) throws {
    let noon = try #require(LocalDateTime(date: date, time: "1234"))
    #expect(noon.weekday == weekday && LocalDateTime(minute: noon.minute) == noon)
    #expect(LocalDateTime(date: "20230229") == nil && LocalDateTime(date: date, time: "24") == nil)
  }
}
