// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLTestKit
import Testing
import Trust

@Suite struct OrderTests {
  @Test(arguments: Engine.available) func anOrderComesBackAsItWasPlaced(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let placed = try fixture.department.place(
      DepartmentFixture.order(at: "202603041030", placer: "A1"), for: DepartmentFixture.patient(),
      by: DepartmentFixture.his)
    #expect(placed.id > 0 && placed.patient > 0)
    #expect(placed.accession.value == "25021900001")
    #expect(placed.filler == placed.accession)
    #expect(placed.status == .scheduled)
    let procedure = try #require(placed.procedures.first)
    #expect(procedure.studyInstanceUID == "2.25.1" && procedure.procedureID == "P1" && procedure.status == .scheduled)
    #expect(procedure.steps.first?.stepID == "S1" && procedure.steps.first?.description == "CT thorax")
    for reference in [
      OrderReference.id(placed.id), .placer(OrderNumber("A1", issuer: "HIS")), .accession(placed.accession),
      .filler(placed.filler),
    ] {
      #expect(try fixture.department.order(reference) == placed)
    }
    #expect(try fixture.department.order(.placer(OrderNumber("A1"))) == nil)
    #expect(try fixture.department.order(.accession(OrderNumber(""))) == nil)
    let events = try fixture.department.events(after: 0, limit: 10)
    #expect(events.map(\.kind) == ["patient.registered", "order.placed", "exam.place"])
    #expect(events.allSatisfy { $0.by == "HIS" && $0.origin == .hl7 && $0.cause == "MSG1" })
    #expect(events.last?.to == "scheduled" && events.last?.subject.procedure == procedure.id)
  }

