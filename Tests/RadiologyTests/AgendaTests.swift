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
