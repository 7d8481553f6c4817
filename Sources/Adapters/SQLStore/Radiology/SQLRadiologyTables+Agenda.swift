// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLInterface

extension SQLRadiologyTables: AgendaTable {
  func resources() throws -> [Resource] {
    try connection.all("SELECT id, document FROM ris_resource ORDER BY name") { row in
      var resource = try DocumentColumn.decode(Resource.self, row, 1)
      resource.id = row.integer(0)
      return resource
    }
  }

  func save(_ resource: Resource) throws -> Int64 {
    let columns: [SQLValue] = [.text(resource.name), try DocumentColumn.encode(resource)]
    return try refusing("There is another resource \(resource.name).") {
      if resource.id == 0 { return try insert("INSERT INTO ris_resource (name, document) VALUES (?, ?)", columns) }
      let changed = try connection.execute(
        "UPDATE ris_resource SET name = ?, document = ? WHERE id = ?", columns + [.integer(resource.id)])
      guard changed == 1 else { throw RadiologyError(.notFound, "There is no resource \(resource.id).") }
      return resource.id
    }
  }

  func bookings(of resources: [Int64], from: LocalDateTime, to: LocalDateTime) throws -> [Booking] {
    var select = SQLFragment(
      "SELECT b.id, b.document FROM ris_booking b WHERE b.from_minute > ? AND b.from_minute < ? AND b.to_minute > ?",
      Self.touching(from, to))
    if !resources.isEmpty {
      let chosen = SQLFragment.isIn("x.resource", resources.map { .integer($0) })
      select.append(
        """
        AND b.id IN (SELECT x.booking FROM ris_booking_resource x WHERE \(chosen.sql) AND x.from_minute > ?
          AND x.from_minute < ? AND x.to_minute > ?)
        """, chosen.parameters + Self.touching(from, to))
    }
    select.append("ORDER BY b.from_minute, b.id")
    return try connection.all(select, Self.booking)
  }

  /// A booking lasts for a day at most, so none that began earlier goes on.
  private static func touching(_ from: LocalDateTime, _ to: LocalDateTime) -> [SQLValue] {
    [.integer(from.minute - Booking.longest - 1), .integer(to.minute), .integer(from.minute)]
  }

  func appointments(of resources: [Int64], from: LocalDateTime, to: LocalDateTime) throws -> [Appointment] {
    let found = try connection.statement(
      """
      SELECT o.id, r.id, r.document, p.id, p.version, p.document
      FROM ris_procedure r JOIN ris_order o ON o.id = r.ris_order JOIN ris_patient p ON p.id = o.patient WHERE r.id = ?
      """)
    return try bookings(of: resources, from: from, to: to).map { booking in
      var appointment = Appointment(booking: booking)
      if booking.exam == 0 { return appointment }
      try found.run([.integer(booking.exam)]) { row in
        appointment.order = row.integer(0)
        appointment.exam = try Self.procedure(row, 1)
        appointment.patient = try Self.patient(row, 3)
        return true
      }
      if appointment.exam != nil { appointment.exam?.steps = try steps(ofProcedure: booking.exam) }
      return appointment
    }
  }

  func bookings(ofExam id: Int64) throws -> [Booking] {
    if id == 0 { return [] }
    return try connection.all(
      "SELECT id, document FROM ris_booking WHERE ris_procedure = ? ORDER BY id", [.integer(id)], Self.booking)
  }

  func add(_ booking: Booking) throws -> Int64 {
    let (from, to) = (SQLValue.integer(booking.start.minute), SQLValue.integer(booking.end.minute))
    let id = try insert(
      """
      INSERT INTO ris_booking (ris_procedure, ris_step, from_minute, to_minute, document) VALUES (?, ?, ?, ?, ?)
      """, [.integer(booking.exam), .integer(booking.step), from, to, try DocumentColumn.encode(booking)])
    // Asked before: where a statement was refused, PostgreSQL answers no other in its transaction.
    let names = Dictionary(try resources().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let time = booking.start.time
    let clock = "\(time.prefix(2)):\(time.dropFirst(2).prefix(2))"
    for resource in booking.resources {
      try refusing("\(names[resource] ?? "Resource \(resource)") is taken at \(clock).") {
        _ = try connection.execute(
          """
          INSERT INTO ris_booking_resource (booking, resource, from_minute, to_minute, overbooked)
          VALUES (?, ?, ?, ?, ?)
          """, [.integer(id), .integer(resource), from, to, .integer(booking.isOverbooked ? 1 : 0)])
      }
    }
    return id
  }

  func booking(id: Int64) throws -> Booking? {
    try connection.first("SELECT id, document FROM ris_booking WHERE id = ?", [.integer(id)], Self.booking)
  }

  func removeBooking(id: Int64) throws {
    try connection.execute("DELETE FROM ris_booking_resource WHERE booking = ?", [.integer(id)])
    try connection.execute("DELETE FROM ris_booking WHERE id = ?", [.integer(id)])
  }

  private static func booking(_ row: any SQLRow) throws -> Booking {
    var booking = try DocumentColumn.decode(Booking.self, row, 1)
    booking.id = row.integer(0)
    return booking
  }

  // MARK: Waiting list

  func waiting() throws -> [WaitingEntry] {
    try connection.all("SELECT document FROM ris_waiting ORDER BY since, ris_procedure") {
      try DocumentColumn.decode(WaitingEntry.self, $0, 0)
    }
  }

  func save(_ entry: WaitingEntry) throws {
    try connection.execute(
      """
      INSERT INTO ris_waiting (ris_procedure, since, document) VALUES (?, ?, ?)
      ON CONFLICT (ris_procedure) DO UPDATE SET since = excluded.since, document = excluded.document
      """, [.integer(entry.exam), .integer(entry.since), DocumentColumn.encode(entry)])
  }

  func removeWaiting(exam: Int64) throws {
    try connection.execute("DELETE FROM ris_waiting WHERE ris_procedure = ?", [.integer(exam)])
  }
}
