// SPDX-License-Identifier: Apache-2.0

import DICOMServices

/// What the images of a study have to say of their patient and order, after all acts of reconciliation that stand.
public struct ImageIdentity: Sendable, Hashable {
  /// Study Instance UID.
  public var study: String
  /// As they came, or as others than the department corrected them.
  public var said: StudyFacts.PatientSaid
  public var saidAccession: String
  /// What they have to say; the same where nothing is to be corrected.
  public var patient: StudyFacts.PatientSaid
  public var accession: String
  /// An act that stands is about them.
  public var isReconciled = false
  /// The department has corrected them before.
  public var isCorrected: Bool

  /// They came with something else.
  public var differs: Bool { patient != said || accession != saidAccession }
}

extension Department {
  /// Studies at a time of one patient.
  private static let studyLimit = 10_000

  /// Nil where no such study has arrived.
  public func imageIdentity(ofStudy uid: String) throws -> ImageIdentity? {
    try store.read { tables in
      guard let link = try tables.link(ofStudy: uid) else { return nil }
      let said = link.original?.patient ?? link.facts.patient
      let accession = link.original?.accession ?? link.facts.accession
      var identity = ImageIdentity(
        study: uid, said: said, saidAccession: accession, patient: said, accession: accession,
        isCorrected: link.original != nil)
      let order = link.state == .matched ? try tables.order(ofProcedure: link.exam) : nil
      guard let owner = try owner(of: link, order, said, in: tables),
        try tables.isReconciled(patient: owner.id, order: order?.id ?? 0, study: uid)
      else { return identity }
      identity.isReconciled = true
      identity.patient = Self.said(owner, in: said)
      if let order, !order.accession.isEmpty, try tables.isMoved(study: uid) {
        identity.accession = order.accession.value
      }
      return identity
    }
  }

  /// Looks again whether a study that belongs to no exam, or contradicts its own, belongs to one by now.
  public func relink(study uid: String) throws {
    func found(_ tables: any RadiologyTables) throws -> (old: StudyLink, new: StudyLink)? {
      guard let link = try tables.link(ofStudy: uid), link.state == .unmatched || link.state == .mismatched else {
        return nil
      }
      var facts = link.facts
      if let original = link.original { (facts.patient, facts.accession) = (original.patient, original.accession) }
      var new = try StudyMatching.link(facts, in: tables)
      (new.facts, new.original) = (link.facts, link.original)
      // Somebody has taken it away from its exam.
      if new.state == .matched, !link.by.isEmpty, StudyLink.keys.contains(link.by) == false { return nil }
      return new == link ? nil : (link, new)
    }
    guard try store.read({ try found($0) }) != nil else { return }
    try store.write { tables in
      guard let (old, new) = try found(tables) else { return }
      try tables.save(new)
      guard old.state != new.state || old.exam != new.exam else { return }
      let performer = Performer(name: "archive", origin: .system, cause: uid)
      try tell(new, by: performer, in: tables)
      if new.state == .matched { try follow(new, by: performer, in: tables) }
    }
  }

  /// Whether anything was ever put right.
  public func hasReconciliations() throws -> Bool {
    var query = ReconciliationQuery()
    query.limit = 1
    return try !reconciliations(matching: query).isEmpty
  }

  /// Notes what a study says before the department corrects it.
  public func noteOriginal(_ facts: StudyFacts) throws {
    try store.write { tables in
      guard var link = try tables.link(ofStudy: facts.studyInstanceUID), link.original == nil else { return }
      link.original = .init(patient: facts.patient, accession: facts.accession)
      try tables.save(link)
    }
  }

  /// What the images say now; they say what they came with where `isOriginal`.
  public func noteCorrected(_ facts: StudyFacts, isOriginal: Bool) throws {
    try store.write { tables in
      guard var link = try tables.link(ofStudy: facts.studyInstanceUID) else { return }
      link.facts = facts
      if isOriginal { link.original = nil }
      try tables.save(link)
    }
  }

  /// Studies that an act on these patients may be about, those that named them when they came among them.
  public func studies(ofPatients ids: Set<Int64>) throws -> [String] {
    try store.read { tables in
      var studies: Set<String> = []
      for id in ids.sorted() {
        guard let patient = try tables.patient(id: id) else { continue }
        var query = OrderQuery()
        (query.patient, query.limit) = (id, Self.studyLimit)
        for exam in try tables.orders(matching: query).flatMap(\.procedures) {
          studies.formUnion(try tables.links(ofExam: exam.id).map(\.facts.studyInstanceUID))
        }
        var acts = ReconciliationQuery()
        (acts.patient, acts.limit) = (id, Self.studyLimit)
        // A number that was taken away again too.
        let records =
          try [patient]
          + tables.reconciliations(matching: acts).flatMap { [$0.before, $0.after] }
          .compactMap { $0 }
        for value in Set(records.flatMap { $0.identifiers + $0.former.identifiers }.map(\.value)) {
          studies.formUnion(
            try tables.links(ofPatientID: value, limit: Self.studyLimit).map(\.facts.studyInstanceUID))
        }
      }
      return studies.sorted()
    }
  }

  // MARK: Whose images they are

  /// The patient of the exam; without one, whoever they named when they came, where they do not contradict.
  private func owner(
    of link: StudyLink, _ order: Order?, _ said: StudyFacts.PatientSaid, in tables: any RadiologyTables
  ) throws -> PatientRecord? {
    if let order { return try tables.patient(id: order.patient) }
    guard link.state != .dismissed else { return nil }
    if let named = try named(by: said, in: tables) { return named }
    // A number that was replaced since.
    var candidates: [PatientRecord] = []
    for patient in try tables.patients(formerly: said.id) where patient.mergedInto == nil {
      if StudyMatching.differences(said, patient).isEmpty { candidates.append(patient) }
    }
    return candidates.count == 1 ? candidates.first : nil
  }

  private func named(by said: StudyFacts.PatientSaid, in tables: any RadiologyTables) throws -> PatientRecord? {
    guard !said.id.isEmpty else { return nil }
    var found = try tables.patient(PatientIdentifier(said.id, issuer: said.issuer))
    if found == nil, said.issuer.isEmpty {
      let all = try tables.patients(numbered: said.id)
      if all.count == 1 { found = all.first }
    }
    guard let found, StudyMatching.differences(said, found).isEmpty else { return nil }
    return found
  }

  /// What images of a patient say; what agrees already stays as they have it.
  private static func said(_ owner: PatientRecord, in said: StudyFacts.PatientSaid) -> StudyFacts.PatientSaid {
    var result = said
    let identifier = owner.primaryIdentifier
    let isSame = said.id == identifier.value && (said.issuer.isEmpty || said.issuer == identifier.issuer)
    if !isSame { (result.id, result.issuer) = (identifier.value, identifier.issuer) }
    let isCalledSo = Set(TextFolding.words(said.name)) == Set(TextFolding.words(owner.name))
    if !isCalledSo { result.name = owner.name }
    // What was left out is told where somebody else is told of.
    let isOther = !isSame || !isCalledSo
    if !owner.birthDate.isEmpty, isOther || !said.birthDate.isEmpty { result.birthDate = owner.birthDate }
    if !owner.sex.isEmpty, isOther || said.sex?.isEmpty == false { result.sex = owner.sex }
    return result
  }
}
