// SPDX-License-Identifier: Apache-2.0

/// A booking with the exam and the patient that it is for, as the agenda shows it.
public struct Appointment: Sendable, Hashable, Codable {
  public var booking: Booking
  /// Nil for what is no exam.
  public var exam: RequestedProcedure?
  public var order: Int64?
  public var patient: PatientRecord?

  public init(booking: Booking) { self.booking = booking }
}

extension Department {
  /// What is booked in a time, by start; of all resources where none is named.
  public func appointments(
    of resources: [Int64], from: LocalDateTime, to: LocalDateTime
  ) throws -> [Appointment] {
    try store.read { try $0.appointments(of: resources, from: from, to: to) }
  }
}
