// SPDX-License-Identifier: Apache-2.0

extension Department {
  /// Limits on what a sender can make grow.
  enum OrderLimits {
    static let procedures = 50
    static let stepsPerProcedure = 50
    static let identifiers = 50
  }

  /// Places an order for a patient, who is registered where none of the identifiers is known. Missing numbers and UIDs
  /// are made. A procedure with a booked step is scheduled, else requested; each gets at least one step.
  /// - Returns: the order as it was kept.
  /// - Throws: `conflict` where the placer, filler or accession number is another order's.
  public func place(_ order: Order, for patient: PatientRecord, by performer: Performer) throws -> Order {
    try store.write { tables in
      let patient = try register(patient, by: performer, in: tables, updates: false)
      return try place(order, for: patient, by: performer, in: tables)
    }
  }

  func place(
    _ order: Order, for patient: PatientRecord, by performer: Performer, in tables: any RadiologyTables
  ) throws -> Order {
    var order = order
    order.id = 0
    order.patient = patient.id
    order.placedAt = now
    order.placedBy = performer.name
    order.version = 0
    order.replacedBy = nil
    if order.procedures.isEmpty { throw RadiologyError(.invalid, "An order asks for at least one procedure.") }
    try complete(&order, in: tables)
    for index in order.procedures.indices {
      let isBooked = order.procedures[index].steps.contains { $0.start != nil }
      order.procedures[index].status = isBooked ? .scheduled : .requested
      order.procedures[index].statusSince = now
    }
    try tables.save(&order)
    try tables.append(event("order.placed", order, by: performer))
    for procedure in order.procedures {
      try tables.append(
        event("exam.place", order, procedure, from: "", to: procedure.status.rawValue, by: performer))
    }
    return order
  }

  /// Changes an order: `edit` gets it as it is. States are not changed here.
  /// - Throws: `notAllowed` where it is cancelled, replaced or done.
  public func change(
    _ reference: OrderReference, by performer: Performer, _ edit: (inout Order) throws -> Void
  ) throws -> Order {
    try store.write { tables in
      let old = try known(reference, in: tables)
      guard ![.cancelled, .discontinued, .replaced, .completed].contains(old.status) else {
        throw RadiologyError(.notAllowed, "The \(reference) is \(old.status.rawValue).")
      }
      var order = old
      try edit(&order)
      order.id = old.id
      order.patient = old.patient
      try keepStates(of: old, in: &order)
      try complete(&order, in: tables)
      try endAppointments(of: old, missingIn: order, by: performer, in: tables)
      try tables.save(&order)
      try tables.append(event("order.changed", order, by: performer))
      try followChange(of: old, to: &order, by: performer, in: tables)
      return try followAgenda(order, by: performer, in: tables)
    }
  }

  /// Cancels what was not begun.
  /// - Throws: `notAllowed` where any procedure of it was begun.
  public func cancel(_ reference: OrderReference, reason: String, by performer: Performer) throws -> Order {
    try end(reference, .cancel, "order.cancelled", reason: reason, by: performer)
  }

  /// Ends an order whatever was begun: exams in the room are discontinued, those before are cancelled; those that were
  /// performed stay.
  public func discontinue(_ reference: OrderReference, reason: String, by performer: Performer) throws -> Order {
    try end(reference, .discontinue, "order.discontinued", reason: reason, by: performer)
  }

  /// Places an order in the stead of another, which is cancelled.
  /// - Throws: `notAllowed` where any procedure of the old one was begun.
  public func replace(
    _ reference: OrderReference, with order: Order, reason: String, by performer: Performer
  ) throws -> Order {
    try store.write { tables in
      var old = try known(reference, in: tables)
      try endProcedures(of: &old, .cancel, reason: reason, by: performer, in: tables)
      guard let patient = try tables.patient(id: old.patient) else {
        throw RadiologyError(.notFound, "The patient of the \(reference) is not known.")
      }
      // Numbers that the new order bears go over to it.
      if order.placer == old.placer { old.placer = OrderNumber("") }
      if order.filler == old.filler { old.filler = OrderNumber("") }
      if order.accession == old.accession { old.accession = OrderNumber("") }
      try tables.save(&old)
      let new = try place(order, for: patient, by: performer, in: tables)
      old.replacedBy = new.id
      try tables.save(&old)
      try tables.append(event("order.replaced", old, by: performer, reason: reason))
      return new
    }
  }

