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
      var patient = try knownPatient(id, in: tables)
      try edit(&patient)
      patient.id = id
      patient.mergedInto = nil
      try checkPatient(patient)
      patient.id = try tables.save(patient)
      try tables.append(RadiologyEvent("patient.changed", at: now, subject: .init(patient: id), by: performer))
      return try knownPatient(id, in: tables)
    }
  }

  /// Two records are one person: the orders of the first go to the second, whose identifiers then lead there too
  /// (HL7 A40). The first record stays, marked.
  public func mergePatient(
    _ id: Int64, into survivor: Int64, by performer: Performer
  ) throws -> PatientRecord {
    guard id != survivor else { throw RadiologyError(.invalid, "A patient cannot be merged into itself.") }
    return try store.write { tables in
      var old = try knownPatient(id, in: tables)
      var kept = try knownPatient(survivor, in: tables)
      old.mergedInto = survivor
      _ = try tables.save(old)
      var others = old
      (others.name, others.birthDate, others.sex) = ("", "", "")
      kept.update(from: others)
      if !old.name.isEmpty, old.name != kept.name, !kept.otherNames.contains(old.name) {
        kept.otherNames.append(old.name)
      }
      _ = try tables.save(kept)
      try tables.moveOrders(of: id, to: survivor)
      try tables.append(
        RadiologyEvent(
          "patient.merged", at: now, subject: .init(patient: survivor), from: String(id), to: String(survivor),
          by: performer))
      return try knownPatient(survivor, in: tables)
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

  private func checkPatient(_ patient: PatientRecord) throws {
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
