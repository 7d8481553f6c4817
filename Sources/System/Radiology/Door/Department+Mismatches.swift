// SPDX-License-Identifier: Apache-2.0

extension Department {
  /// Compares a study that has arrived with its order, and keeps what disagrees for a person. What a person decided
  /// stays, until the study says something else.
  /// - Returns: nil where nothing disagrees, and nothing did.
  /// - Parameter source: who sent it; asked only where something disagrees.
  @discardableResult
  public func checkOrder(
    ofStudy uid: String, checks: Set<OrderCheck> = Set(OrderCheck.allCases), source: () throws -> String = { "" }
  ) throws -> Mismatch? {
    // Nearly all agree, and nobody has to wait for a transaction that writes nothing.
    let looked = try store.read { tables in
      try compared(uid, checks, in: tables).flatMap { found in
        let known = try tables.mismatch(like: found)
        return found.differences.isEmpty && known?.state != .open ? nil : (found, known)
      }
    }
    guard let looked else { return nil }
    let sender = try looked.1?.source ?? source()
    return try store.writeRepeatable { tables in
      guard var found = try compared(uid, checks, in: tables) else { return nil }
      found.source = sender
      return try keep(found, in: tables)
    }
  }

  private func compared(
    _ uid: String, _ checks: Set<OrderCheck>, in tables: any RadiologyTables
  ) throws -> Mismatch? {
    guard let link = try tables.link(ofStudy: uid) else { return nil }
    var found = Mismatch(.order, link.facts, try OrderCheck.differences(link, checks, in: tables), foundAt: now)
    // What the department itself put right is nothing else that the study says.
    if let original = link.original {
      (found.facts.patient, found.facts.accession) = (original.patient, original.accession)
    }
    found.exam = link.exam
    found.order = link.exam == 0 ? 0 : try tables.order(ofProcedure: link.exam)?.id ?? 0
    return found
  }

  /// Keeps what a rule found in a series; without differences it is settled.
  @discardableResult
  public func note(_ mismatch: Mismatch) throws -> Mismatch? {
    try store.write { try keep(mismatch, in: $0) }
  }

  public func mismatches(matching query: MismatchQuery) throws -> [Mismatch] {
    try store.read { try $0.mismatches(matching: query) }
  }

  public func countMismatches(matching query: MismatchQuery) throws -> Int {
    try store.read { try $0.countMismatches(matching: query) }
  }

  public func mismatch(id: Int64) throws -> Mismatch {
    guard let found = try store.read({ try $0.mismatch(id: id) }) else {
      throw RadiologyError(.notFound, "There is no mismatch \(id).")
    }
    return found
  }

  /// A person has decided.
  public func decide(
    mismatch id: Int64, _ state: Mismatch.State, corrections: [String] = [], comment: String = "",
    by performer: Performer
  ) throws -> Mismatch {
    try store.write { tables in
      guard var found = try tables.mismatch(id: id) else {
        throw RadiologyError(.notFound, "There is no mismatch \(id).")
      }
      (found.state, found.by, found.decidedAt, found.comment) = (state, performer.name, now, comment)
      found.corrections += corrections
      if state == .open { (found.by, found.decidedAt, found.corrections) = ("", 0, []) }
      _ = try tables.save(found)
      var performer = performer
      performer.cause = found.facts.studyInstanceUID
      try tables.append(
        RadiologyEvent(
          "mismatch." + state.rawValue, at: now, subject: .init(order: found.order, procedure: found.exam),
          by: performer, reason: comment))
      return found
    }
  }

  /// A study was attached to an exam, or said to need none, by whichever way: what stood open about its order is
  /// decided with it.
  /// - Returns: the ids of what was decided.
  func closeMismatches(
    ofStudy uid: String, _ state: Mismatch.State, by performer: Performer, in tables: any RadiologyTables
  ) throws -> [Int64] {
    var closed: [Int64] = []
    var query = MismatchQuery()
    (query.study, query.kinds) = (uid, [.order])
    for var open in try tables.mismatches(matching: query) {
      (open.state, open.by, open.decidedAt) = (state, performer.name, now)
      if let link = try tables.link(ofStudy: uid) { open.exam = link.exam }
      closed.append(try tables.save(open))
    }
    return closed
  }

  private func keep(_ found: Mismatch, in tables: any RadiologyTables) throws -> Mismatch? {
    guard var known = try tables.mismatch(like: found) else {
      if found.differences.isEmpty { return nil }
      var new = found
      new.id = try tables.save(new)
      try tables.append(
        RadiologyEvent(
          "mismatch.found", at: now, subject: .init(order: new.order, procedure: new.exam),
          by: Performer(name: "door", origin: .system, cause: new.facts.studyInstanceUID),
          reason: new.differences.map(\.attribute).joined(separator: ", ")))
      return new
    }
    let before = known
    known.facts = found.facts
    if found.differences.isEmpty {
      // What was corrected agrees now, and the record still says what was wrong.
      if known.state == .open { (known.state, known.decidedAt) = (.settled, now) }
    } else if Self.isOpen(before, after: found) {
      (known.differences, known.exam, known.order) = (found.differences, found.exam, found.order)
      (known.state, known.by, known.decidedAt) = (.open, "", 0)
    }
    _ = try tables.save(known)
    return known
  }

  /// Whether what was found is to be looked at, after what is known.
  private static func isOpen(_ known: Mismatch, after found: Mismatch) -> Bool {
    switch known.state {
    case .open, .settled: true
    case .corrected:
      // The study's UID cannot be corrected.
      found.differences.contains { $0.attribute != "StudyInstanceUID" && !known.differences.contains($0) }
    case .attached, .accepted:
      found.facts.patient != known.facts.patient || found.facts.accession != known.facts.accession
    }
  }
}
