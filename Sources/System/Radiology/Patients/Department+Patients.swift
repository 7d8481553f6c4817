// SPDX-License-Identifier: Apache-2.0

extension Department {
  /// Registers a patient, or updates the one who has any of the identifiers.
  public func register(_ patient: PatientRecord, by performer: Performer) throws -> PatientRecord {
    try store.write { try register(patient, by: performer, in: $0, updates: true) }
  }

  /// Changes a patient as a person sees fit: what `edit` empties is empty.
  public func changePatient(
    id: Int64, by performer: Performer, _ edit: (inout PatientRecord) throws -> Void
  ) throws -> PatientRecord {
    try store.write { tables in
      let before = try knownPatient(id, in: tables)
      guard before.mergedInto == nil else {
        throw RadiologyError(.conflict, "The patient \(id) went up in another.", about: .merged)
      }
      var patient = before
      try edit(&patient)
      patient.id = id
      patient.mergedInto = nil
      try checkPatient(patient)
      patient = try reconciled(patient, from: before, by: performer, in: tables)
      patient.id = try tables.save(patient)
      try tables.append(RadiologyEvent("patient.changed", at: now, subject: .init(patient: id), by: performer))
      return try knownPatient(id, in: tables)
    }
  }

  /// A number that nobody had is this patient's from now on, with the images that bear it (HL7 A40 of a record that
  /// is not known here).
  public func adopt(
    _ identifier: PatientIdentifier, name: String = "", forPatient id: Int64, by performer: Performer
  ) throws -> PatientRecord {
    try store.write { tables in
      let before = try knownPatient(id, in: tables)
      if before.identifiers.contains(where: { $0.isSame(as: identifier) }) { return before }
      var after = before
      after.identifiers.append(identifier)
      var known = FormerIdentity()
      known.names = name.isEmpty ? [] : [name]
      for link in try tables.links(ofPatientID: identifier.value, limit: Self.mergeLimit) {
        let said = link.original?.patient ?? link.facts.patient
        guard said.issuer.isEmpty || said.issuer == identifier.issuer else { continue }
        if said.name != before.name { known.names.append(said.name) }
        if said.birthDate != before.birthDate { known.birthDates.append(said.birthDate) }
      }
      after.former.add(known)
      try checkPatient(after)
      _ = try tables.save(after)
      var act = Reconciliation(.identifiers, at: now, by: performer)
      (act.target, act.before, act.after) = (id, before, after)
      _ = try tables.save(act)
      try tables.append(RadiologyEvent("patient.changed", at: now, subject: .init(patient: id), by: performer))
      return try knownPatient(id, in: tables)
    }
  }

  public func patient(id: Int64) throws -> PatientRecord? { try store.read { try $0.patient(id: id) } }

  public func patient(_ identifier: PatientIdentifier) throws -> PatientRecord? {
    try store.read { try $0.patient(identifier) }
  }

  public func patients(matching query: PatientQuery) throws -> [PatientRecord] {
    try store.read { try $0.patients(matching: query) }
  }

  // MARK: Inside a transaction

  /// - Parameter updates: an order says less of a patient than a registration, and changes nobody who is known.
  func register(
    _ patient: PatientRecord, by performer: Performer, in tables: any RadiologyTables, updates: Bool
  ) throws -> PatientRecord {
    if patient.id != 0, patient.identifiers.isEmpty { return try knownPatient(patient.id, in: tables) }
    for identifier in patient.identifiers {
      guard var known = try tables.patient(identifier) else { continue }
      if updates {
        let before = known
        known.update(from: patient)
        if known == before { return known }
        known = try reconciled(known, from: before, by: performer, in: tables)
        _ = try tables.save(known)
        try tables.append(
          RadiologyEvent("patient.changed", at: now, subject: .init(patient: known.id), by: performer))
        return try knownPatient(known.id, in: tables)
      }
      return known
    }
    try checkPatient(patient)
    var new = patient
    (new.id, new.mergedInto, new.version) = (0, nil, 0)
    let id = try tables.save(new)
    try tables.append(RadiologyEvent("patient.registered", at: now, subject: .init(patient: id), by: performer))
    return try knownPatient(id, in: tables)
  }

  func knownPatient(_ id: Int64, in tables: any RadiologyTables) throws -> PatientRecord {
    guard let patient = try tables.patient(id: id) else {
      throw RadiologyError(.notFound, "There is no patient \(id).")
    }
    return patient
  }

  func checkPatient(_ patient: PatientRecord) throws {
    guard (1...OrderLimits.identifiers).contains(patient.identifiers.count),
      patient.identifiers.allSatisfy({ (1...64).contains($0.value.unicodeScalars.count) })
    else { throw RadiologyError(.invalid, "A patient has 1 to 50 identifiers of 1 to 64 characters.") }
    guard !patient.name.isEmpty else { throw RadiologyError(.invalid, "A patient has a name.") }
    guard patient.birthDate.isEmpty || LocalDateTime(date: patient.birthDate) != nil else {
      throw RadiologyError(.invalid, "The birth date \(patient.birthDate) is not a date, YYYYMMDD.")
    }
    guard ["", "M", "F", "O"].contains(patient.sex) else {
      throw RadiologyError(.invalid, "The sex is M, F, O or not said.")
    }
  }
}
