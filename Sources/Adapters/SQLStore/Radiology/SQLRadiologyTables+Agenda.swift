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
    var select = SQLFragment("SELECT b.id, b.document FROM ris_booking b WHERE")
    select.append(Self.touching(resources, from, to))
    select.append("ORDER BY b.from_minute, b.id")
    return try connection.all(select, Self.booking)
  }

  /// Bookings `b` of some resources, or of all where none is named, that touch a time. A booking lasts for a day at
  /// most, so none that began earlier goes on.
  private static func touching(_ resources: [Int64], _ from: LocalDateTime, _ to: LocalDateTime) -> SQLFragment {
    let times: [SQLValue] = [
      .integer(from.minute - Booking.longest - 1), .integer(to.minute), .integer(from.minute),
    ]
    var touching = SQLFragment("b.from_minute > ? AND b.from_minute < ? AND b.to_minute > ?", times)
    if !resources.isEmpty {
      let chosen = SQLFragment.isIn("x.resource", resources.map { .integer($0) })
      touching.append(
        """
        AND b.id IN (SELECT x.booking FROM ris_booking_resource x WHERE \(chosen.sql) AND x.from_minute > ?
          AND x.from_minute < ? AND x.to_minute > ?)
        """, chosen.parameters + times)
    }
    return touching
  }

  func appointments(of resources: [Int64], from: LocalDateTime, to: LocalDateTime) throws -> [Appointment] {
    let touching = Self.touching(resources, from, to)
    var select = SQLFragment(
      """
      SELECT b.id, b.document, o.id, r.id, r.document, p.id, p.version, p.document FROM ris_booking b
        LEFT JOIN ris_procedure r ON r.id = b.ris_procedure LEFT JOIN ris_order o ON o.id = r.ris_order
        LEFT JOIN ris_patient p ON p.id = o.patient WHERE
      """)
    select.append(touching)
    select.append("ORDER BY b.from_minute, b.id")
    var appointments = try connection.all(select) { row in
      var appointment = Appointment(booking: try Self.booking(row))
      if row.isNull(5) { return appointment }
      appointment.order = row.integer(2)
      appointment.exam = try Self.procedure(row, 3)
      appointment.patient = try Self.patient(row, 5)
      return appointment
    }
    var steps: [Int64: [ScheduledProcedureStep]] = [:]
    select = SQLFragment(
      """
      SELECT t.id, t.document, t.ris_procedure FROM ris_step t
      WHERE t.ris_procedure IN (SELECT b.ris_procedure FROM ris_booking b WHERE
      """)
    select.append(touching)
    select.append(") ORDER BY t.id")
    for (exam, step) in try connection.all(select, { (exam: $0.integer(2), step: try Self.step($0, 0)) }) {
      steps[exam, default: []].append(step)
    }
    for index in appointments.indices {
      guard let exam = appointments[index].exam?.id else { continue }
      appointments[index].exam?.steps = steps[exam] ?? []
    }
    return appointments
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
