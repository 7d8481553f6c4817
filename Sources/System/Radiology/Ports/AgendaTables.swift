// SPDX-License-Identifier: Apache-2.0

/// What can be booked, what is booked, who waits.
public protocol AgendaTable: AnyObject {
  func resources() throws -> [Resource]
  /// Adds a resource without an id, or replaces the one of its id.
  func save(_ resource: Resource) throws -> Int64

  /// Bookings that touch a time, by start; of all resources where none is named.
  func bookings(of resources: [Int64], from: LocalDateTime, to: LocalDateTime) throws -> [Booking]
  /// The same with the exams and patients that they are for.
  func appointments(of resources: [Int64], from: LocalDateTime, to: LocalDateTime) throws -> [Appointment]
  func bookings(ofExam id: Int64) throws -> [Booking]

  func booking(id: Int64) throws -> Booking?

  /// Adds a booking.
  /// - Throws: `conflict` where one of the resources is taken and it is no overbooking: the database itself refuses.
  func add(_ booking: Booking) throws -> Int64
  func removeBooking(id: Int64) throws

  /// Longest waiting first.
  func waiting() throws -> [WaitingEntry]
  /// Adds, or replaces the entry of the same exam.
  func save(_ entry: WaitingEntry) throws
  func removeWaiting(exam: Int64) throws
}

/// What the department offers, and what is asked before.
public protocol CatalogueTable: AnyObject {
  func catalogue() throws -> [CatalogueEntry]
  func catalogueEntry(code: String) throws -> CatalogueEntry?
  /// Adds, or replaces the entry of the same code.
  func save(_ entry: CatalogueEntry) throws

  /// The last answers for an exam.
  func answers(ofExam id: Int64) throws -> SafetyAnswers?
  /// Keeps answers beside the earlier ones.
  func add(_ answers: SafetyAnswers, ofExam id: Int64) throws
}
