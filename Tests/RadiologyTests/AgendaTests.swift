// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLTestKit
import Testing
import Trust

@Suite struct AgendaTests {
  private struct Rooms {
    let fixture: DepartmentFixture
    let machine: Resource
    let person: Resource
    var department: Department { fixture.department }

    init(_ engine: Engine = .sqlite) throws {
      fixture = try DepartmentFixture(engine)
      var machine = Resource()
      (machine.name, machine.kind, machine.aeTitle, machine.modality) = ("CT 1", .machine, "CT1", "CT")
      machine.openings = (1...5).map { .init(weekday: $0, from: 8 * 60, to: 12 * 60) }
      machine.closures = [
        .init(from: try Self.time("202603050000"), to: try Self.time("202603060000"), reason: "service")
      ]
      self.machine = try fixture.department.save(machine)
      var person = Resource()
      (person.name, person.kind, person.openings) = ("Curie^Marie", .person, machine.openings)
      self.person = try fixture.department.save(person)
    }

    func time(_ text: String) throws -> LocalDateTime { try Self.time(text) }

    static func time(_ text: String) throws -> LocalDateTime {
      try #require(LocalDateTime(date: String(text.prefix(8)), time: String(text.dropFirst(8))))
    }

    func exam() throws -> Int64 {
      try fixture.department.place(
        DepartmentFixture.order(), for: DepartmentFixture.patient(), by: DepartmentFixture.his
      ).procedures[0].id
    }

    @discardableResult
    func book(_ exam: Int64, _ start: String, minutes: Int = 30, overbooks: Bool = false, right: Bool = false) throws
      -> Order
    {
      try fixture.department.book(
        BookingRequest(
          exam: exam, resources: [machine.id, person.id], start: try time(start), minutes: minutes,
          overbooks: overbooks),
        mayOverbook: right, by: DepartmentFixture.clerk
      ).order
    }
  }

  @Test(arguments: Engine.available) func theDatabaseRefusesToBookTwice(_ engine: Engine) throws {
    let rooms = try Rooms(engine)
    let (first, second) = (try rooms.exam(), try rooms.exam())
    let order = try rooms.book(first, "202603040900")
    let step = order.procedures[0].steps[0]
    let start = try rooms.time("202603040900")
    #expect(order.procedures[0].status == .scheduled && step.start == start)
    #expect(step.station.aeTitles == ["CT1"] && step.performingPhysician == "Curie^Marie" && step.minutes == 30)
    for start in ["202603040845", "202603040900", "202603040915", "202603040929"] {
      #expect(throws: RadiologyError(.conflict, "")) { try rooms.book(second, start) }
    }
    // A booking that ends when another begins is none at the same time.
    try rooms.book(second, "202603040930")
    #expect(throws: RadiologyError(.conflict, "")) { try rooms.book(first, "202603040945") }
    #expect(try rooms.department.bookings(ofDay: "20260304").map(\.exam) == [first, second])
    // What was refused moved nothing.
    #expect(try rooms.department.order(.id(order.id))?.procedures[0].steps[0].start == step.start)
  }

  @Test func overbookingIsARight() throws {
    let rooms = try Rooms()
    let (first, second) = (try rooms.exam(), try rooms.exam())
    try rooms.book(first, "202603040900")
    #expect(throws: RadiologyError(.forbidden, "")) { try rooms.book(second, "202603040900", overbooks: true) }
    try rooms.book(second, "202603040900", overbooks: true, right: true)
    #expect(try rooms.department.bookings(ofDay: "20260304").map(\.isOverbooked) == [false, true])
  }

  @Test func closedRoomsAreNotBooked() throws {
    let rooms = try Rooms()
    let exam = try rooms.exam()
    // Saturday, before opening, over the end, in a closure.
    for start in ["202603070900", "202603040745", "202603041145", "202603050900"] {
      #expect(throws: RadiologyError(.conflict, ""), "\(start)") { try rooms.book(exam, start) }
    }
    let slots = try rooms.department.freeSlots(
      of: [rooms.machine.id, rooms.person.id], minutes: 210, from: try rooms.time("202603041000"), days: 7, limit: 3)
    #expect(slots.map { $0.date + $0.time } == ["20260306080000", "20260306081500", "20260306083000"])
  }

  @Test func timesAreGivenBack() throws {
    let rooms = try Rooms()
    let (first, second) = (try rooms.exam(), try rooms.exam())
    for command in [ExamCommand.unschedule, .markNoShow, .cancel] {
      try rooms.book(first, "202603040900")
      _ = try rooms.department.perform(command, exam: first, reason: "r", by: DepartmentFixture.clerk)
      #expect(try rooms.department.bookings(ofDay: "20260304") == [])
    }
    try rooms.book(second, "202603040900")
    // Moving takes the old time away.
    try rooms.book(second, "202603041000")
    #expect(try rooms.department.bookings(ofDay: "20260304").map(\.start.time) == ["100000"])
  }

