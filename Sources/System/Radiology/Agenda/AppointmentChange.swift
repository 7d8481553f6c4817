// SPDX-License-Identifier: Apache-2.0

/// What booking a step does to the appointment that its exam has; HL7 v2.5.1 §10.4 tells these apart.
enum AppointmentChange: String, Sendable {
  /// A first time, or another time.
  case scheduled
  /// Neither time nor resources are others, but how long it takes, or what is done.
  case modified
  /// More resources, or a further step.
  case extended
  /// Other resources.
  case exchanged
  /// Fewer resources.
  case reduced
  /// It is not an appointment any more, since what was booked is no longer asked for.
  case deleted
  case none

  /// - Parameters:
  ///   - exam: as it was.
  ///   - former: what was booked for the step.
  init(of exam: RequestedProcedure, step: ScheduledProcedureStep, from former: [Booking], to booking: Booking) {
    guard exam.status == .scheduled else {
      self = .scheduled
      return
    }
    guard let start = step.start else {
      self = .extended
      return
    }
    guard start == booking.start else {
      self = .scheduled
      return
    }
    let (old, new) = (Set(former.flatMap(\.resources)), Set(booking.resources))
    if old == new {
      let isSame = former.contains { $0.minutes == booking.minutes && $0.isOverbooked == booking.isOverbooked }
      self = isSame ? .none : .modified
    } else if old.isSubset(of: new) {
      self = .extended
    } else {
      self = new.isSubset(of: old) ? .reduced : .exchanged
    }
  }

  /// Of what a change of an order left scheduled.
  init(from old: RequestedProcedure, to new: RequestedProcedure) {
    guard old.status == .scheduled, new.status == .scheduled else {
      self = .none
      return
    }
    var (isMoved, isLonger) = (false, false)
    for step in new.steps {
      guard let start = step.start else { continue }
      if let known = old.steps.first(where: { $0.id == step.id })?.start {
        isMoved = isMoved || known != start
      } else {
        isLonger = true
      }
    }
    self = isMoved ? .scheduled : isLonger ? .extended : old == new ? .none : .modified
  }

  /// `RadiologyEvent.kind`; nil for what is a row of the table of exams, or nothing.
  var kind: String? { self == .scheduled || self == .none ? nil : "appointment." + rawValue }
}

extension Department {
  /// Leaves the event of a change behind; a time makes the exam scheduled. The caller saves the order.
  func tell(
    _ change: AppointmentChange, procedure index: Int, of order: inout Order, by performer: Performer,
    in tables: any RadiologyTables
  ) throws {
    if change == .scheduled {
      return try go(.schedule, procedure: index, of: &order, reason: "", by: performer, in: tables)
    }
    guard let kind = change.kind else { return }
    try tables.append(event(kind, order, order.procedures[index], by: performer))
  }

  /// What an order no longer asks for has no appointment. Before the order is saved: afterwards another exam may have
  /// the number.
  func endAppointments(
    of old: Order, missingIn order: Order, by performer: Performer, in tables: any RadiologyTables
  ) throws {
    for known in old.procedures where !order.procedures.contains(where: { $0.id == known.id }) {
      for booking in try tables.bookings(ofExam: known.id) { try tables.removeBooking(id: booking.id) }
      try tables.removeWaiting(exam: known.id)
      guard known.status == .scheduled else { continue }
      let kind = "appointment." + AppointmentChange.deleted.rawValue
      try tables.append(
        event(
          kind, old, from: known.status.rawValue, to: known.procedureID, by: performer, reason: known.description))
    }
  }

  /// Appointments follow a change of their order: those that have another time are moved on the agenda, or taken off it
  /// where that time is taken.
  func followChange(
    of old: Order, to order: inout Order, by performer: Performer, in tables: any RadiologyTables
  ) throws {
    for index in order.procedures.indices {
      guard let known = old.procedures.first(where: { $0.id == order.procedures[index].id }) else { continue }
      let change = AppointmentChange(from: known, to: order.procedures[index])
      if change == .none { continue }
      for booking in try tables.bookings(ofExam: known.id) {
        guard let step = order.procedures[index].steps.first(where: { $0.id == booking.step }), let start = step.start
        else {
          try tables.removeBooking(id: booking.id)
          continue
        }
        if start == booking.start { continue }
        try tables.removeBooking(id: booking.id)
        try move(booking, to: start, in: tables)
      }
      try tell(change, procedure: index, of: &order, by: performer, in: tables)
      if change == .scheduled { try tables.save(&order) }
    }
  }

  private func move(_ booking: Booking, to start: LocalDateTime, in tables: any RadiologyTables) throws {
    var moved = booking
    (moved.id, moved.start) = (0, start)
    let there = try tables.bookings(of: booking.resources, from: start, to: moved.end)
    if moved.isOverbooked || there.allSatisfy(\.isOverbooked) { _ = try tables.add(moved) }
  }
}
