// SPDX-License-Identifier: Apache-2.0

extension Department {
  /// Limits of the agenda.
  enum AgendaLimits {
    static let resourcesOfBooking = 20
    static let minutes = Int(Booking.longest)
    static let searchDays: Int64 = 365
    static let slots = 200
  }

  /// Books a step of an exam, or moves it where it was booked. The exam is scheduled by it.
  /// - Parameter mayOverbook: the performer has the right to book over others and outside of opening hours.
  /// - Throws: `conflict` where a resource is taken or closed.
  public func book(
    _ request: BookingRequest, mayOverbook: Bool, by performer: Performer
  ) throws -> (order: Order, booking: Booking) {
    if request.overbooks, !mayOverbook {
      throw RadiologyError(.forbidden, "Booking over others is a right of its own.", about: .overbooking)
    }
    return try store.write { tables in
      var (order, index) = try knownExam(request.exam, in: tables)
      _ = try ExamTransitions.target(of: .schedule, in: order.procedures[index].status, by: performer)
      let steps = order.procedures[index].steps
      guard let at = request.step.map({ id in steps.firstIndex { $0.id == id } }) ?? steps.indices.first else {
        throw RadiologyError(.notFound, "The exam has no such step.")
      }
      let minutes = request.minutes ?? max(steps[at].minutes, 5)
      let used = try usable(request.resources, start: request.start, minutes: minutes, request.overbooks, in: tables)
      let former = try tables.bookings(ofExam: request.exam).filter { $0.step == steps[at].id }
      for old in former { try tables.removeBooking(id: old.id) }
      var booking = Booking(resources: request.resources, start: request.start, minutes: minutes)
      (booking.exam, booking.step, booking.bookedBy) = (request.exam, steps[at].id, performer.name)
      booking.isOverbooked = request.overbooks
      booking.id = try tables.add(booking)
      let change = AppointmentChange(of: order.procedures[index], step: steps[at], from: former, to: booking)
      order.procedures[index].steps[at].start = request.start
      order.procedures[index].steps[at].minutes = minutes
      place(&order.procedures[index].steps[at], at: used)
      try tell(change, procedure: index, of: &order, by: performer, in: tables)
      try tables.save(&order)
      try tables.removeWaiting(exam: request.exam)
      return (order, booking)
    }
  }

  /// Keeps resources busy with something that is no exam.
  public func block(
    _ resources: [Int64], start: LocalDateTime, minutes: Int, title: String, by performer: Performer
  ) throws -> Booking {
    try store.write { tables in
      _ = try usable(resources, start: start, minutes: minutes, true, in: tables)
      var booking = Booking(resources: resources, start: start, minutes: minutes)
      (booking.title, booking.bookedBy) = (title, performer.name)
      booking.id = try tables.add(booking)
      try tables.append(AgendaBlock(booking).event("agenda.blocked", at: now, by: performer))
      return booking
    }
  }

  /// Takes a block off the agenda.
  /// - Throws: `notAllowed` for an appointment, which goes by `ExamCommand.unschedule`.
  public func removeBlock(_ id: Int64, by performer: Performer) throws {
    try store.write { tables in
      guard let booking = try tables.booking(id: id) else { return }
      guard booking.exam == 0 else {
        throw RadiologyError(.notAllowed, "An appointment is given back at its exam.")
      }
      try tables.removeBooking(id: id)
      try tables.append(AgendaBlock(booking).event("agenda.opened", at: now, by: performer))
    }
  }

  public func bookings(of resources: [Int64], from: LocalDateTime, to: LocalDateTime) throws -> [Booking] {
    try store.read { try $0.bookings(of: resources, from: from, to: to) }
  }