  public func order(_ reference: OrderReference) throws -> Order? { try store.read { try $0.order(reference) } }

  public func orders(matching query: OrderQuery) throws -> [Order] {
    try store.read { try $0.orders(matching: query) }
  }

  /// An order with its patient and what happened to it, oldest first, as somebody may see it.
  public func history(
    of reference: OrderReference, for performer: Performer
  ) throws -> (order: Order, patient: PatientRecord, events: [RadiologyEvent])? {
    try store.read { tables in
      guard let order = try tables.order(reference), let patient = try tables.patient(id: order.patient) else {
        return nil
      }
      return (order, patient, try tables.events(ofOrder: order.id).map { Self.shown($0, to: performer) })
    }
  }

  /// Scheduled steps one after another until `each` returns false; in one transaction, so `each` must not call back.
  public func scheduledSteps(matching query: ScheduledStepQuery, each: (WorklistItem) throws -> Bool) throws {
    try store.read { try $0.steps(matching: query, each: each) }
  }

  /// For the department's own programs.
  public func events(after sequence: Int64, limit: Int) throws -> [RadiologyEvent] {
    try store.read { try $0.events(after: sequence, limit: limit) }
  }

  /// Events as somebody may see them.
  public func events(after sequence: Int64, limit: Int, for performer: Performer) throws -> [RadiologyEvent] {
    try events(after: sequence, limit: limit).map { Self.shown($0, to: performer) }
  }

  /// An event without words about a report that is not validated, but for those who write reports.
  private static func shown(_ event: RadiologyEvent, to performer: Performer) -> RadiologyEvent {
    guard !seesDrafts(performer), event.tellsOfDrafts else { return event }
    var event = event
    event.reason = ""
    return event
  }

  /// The newest event; 0 where there is none.
  public func lastEvent() throws -> Int64 { try store.read { try $0.lastEvent() } }

  // MARK: Inside a transaction

  func known(_ reference: OrderReference, in tables: any RadiologyTables) throws -> Order {
    guard let order = try tables.order(reference) else {
      throw RadiologyError(.notFound, "There is no \(reference).")
    }
    return order
  }

  func event(
    _ kind: String, _ order: Order, _ procedure: RequestedProcedure? = nil, from: String = "", to: String = "",
    by performer: Performer, reason: String = ""
  ) -> RadiologyEvent {
    RadiologyEvent(
      kind, at: now, subject: .init(patient: order.patient, order: order.id, procedure: procedure?.id ?? 0),
      from: from, to: to, by: performer, reason: reason)
  }

  private func end(
    _ reference: OrderReference, _ command: ExamCommand, _ kind: String, reason: String, by performer: Performer
  ) throws -> Order {
    try store.write { tables in
      var order = try known(reference, in: tables)
      try endProcedures(of: &order, command, reason: reason, by: performer, in: tables)
      try tables.save(&order)
      try tables.append(event(kind, order, by: performer, reason: reason))
      return order
    }
  }

  private func endProcedures(
    of order: inout Order, _ command: ExamCommand, reason: String, by performer: Performer,
    in tables: any RadiologyTables
  ) throws {
    if command == .cancel, let begun = order.procedures.first(where: { $0.status.isBegun }) {
      throw RadiologyError(.notAllowed, "Exam \(begun.procedureID) is \"\(begun.status.title)\" already.")
    }
    guard order.procedures.contains(where: { !$0.status.isEnded || $0.status == .noShow }) else {
      throw RadiologyError(.notAllowed, "The order is \(order.status.rawValue) already.")
    }
    for index in order.procedures.indices {
      let status = order.procedures[index].status
      let own: ExamCommand = status == .inRoom ? .discontinue : .cancel
      guard ExamTransitions.row(own, in: status) != nil else { continue }
      try go(own, procedure: index, of: &order, reason: reason, by: performer, in: tables)
    }
  }