  @Test(arguments: Engine.available) func aNumberBelongsToOneOrder(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let first = try fixture.department.place(
      DepartmentFixture.order(placer: "A1", accession: "ACC1"), for: DepartmentFixture.patient(),
      by: DepartmentFixture.his)
    #expect(first.status == .requested)
    for (placer, accession) in [("A1", ""), ("A2", "ACC1")] {
      #expect(throws: RadiologyError(.conflict, "")) {
        try fixture.department.place(
          DepartmentFixture.order(placer: placer, accession: accession), for: DepartmentFixture.patient(),
          by: DepartmentFixture.his)
      }
    }
    // What failed left nothing.
    #expect(try fixture.department.orders(matching: OrderQuery()).map(\.id) == [first.id])
    #expect(try fixture.department.events(after: 0, limit: 100).count == 3)
  }

  @Test func anOrderIsChangedButItsStatesAreNot() throws {
    let fixture = try DepartmentFixture()
    let placed = try fixture.department.place(
      DepartmentFixture.order(), for: DepartmentFixture.patient(), by: DepartmentFixture.his)
    let changed = try fixture.department.change(.id(placed.id), by: DepartmentFixture.his) { order in
      order.request.reason = "Dyspnoea"
      order.procedures[0].status = .sent
      order.procedures[0].priority = .stat
      order.procedures[0].steps[0].start = LocalDateTime(date: "20260304", time: "0900")
    }
    #expect(changed.request.reason == "Dyspnoea" && changed.priority == .stat && changed.version > placed.version)
    #expect(changed.status == .scheduled && changed.procedures[0].id == placed.procedures[0].id)
    #expect(try fixture.department.order(.id(placed.id)) == changed)
    let kinds = try fixture.department.events(after: 3, limit: 10).map(\.kind)
    #expect(kinds == ["order.changed", "exam.schedule"])
    let grown = try fixture.department.change(.id(placed.id), by: DepartmentFixture.his) { order in
      order.procedures.append(RequestedProcedure())
    }
    #expect(grown.procedures.map(\.status) == [.scheduled, .requested] && grown.procedures[1].steps.count == 1)
    let shrunk = try fixture.department.change(.id(placed.id), by: DepartmentFixture.his) { order in
      order.procedures.removeFirst()
    }
    #expect(shrunk.procedures.map(\.id) == [grown.procedures[1].id])
  }

  @Test(arguments: Engine.available) func whatIsToBeScheduledComesUrgentFirst(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let wanted: [Priority] = [.routine, .stat, .routine, .high, .low]
    let ids = try wanted.map { priority in
      var order = DepartmentFixture.order()
      order.procedures[0].priority = priority
      return try fixture.department.place(order, for: DepartmentFixture.patient(), by: DepartmentFixture.his).id
    }
    var query = OrderQuery()
    (query.statuses, query.urgentFirst) = ([.requested, .noShow], true)
    let sorted = [ids[1], ids[3], ids[0], ids[2], ids[4]]
    #expect(try fixture.department.orders(matching: query).map(\.id) == sorted)
    // Pages follow the same order: an urgent one that is old is not behind a hundred new ones.
    (query.offset, query.limit) = (1, 2)
    #expect(try fixture.department.orders(matching: query).map(\.id) == Array(sorted[1...2]))
    _ = try fixture.department.cancel(.id(ids[1]), reason: "r", by: DepartmentFixture.his)
    (query.offset, query.text) = (0, "dupont")
    #expect(try fixture.department.orders(matching: query).map(\.id) == Array(sorted[1...2]))
    query.urgentFirst = false
    #expect(try fixture.department.orders(matching: query).map(\.id) == [ids[4], ids[3]])
  }

  @Test func whatWasBegunIsNotCancelled() throws {
    let fixture = try DepartmentFixture()
    let department = fixture.department
    let patient = DepartmentFixture.patient()
    let first = try department.place(DepartmentFixture.order(), for: patient, by: DepartmentFixture.his)
    let cancelled = try department.cancel(.id(first.id), reason: "wrong patient", by: DepartmentFixture.his)
    #expect(cancelled.status == .cancelled && cancelled.procedures[0].steps[0].status == .cancelled)
    #expect(cancelled.procedures[0].endReason == "wrong patient")
    #expect(throws: RadiologyError(.notAllowed, "")) {
      try department.cancel(.id(first.id), reason: "again", by: DepartmentFixture.his)
    }
    #expect(throws: RadiologyError(.notAllowed, "")) {
      try department.change(.id(first.id), by: DepartmentFixture.his) { _ in }
    }
    let second = try department.place(DepartmentFixture.order(), for: patient, by: DepartmentFixture.his)
    _ = try department.perform(.enterRoom, exam: second.procedures[0].id, by: DepartmentFixture.technologist)
    #expect(throws: RadiologyError(.notAllowed, "")) {
      try department.cancel(.id(second.id), reason: "late", by: DepartmentFixture.his)
    }
    let ended = try department.discontinue(.id(second.id), reason: "collapse", by: DepartmentFixture.his)
    #expect(ended.status == .discontinued && ended.procedures[0].steps[0].status == .discontinued)
  }

  @Test func anOrderTakesTheNumbersOfTheOneItReplaces() throws {
    let fixture = try DepartmentFixture()
    let old = try fixture.department.place(
      DepartmentFixture.order(placer: "A1"), for: DepartmentFixture.patient(), by: DepartmentFixture.his)
    let new = try fixture.department.replace(
      .id(old.id), with: DepartmentFixture.order(placer: "A1"), reason: "other region", by: DepartmentFixture.his)
    #expect(new.id != old.id && new.patient == old.patient)
    #expect(try fixture.department.order(.placer(OrderNumber("A1", issuer: "HIS"))) == new)
    let replaced = try #require(try fixture.department.order(.id(old.id)))
    #expect(replaced.status == .replaced && replaced.replacedBy == new.id)
    #expect(replaced.accession == old.accession)
  }

  @Test(arguments: [
    ("{yy}{mm}{dd}{n:5}", "25021900001"), ("A{yyyy}-{n:4}", "A2025-0001"), ("{n}", "1"), ("RX{n:3}Z", "RX001Z"),
  ])
  func numbersFollowTheirPattern(_ pattern: String, _ number: String) throws {
    let parsed = try NumberPattern(pattern)
    #expect(try NumberPattern(parsed.description) == parsed)
    let fixture = try DepartmentFixture(pattern: pattern)
    func place(_ accession: String = "") throws -> String {
      try fixture.department.place(
        DepartmentFixture.order(accession: accession), for: DepartmentFixture.patient(), by: DepartmentFixture.his
      ).accession.value
    }
    #expect(try place() == number)
    // A number that somebody took already is passed over.
    let second = String(number.map { $0 == "1" ? "2" : $0 })
    if number.filter({ $0 == "1" }).count == 1 {
      #expect(try place(second) == second)
      #expect(try place() == String(number.map { $0 == "1" ? "3" : $0 }))
    }
  }

  @Test(arguments: ["", "A{yy}", "{n}{n}", "{q}", "{n:5", "ABCDEFGHIJ{yyyy}{n:5}", "a\\{n}"])
  func malformedPatternsAreRefused(_ pattern: String) {
    #expect(throws: RadiologyError(.invalid, "")) { try NumberPattern(pattern) }
  }
}
