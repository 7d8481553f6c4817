// SPDX-License-Identifier: Apache-2.0

extension Department {
  /// Acts of reconciliation, newest first.
  public func reconciliations(matching query: ReconciliationQuery) throws -> [Reconciliation] {
    try store.read { try $0.reconciliations(matching: query) }
  }

  public func reconciliation(id: Int64) throws -> Reconciliation {
    guard let found = try store.read({ try $0.reconciliation(id: id) }) else {
      throw RadiologyError(.notFound, "There is no reconciliation \(id).")
    }
    return found
  }

  /// Takes an act back, here and in the images. What came later stays where it is.
  /// - Throws: `conflict` where it was undone, or where something that it did was done over since: that has to be
  ///   undone first.
  public func undo(reconciliation id: Int64, by performer: Performer) throws -> Reconciliation {
    try store.write { tables in
      guard var act = try tables.reconciliation(id: id) else {
        throw RadiologyError(.notFound, "There is no reconciliation \(id).")
      }
      guard act.stands else { throw RadiologyError(.conflict, "It was undone already.") }
      (act.undoneAt, act.undoneBy) = (now, performer.name)
      _ = try tables.save(act)
      switch act.kind {
      case .merge: try unmerge(act, by: performer, in: tables)
      case .identifiers, .demographics: try restorePatient(act, by: performer, in: tables)
      case .order: try restoreOrder(act, by: performer, in: tables)
      case .study: try restoreStudy(act, by: performer, in: tables)
      }
      return act
    }
  }

  private static let doneOver = "It was changed again since; undo that first."

  private func standing(_ id: Int64, in tables: any RadiologyTables) throws -> PatientRecord {
    let patient = try knownPatient(id, in: tables)
    guard patient.mergedInto == nil else {
      throw RadiologyError(.conflict, "The patient \(id) went up in another; undo that first.")
    }
    return patient
  }

  private func unmerge(_ act: Reconciliation, by performer: Performer, in tables: any RadiologyTables) throws {
    var survivor = try standing(act.target, in: tables)
    var old = try knownPatient(act.source, in: tables)
    guard old.mergedInto == survivor.id, let before = act.before, let after = act.after,
      survivor.revert(from: after, to: before)
    else { throw RadiologyError(.conflict, Self.doneOver) }
    _ = try tables.save(survivor)
    old.mergedInto = nil
    _ = try tables.save(old)
    for id in act.orders {
      guard var order = try tables.order(.id(id)) else { continue }
      guard order.patient == survivor.id else {
        throw RadiologyError(
          .conflict, "The order \(order.accession.value) went on to another patient; undo that first.")
      }
      order.patient = old.id
      try tables.save(&order)
    }
    let results = try act.results.filter { try tables.outsideResult(id: $0)?.patient == survivor.id }
    try move(results: results, to: old.id, in: tables)
    try tables.append(
      RadiologyEvent(
        "patient.unmerged", at: now, subject: .init(patient: survivor.id), from: String(survivor.id),
        to: String(old.id), by: performer))
  }

  private func restorePatient(
    _ act: Reconciliation, by performer: Performer, in tables: any RadiologyTables
  ) throws {
    var patient = try standing(act.target, in: tables)
    guard let before = act.before, let after = act.after, patient.revert(from: after, to: before) else {
      throw RadiologyError(.conflict, Self.doneOver)
    }
    _ = try tables.save(patient)
    try tables.append(RadiologyEvent("patient.restored", at: now, subject: .init(patient: patient.id), by: performer))
  }

  private func restoreOrder(_ act: Reconciliation, by performer: Performer, in tables: any RadiologyTables) throws {
    _ = try standing(act.source, in: tables)
    guard let id = act.orders.first, var order = try tables.order(.id(id)), order.patient == act.target else {
      throw RadiologyError(.conflict, Self.doneOver)
    }
    try give(&order, to: act.source, by: performer, in: tables)
  }

  private func restoreStudy(_ act: Reconciliation, by performer: Performer, in tables: any RadiologyTables) throws {
    guard let move = act.study, var link = try tables.link(ofStudy: move.after.facts.studyInstanceUID),
      link.exam == move.after.exam, link.state == move.after.state, link.by == move.after.by
    else { throw RadiologyError(.conflict, Self.doneOver) }
    (link.state, link.exam, link.by) = (move.before.state, move.before.exam, move.before.by)
    link.differences = move.before.differences
    try tables.save(link)
    try leave(move.after.exam, in: tables)
    if link.state == .matched { try follow(link, by: .system("archive"), in: tables) }
    for id in move.mismatches {
      guard var mismatch = try tables.mismatch(id: id), mismatch.state == .attached else { continue }
      (mismatch.state, mismatch.by, mismatch.decidedAt) = (.open, "", 0)
      _ = try tables.save(mismatch)
    }
    var performer = performer
    performer.cause = link.facts.studyInstanceUID
    try tables.append(
      RadiologyEvent("study.restored", at: now, subject: .init(procedure: link.exam), by: performer, reason: ""))
  }
}
