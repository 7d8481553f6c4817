// SPDX-License-Identifier: Apache-2.0

extension Department {
  /// Orders and results that one merge may move.
  static let mergeLimit = 100_000

  /// Two records are one person: the orders and results of the first go to the second, whose identifiers then lead
  /// there too (HL7 A40). The first record stays, marked. The images follow; `undo` takes all of it back.
  /// - Throws: `conflict` where one of them went up in another already.
  public func mergePatient(
    _ id: Int64, into survivor: Int64, by performer: Performer
  ) throws -> PatientRecord {
    guard id != survivor else { throw RadiologyError(.invalid, "A patient cannot be merged into itself.") }
    return try store.write { tables in
      var old = try knownPatient(id, in: tables)
      let before = try knownPatient(survivor, in: tables)
      guard old.mergedInto == nil, before.mergedInto == nil else {
        throw RadiologyError(.conflict, "One of the patients went up in another already.", about: .merged)
      }
      old.mergedInto = survivor
      _ = try tables.save(old)
      var kept = before
      Self.take(old, into: &kept)
      _ = try tables.save(kept)
      var query = OrderQuery()
      (query.patient, query.limit) = (id, Self.mergeLimit)
      var act = Reconciliation(.merge, at: now, by: performer)
      (act.source, act.target, act.before, act.after) = (id, survivor, before, kept)
      act.orders = try tables.orders(matching: query).map(\.id).sorted()
      act.results = try tables.outsideResults(ofPatient: id, limit: Self.mergeLimit).map(\.id).sorted()
      _ = try tables.save(act)
      try tables.moveOrders(of: id, to: survivor)
      try move(results: act.results, to: survivor, in: tables)
      try tables.append(
        RadiologyEvent(
          "patient.merged", at: now, subject: .init(patient: survivor), from: String(id), to: String(survivor),
          by: performer))
      return try knownPatient(survivor, in: tables)
    }
  }

  /// What the survivor learns of the other: numbers, names, and what it does not say itself.
  private static func take(_ old: PatientRecord, into kept: inout PatientRecord) {
    for identifier in old.identifiers where !kept.identifiers.contains(where: { $0.isSame(as: identifier) }) {
      kept.identifiers.append(identifier)
    }
    for name in [old.name] + old.otherNames
    where !name.isEmpty && name != kept.name && !kept.otherNames.contains(name) {
      kept.otherNames.append(name)
    }
    kept.former.add(old.former)
    if !old.birthDate.isEmpty, old.birthDate != kept.birthDate, !kept.former.birthDates.contains(old.birthDate) {
      kept.former.birthDates.append(old.birthDate)
    }
    func fill(_ path: WritableKeyPath<PatientRecord, String>) {
      if kept[keyPath: path].isEmpty { kept[keyPath: path] = old[keyPath: path] }
    }
    for path in [\PatientRecord.contact.address, \.contact.telephone, \.contact.email, \.contact.language] {
      fill(path)
    }
    // What may harm somebody is never forgotten.
    for allergy in old.clinical.allergies where !kept.clinical.allergies.contains(allergy) {
      kept.clinical.allergies.append(allergy)
    }
    for alert in old.clinical.medicalAlerts where !kept.clinical.medicalAlerts.contains(alert) {
      kept.clinical.medicalAlerts.append(alert)
    }
    kept.clinical.weight = kept.clinical.weight ?? old.clinical.weight
    kept.clinical.size = kept.clinical.size ?? old.clinical.size
    kept.clinical.pregnancy = kept.clinical.pregnancy ?? old.clinical.pregnancy
  }

  /// An order is another patient's, with its exams and images.
  /// - Throws: `conflict` where either patient went up in another.
  public func moveOrder(
    _ reference: OrderReference, toPatient id: Int64, by performer: Performer
  ) throws -> Order {
    try store.write { tables in
      var order = try known(reference, in: tables)
      guard order.patient != id else { throw RadiologyError(.invalid, "The \(reference) is this patient's.") }
      guard try knownPatient(id, in: tables).mergedInto == nil else {
        throw RadiologyError(.conflict, "The patient \(id) went up in another.", about: .merged)
      }
      var act = Reconciliation(.order, at: now, by: performer)
      (act.source, act.target, act.orders) = (order.patient, id, [order.id])
      _ = try tables.save(act)
      try give(&order, to: id, by: performer, in: tables)
      return order
    }
  }

  func give(
    _ order: inout Order, to patient: Int64, by performer: Performer, in tables: any RadiologyTables
  ) throws {
    let from = order.patient
    order.patient = patient
    try tables.save(&order)
    var told = event("order.moved", order, by: performer)
    (told.from, told.to) = (String(from), String(patient))
    try tables.append(told)
  }

  func move(results: [Int64], to patient: Int64, in tables: any RadiologyTables) throws {
    for id in results {
      guard var result = try tables.outsideResult(id: id) else { continue }
      result.patient = patient
      _ = try tables.save(result)
    }
  }

  /// Keeps that who a patient is was changed, and what it was before.
  /// - Returns: the record as it is to be saved.
  func reconciled(
    _ after: PatientRecord, from before: PatientRecord, by performer: Performer, in tables: any RadiologyTables
  ) throws -> PatientRecord {
    var after = after
    after.former = before.former
    guard let kind = after.reconciliation(from: before) else { return after }
    after.former.add(FormerIdentity(of: before, replacedBy: after))
    after.former.identifiers.removeAll { one in after.identifiers.contains { $0.isSame(as: one) } }
    var act = Reconciliation(kind, at: now, by: performer)
    (act.target, act.before, act.after) = (after.id, before, after)
    _ = try tables.save(act)
    return after
  }
}
