// SPDX-License-Identifier: Apache-2.0

import Trust

extension Department {
  /// Takes an exam through one row of the transition table.
  /// - Parameter exam: `RequestedProcedure.id`.
  public func perform(
    _ command: ExamCommand, exam: Int64, reason: String = "", by performer: Performer
  ) throws -> Order {
    if command.needsReason, reason.isEmpty, performer.role != nil {
      throw RadiologyError(.invalid, "\"\(command.title)\" needs a reason.", about: .reasonMissing)
    }
    return try store.write { tables in
      var (order, index) = try knownExam(exam, in: tables)
      try go(command, procedure: index, of: &order, reason: reason, by: performer, in: tables)
      try tables.save(&order)
      return order
    }
  }

  /// Takes a step through one row of its table. The exam follows: the first step that starts brings it into the room,
  /// the end of the last one ends it.
  public func perform(
    _ command: StepCommand, step: Int64, ofExam exam: Int64, reason: String = "", by performer: Performer
  ) throws -> Order {
    try store.write { tables in
      var (order, index) = try knownExam(exam, in: tables)
      guard let place = order.procedures[index].steps.firstIndex(where: { $0.id == step }) else {
        throw RadiologyError(.notFound, "Exam \(exam) has no step \(step).")
      }
      let from = order.procedures[index].steps[place].status
      guard let to = StepTransitions.target(of: command, in: from) else {
        throw RadiologyError(.notAllowed, "A step that is \(from.rawValue) cannot be told \"\(command.rawValue)\".")
      }
      if command == .start, ExamTransitions.row(.enterRoom, in: order.procedures[index].status) != nil {
        try go(.enterRoom, procedure: index, of: &order, reason: reason, by: performer, in: tables)
      }
      order.procedures[index].steps[place].status = to
      try tables.append(
        RadiologyEvent(
          "step." + command.rawValue, at: now,
          subject: .init(patient: order.patient, order: order.id, procedure: exam, step: step), from: from.rawValue,
          to: to.rawValue, by: performer, reason: reason))
      try endExam(of: &order, index, reason: reason, by: performer, in: tables)
      try tables.save(&order)
      return order
    }
  }

  /// When no step is open any more, the exam is done, or was discontinued where nothing of it was done.
  private func endExam(
    of order: inout Order, _ index: Int, reason: String, by performer: Performer, in tables: any RadiologyTables
  ) throws {
    let steps = order.procedures[index].steps
    guard steps.allSatisfy({ !$0.status.isOpen && $0.status != .departed }) else { return }
    let command: ExamCommand
    if steps.contains(where: { $0.status == .completed }) {
      command = .complete
    } else if steps.contains(where: { $0.status == .discontinued }) {
      command = .discontinue
    } else {
      command = .cancel
    }
    guard ExamTransitions.row(command, in: order.procedures[index].status) != nil else { return }
    try go(command, procedure: index, of: &order, reason: reason, by: performer, in: tables)
  }

  /// Makes an exam somebody's own, so that others leave it alone.
  /// - Parameter takesOver: from somebody else, which leaves a trace.
  /// - Throws: `conflict` where it is somebody else's.
  public func claim(exam: Int64, takesOver: Bool = false, by performer: Performer) throws -> Order {
    try store.write { tables in
      var (order, index) = try knownExam(exam, in: tables)
      let holder = order.procedures[index].claim?.by ?? ""
      if holder == performer.name { return order }
      guard holder.isEmpty || takesOver else {
        throw RadiologyError(.conflict, "\(holder) works on this exam.", about: .claimed)
      }
      order.procedures[index].claim = .init(by: performer.name, at: now)
      try tables.append(
        event("exam.claim", order, order.procedures[index], from: holder, to: performer.name, by: performer))
      try tables.save(&order)
      return order
    }
  }

  /// Gives an exam back to all.
  /// - Throws: `conflict` where it is somebody else's.
  public func release(exam: Int64, by performer: Performer) throws -> Order {
    try store.write { tables in
      var (order, index) = try knownExam(exam, in: tables)
      guard let holder = order.procedures[index].claim?.by else { return order }
      guard holder == performer.name || performer.role == .administrator else {
        throw RadiologyError(.conflict, "\(holder) works on this exam.", about: .claimed)
      }
      order.procedures[index].claim = nil
      try tables.append(
        event("exam.unclaim", order, order.procedures[index], from: holder, to: "", by: performer))
      try tables.save(&order)
      return order
    }
  }

  // MARK: Inside a transaction

  func knownExam(_ id: Int64, in tables: any RadiologyTables) throws -> (Order, Int) {
    guard let order = try tables.order(ofProcedure: id),
      let index = order.procedures.firstIndex(where: { $0.id == id })
    else { throw RadiologyError(.notFound, "There is no exam \(id).") }
    return (order, index)
  }

  /// One row of the table: state, steps, event. The caller saves the order.
  func go(
    _ command: ExamCommand, procedure index: Int, of order: inout Order, reason: String, by performer: Performer,
    in tables: any RadiologyTables
  ) throws {
    let from = order.procedures[index].status
    let to = try ExamTransitions.target(of: command, in: from, by: performer)
    try checkSafety(command, order.procedures[index], by: performer, in: tables)
    order.procedures[index].status = to
    order.procedures[index].statusSince = now
    order.procedures[index].endReason = to.isEnded ? reason : ""
    for step in order.procedures[index].steps.indices {
      let status = order.procedures[index].steps[step].status
      if let next = ExamTransitions.stepStatus(after: command, step: status) {
        order.procedures[index].steps[step].status = next
      }
      if command == .unschedule { order.procedures[index].steps[step].start = nil }
    }
    try tables.append(
      event(
        "exam." + command.rawValue, order, order.procedures[index], from: from.rawValue, to: to.rawValue,
        by: performer, reason: reason))
    if [.requested, .cancelled, .noShow].contains(to) {
      // The time is given back to the agenda.
      for booking in try tables.bookings(ofExam: order.procedures[index].id) {
        try tables.removeBooking(id: booking.id)
      }
    }
    if to == .performed, command == .complete,
      try tables.links(ofExam: order.procedures[index].id).contains(where: { $0.state == .matched })
    {
      try go(.release, procedure: index, of: &order, reason: "", by: .system("archive"), in: tables)
    }
  }
}