  /// Times at which all resources are open and free, from a time on, at full quarters of an hour.
  public func freeSlots(
    of resources: [Int64], minutes: Int, from: LocalDateTime, days: Int, limit: Int
  ) throws -> [LocalDateTime] {
    let until = from.minute + min(Int64(days), AgendaLimits.searchDays) * 1440
    return try store.read { tables in
      let chosen = try chosen(resources, in: tables)
      let taken = try tables.bookings(of: resources, from: from, to: LocalDateTime(minute: until))
        .filter { !$0.isOverbooked }
      var slots: [LocalDateTime] = []
      var minute = (from.minute + 14) / 15 * 15
      while minute < until, slots.count < min(limit, AgendaLimits.slots) {
        let start = LocalDateTime(minute: minute)
        let end = minute + Int64(minutes)
        let isFree = !taken.contains { $0.start.minute < end && minute < $0.end.minute }
        if isFree, chosen.allSatisfy({ $0.isOpen(from: start, minutes: minutes) }) { slots.append(start) }
        minute += 15
      }
      return slots
    }
  }

  public func resources() throws -> [Resource] { try store.read { try $0.resources() } }

  public func save(_ resource: Resource) throws -> Resource {
    guard !resource.name.isEmpty else { throw RadiologyError(.invalid, "A resource has a name.") }
    for opening in resource.openings {
      guard (1...7).contains(opening.weekday), opening.from >= 0, opening.from < opening.to, opening.to <= 1440 else {
        throw RadiologyError(.invalid, "An opening lies within a day, 0 to 1440 minutes, weekday 1 to 7.")
      }
    }
    var resource = resource
    resource.id = try store.write { try $0.save(resource) }
    return resource
  }

  public func waitingList() throws -> [(entry: WaitingEntry, order: Order)] {
    try store.read { tables in
      try tables.waiting().compactMap { entry in
        try tables.order(ofProcedure: entry.exam).map { (entry, $0) }
      }
    }
  }

  /// Puts an exam that has no appointment on the waiting list.
  public func wait(_ entry: WaitingEntry, by performer: Performer) throws {
    try store.write { tables in
      let (order, index) = try knownExam(entry.exam, in: tables)
      guard [.requested, .noShow].contains(order.procedures[index].status) else {
        throw RadiologyError(.notAllowed, "Only who has no appointment waits for one.")
      }
      var entry = entry
      entry.since = now
      try tables.save(entry)
      try tables.append(event("exam.wait", order, order.procedures[index], by: performer, reason: entry.note))
    }
  }

  public func stopWaiting(exam: Int64, by performer: Performer) throws {
    try store.write { try $0.removeWaiting(exam: exam) }
  }

  // MARK: Inside a transaction

  private func chosen(_ ids: [Int64], in tables: any RadiologyTables) throws -> [Resource] {
    guard (1...AgendaLimits.resourcesOfBooking).contains(ids.count), Set(ids).count == ids.count else {
      throw RadiologyError(.invalid, "A booking takes 1 to 20 resources, each once.")
    }
    let known = try tables.resources()
    return try ids.map { id in
      guard let resource = known.first(where: { $0.id == id }) else {
        throw RadiologyError(.notFound, "There is no resource \(id).")
      }
      return resource
    }
  }

  /// The resources, where they are open then; whether they are free is for the database to say.
  private func usable(
    _ ids: [Int64], start: LocalDateTime, minutes: Int, _ overbooks: Bool, in tables: any RadiologyTables
  ) throws -> [Resource] {
    guard (1...AgendaLimits.minutes).contains(minutes) else {
      throw RadiologyError(.invalid, "A booking lasts from one minute to a day.")
    }
    let resources = try chosen(ids, in: tables)
    if !overbooks, let closed = resources.first(where: { !$0.isOpen(from: start, minutes: minutes) }) {
      throw RadiologyError(.conflict, "\(closed.name) is closed then.", about: .closed)
    }
    return resources
  }

  /// The worklist follows the agenda.
  private func place(_ step: inout ScheduledProcedureStep, at resources: [Resource]) {
    let machines = resources.filter { $0.kind == .machine }
    let titles = machines.map(\.aeTitle).filter { !$0.isEmpty }
    if !titles.isEmpty { step.station.aeTitles = titles }
    if let machine = machines.first {
      step.station.name = machine.name
      if step.modality.isEmpty { step.modality = machine.modality }
    }
    let room = resources.first { $0.kind == .room }
    if let location = room.map({ $0.location.isEmpty ? $0.name : $0.location }) ?? machines.first?.location,
      !location.isEmpty
    {
      step.station.location = location
    }
    if let person = resources.first(where: { $0.kind == .person }) { step.performingPhysician = person.name }
  }
}
