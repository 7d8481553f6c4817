// SPDX-License-Identifier: Apache-2.0

/// A booking with the exam and the patient that it is for, as the agenda shows it.
public struct Appointment: Sendable, Hashable, Codable {
  public var booking: Booking
  /// Nil for what is no exam.
  public var exam: RequestedProcedure?
  public var order: Int64?
  public var patient: PatientRecord?
}

extension Department {
  /// What is booked in a time, by start; of all resources where none is named.
  public func appointments(
    of resources: [Int64], from: LocalDateTime, to: LocalDateTime
  ) throws -> [Appointment] {
    try store.read { tables in
      try tables.bookings(of: resources, from: from, to: to).map { booking in
        guard booking.exam != 0, let order = try tables.order(ofProcedure: booking.exam) else {
          return Appointment(booking: booking)
        }
        return Appointment(
          booking: booking, exam: order.procedures.first { $0.id == booking.exam }, order: order.id,
          patient: try tables.patient(id: order.patient))
      }
    }
  }
}