  /// An edit may not change states and claims, nor take away what was begun.
  private func keepStates(of old: Order, in order: inout Order) throws {
    for known in old.procedures where !order.procedures.contains(where: { $0.id == known.id }) {
      guard !known.status.isBegun else {
        throw RadiologyError(.notAllowed, "Exam \(known.procedureID) was begun and cannot be taken away.")
      }
    }
    for index in order.procedures.indices {
      guard let known = old.procedures.first(where: { $0.id == order.procedures[index].id && $0.id != 0 }) else {
        order.procedures[index].id = 0
        order.procedures[index].status = .requested
        order.procedures[index].statusSince = now
        continue
      }
      order.procedures[index].status = known.status
      order.procedures[index].statusSince = known.statusSince
      order.procedures[index].claim = known.claim
      order.procedures[index].endReason = known.endReason
      for step in order.procedures[index].steps.indices {
        let id = order.procedures[index].steps[step].id
        if let same = known.steps.first(where: { $0.id == id && id != 0 }) {
          order.procedures[index].steps[step].status = same.status
        } else {
          order.procedures[index].steps[step].id = 0
          order.procedures[index].steps[step].status = .scheduled
        }
      }
    }
  }

  /// A change that gave a requested exam a time has scheduled it.
  private func followAgenda(
    _ order: Order, by performer: Performer, in tables: any RadiologyTables
  ) throws -> Order {
    var order = order
    for index in order.procedures.indices
    where order.procedures[index].status == .requested
      && order.procedures[index].steps.contains(where: { $0.start != nil })
    {
      try go(.schedule, procedure: index, of: &order, reason: "", by: performer, in: tables)
      try tables.save(&order)
    }
    return order
  }

  /// Fills in what must not be missing, and refuses what is malformed.
  private func complete(_ order: inout Order, in tables: any RadiologyTables) throws {
    guard order.procedures.count <= OrderLimits.procedures,
      order.procedures.allSatisfy({ $0.steps.count <= OrderLimits.stepsPerProcedure })
    else { throw RadiologyError(.invalid, "An order has at most 50 procedures of 50 steps each.") }
    if order.accession.isEmpty { order.accession = OrderNumber(try makeAccession(in: tables)) }
    if order.filler.isEmpty { order.filler = OrderNumber(order.accession.value) }
    try check(order.accession.value, "accession number")
    for index in order.procedures.indices {
      if let entry = try catalogued(order.procedures[index], in: tables) {
        order.procedures[index].details.catalogueCode = entry.code
        entry.complete(&order.procedures[index])
      }
      if order.procedures[index].studyInstanceUID.isEmpty {
        order.procedures[index].studyInstanceUID = options.makeUID()
      }
      if order.procedures[index].procedureID.isEmpty {
        order.procedures[index].procedureID = "P\(try tables.next("requested procedure"))"
      }
      try check(order.procedures[index].procedureID, "requested procedure ID")
      if order.procedures[index].steps.isEmpty { order.procedures[index].steps = [ScheduledProcedureStep()] }
      for step in order.procedures[index].steps.indices {
        if order.procedures[index].steps[step].stepID.isEmpty {
          order.procedures[index].steps[step].stepID = "S\(try tables.next("scheduled step"))"
        }
        try check(order.procedures[index].steps[step].stepID, "scheduled procedure step ID")
        if order.procedures[index].steps[step].description.isEmpty {
          order.procedures[index].steps[step].description = order.procedures[index].description
        }
      }
    }
  }

  /// The entry of the catalogue that a procedure names by its code.
  private func catalogued(
    _ procedure: RequestedProcedure, in tables: any RadiologyTables
  ) throws -> CatalogueEntry? {
    let code = procedure.details.catalogueCode
    if !code.isEmpty { return try tables.catalogueEntry(code: code) }
    for code in procedure.codes {
      if let entry = try tables.catalogueEntry(code: code.value),
        entry.codes.isEmpty || entry.codes.contains(where: { $0.value == code.value && $0.scheme == code.scheme })
      {
        return entry
      }
    }
    return nil
  }

  private func makeAccession(in tables: any RadiologyTables) throws -> String {
    let date = options.localTime().date
    let pattern = options.accessionPattern
    while true {
      let number = pattern.make(try tables.next("accession " + pattern.counter(on: date)), on: date)
      if try tables.order(.accession(OrderNumber(number))) == nil { return number }
    }
  }

  /// SH (PS3.5 §6.2).
  private func check(_ text: String, _ what: String) throws {
    guard text.unicodeScalars.count <= NumberPattern.maximumLength,
      text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0 != "\\" })
    else { throw RadiologyError(.invalid, "\"\(text)\" is no \(what): it has at most 16 characters, no backslash.") }
  }
}