  @Test(arguments: Engine.available) func anEventTellsWhatBecameOfAnAppointment(_ engine: Engine) throws {
    let rooms = try Rooms(engine)
    let (department, exam) = (rooms.department, try rooms.exam())
    let step = try #require(department.exam(id: exam)?.exam.steps.first)
    func told(_ act: () throws -> Void) throws -> [String] {
      let last = try department.lastEvent()
      try act()
      return try department.events(after: last, limit: 20).map(\.kind)
    }
    func book(_ start: String, _ resources: [Resource], minutes: Int = 30) throws -> [String] {
      try told {
        _ = try department.book(
          BookingRequest(exam: exam, resources: resources.map(\.id), start: try rooms.time(start), minutes: minutes),
          mayOverbook: false, by: DepartmentFixture.clerk)
      }
    }
    #expect(try book("202603040900", [rooms.machine]) == ["exam.schedule"])
    #expect(try book("202603041000", [rooms.machine]) == ["exam.schedule"])
    #expect(try book("202603041000", [rooms.machine], minutes: 40) == ["appointment.modified"])
    #expect(try book("202603041000", [rooms.machine, rooms.person], minutes: 40) == ["appointment.extended"])
    #expect(try book("202603041000", [rooms.person], minutes: 40) == ["appointment.reduced"])
    #expect(try book("202603041000", [rooms.machine], minutes: 40) == ["appointment.exchanged"])
    #expect(try book("202603041000", [rooms.machine], minutes: 40) == [])
    #expect(try department.bookings(ofDay: "20260304").map(\.minutes) == [40])
    let id = try #require(try department.orders(matching: OrderQuery()).first?.id)
    func change(_ edit: (inout RequestedProcedure) -> Void) throws -> [String] {
      try told {
        _ = try department.change(.id(id), by: DepartmentFixture.clerk) { order in edit(&order.procedures[0]) }
      }
    }
    #expect(try change { $0.description = "CT chest, low dose" } == ["order.changed", "appointment.modified"])
    #expect(try change { _ in } == ["order.changed"])
    // The agenda follows a time that is changed in the order, where that is free.
    let later = try rooms.time("202603041100")
    #expect(try change { $0.steps[0].start = later } == ["order.changed", "exam.schedule"])
    #expect(try department.bookings(ofDay: "20260304").map(\.start) == [later])
    try rooms.book(try rooms.exam(), "202603060900")
    let taken = try rooms.time("202603060915")
    #expect(try change { $0.steps[0].start = taken } == ["order.changed", "exam.schedule"])
    #expect(try department.bookings(ofDay: "20260304") == [] && department.exam(id: exam)?.exam.status == .scheduled)
    #expect(try department.exam(id: exam)?.exam.steps.map(\.id) == [step.id])
    // What is no longer asked for has no appointment.
    #expect(try book("202603041000", [rooms.machine], minutes: 40) == ["exam.schedule"])
    let gone = try told {
      _ = try department.change(.id(id), by: DepartmentFixture.clerk) { $0.procedures = [RequestedProcedure()] }
    }
    #expect(gone == ["appointment.deleted", "order.changed"])
    #expect(try department.bookings(ofDay: "20260304") == [])
  }

  @Test func blocksAreToldAndAppointmentsAreNone() throws {
    let rooms = try Rooms()
    let (department, exam) = (rooms.department, try rooms.exam())
    try rooms.book(exam, "202603040900")
    let appointment = try #require(try department.bookings(ofDay: "20260304").first)
    let last = try department.lastEvent()
    #expect(throws: RadiologyError(.notAllowed, "")) {
      try department.removeBlock(appointment.id, by: DepartmentFixture.clerk)
    }
    let start = try rooms.time("202603041000")
    let block = try department.block(
      [rooms.machine.id, rooms.person.id], start: start, minutes: 60, title: "Service", by: DepartmentFixture.clerk)
    try department.removeBlock(block.id, by: DepartmentFixture.clerk)
    try department.removeBlock(block.id, by: DepartmentFixture.clerk)
    let events = try department.events(after: last, limit: 10)
    #expect(events.map(\.kind) == ["agenda.blocked", "agenda.opened"])
    for event in events {
      let told = try #require(AgendaBlock(event))
      #expect(told.start == start && told.minutes == 60 && told.title == "Service" && told.number == block.id)
      #expect(told.resources == [rooms.machine.id, rooms.person.id])
    }
    #expect(try department.bookings(ofDay: "20260304").map(\.id) == [appointment.id])
  }

  @Test func whoWaitsIsCalledInOrder() throws {
    let rooms = try Rooms()
    let exams = [try rooms.exam(), try rooms.exam()]
    for exam in exams {
      try rooms.department.wait(WaitingEntry(exam: exam, note: "any day"), by: DepartmentFixture.clerk)
    }
    #expect(try rooms.department.waitingList().map(\.entry.exam) == exams)
    try rooms.book(exams[0], "202603040900")
    #expect(try rooms.department.waitingList().map(\.entry.exam) == [exams[1]])
    #expect(throws: RadiologyError(.notAllowed, "")) {
      try rooms.department.wait(WaitingEntry(exam: exams[0]), by: DepartmentFixture.clerk)
    }
  }
}

extension Department {
  fileprivate func bookings(ofDay date: String) throws -> [Booking] {
    guard let from = LocalDateTime(date: date) else { return [] }
    return try bookings(of: [], from: from, to: LocalDateTime(minute: from.minute + 1440))
  }
}
