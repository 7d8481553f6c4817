// SPDX-License-Identifier: Apache-2.0

/// A patient as the department knows them.
public struct PatientRecord: Sendable, Hashable, Codable, Identifiable {
  /// 0 before the patient was registered.
  public var id: Int64
  /// At least one; the first is the one that modalities are told.
  public var identifiers: [PatientIdentifier]
  /// DICOM PN, such as `Dupont^Marie`; up to three component groups.
  public var name: String
  /// YYYYMMDD, or empty.
  public var birthDate: String
  /// `M`, `F`, `O`, or empty.
  public var sex: String
  /// Maiden names and aliases, as PN.
  public var otherNames: [String]
  public var contact: Contact
  public var clinical: ClinicalFacts
  /// What they were known by before it was put right.
  public var former = FormerIdentity()
  /// The patient that this record was merged into; nil for one that stands.
  public var mergedInto: Int64?
  /// Goes up with each change.
  public var version: Int64

  /// How to reach the patient.
  public struct Contact: Sendable, Hashable, Codable {
    public var address = ""
    public var telephone = ""
    public var email = ""
    /// RFC 5646 tag, such as `fr`; Patient's Primary Language (0010,0101).
    public var language = ""

    public init() {}
  }

  public init(
    id: Int64 = 0, identifiers: [PatientIdentifier], name: String, birthDate: String = "", sex: String = "",
    otherNames: [String] = [], contact: Contact = Contact(), clinical: ClinicalFacts = ClinicalFacts()
  ) {
    self.id = id
    self.identifiers = identifiers
    self.name = name
    self.birthDate = birthDate
    self.sex = sex
    self.otherNames = otherNames
    self.contact = contact
    self.clinical = clinical
    version = 0
  }

  /// The identifier that modalities are told.
  public var primaryIdentifier: PatientIdentifier { identifiers.first ?? PatientIdentifier("") }
}

/// What staff must know before they examine somebody (PS3.3 §C.2.4, Patient Medical Module).
public struct ClinicalFacts: Sendable, Hashable, Codable {
  /// Patient's Weight (0010,1030) in kg.
  public var weight: Double?
  /// Patient's Size (0010,1020) in m.
  public var size: Double?
  /// Allergies (0010,2110).
  public var allergies: [String] = []
  /// Medical Alerts (0010,2000).
  public var medicalAlerts: [String] = []
  /// Special Needs (0038,0050).
  public var specialNeeds = ""
  /// Pregnancy Status (0010,21C0).
  public var pregnancy: PregnancyStatus?
  /// Patient State (0038,0500).
  public var patientState = ""
  /// Confidentiality Constraint on Patient Data Description (0040,3001).
  public var confidentiality = ""

  public init() {}
}

/// Pregnancy Status (0010,21C0), enumerated values of PS3.3 §C.2.4.
public enum PregnancyStatus: Int, Sendable, Hashable, Codable {
  case notPregnant = 1
  case possiblyPregnant = 2
  case definitelyPregnant = 3
  case unknown = 4
}

extension PatientRecord {
  /// Takes over what another source says; what it leaves empty stays. Identifiers are added, never dropped.
  public mutating func update(from other: PatientRecord) {
    for identifier in other.identifiers {
      if let known = identifiers.firstIndex(where: { $0.isSame(as: identifier) }) {
        if !identifier.type.isEmpty { identifiers[known].type = identifier.type }
      } else {
        identifiers.append(identifier)
      }
    }
    func take(_ path: WritableKeyPath<PatientRecord, String>) {
      if !other[keyPath: path].isEmpty { self[keyPath: path] = other[keyPath: path] }
    }
    for path in [
      \PatientRecord.name, \.birthDate, \.sex, \.contact.address, \.contact.telephone, \.contact.email,
      \.contact.language, \.clinical.specialNeeds, \.clinical.patientState, \.clinical.confidentiality,
    ] { take(path) }
    for name in other.otherNames where !otherNames.contains(name) { otherNames.append(name) }
    clinical.weight = other.clinical.weight ?? clinical.weight
    clinical.size = other.clinical.size ?? clinical.size
    clinical.pregnancy = other.clinical.pregnancy ?? clinical.pregnancy
    if !other.clinical.allergies.isEmpty { clinical.allergies = other.clinical.allergies }
    if !other.clinical.medicalAlerts.isEmpty { clinical.medicalAlerts = other.clinical.medicalAlerts }
  }
}

extension PatientRecord {
  /// What is left out keeps its default.
  public init(from decoder: any Decoder) throws {
    self.init(identifiers: [], name: "")
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try values.read(.id, &id)
    try values.read(.identifiers, &identifiers)
    try values.read(.name, &name)
    try values.read(.birthDate, &birthDate)
    try values.read(.sex, &sex)
    try values.read(.otherNames, &otherNames)
    try values.read(.contact, &contact)
    try values.read(.clinical, &clinical)
    try values.read(.former, &former)
    try values.read(.mergedInto, &mergedInto)
    try values.read(.version, &version)
  }
}

extension PatientRecord.Contact {
  /// What is left out keeps its default.
  public init(from decoder: any Decoder) throws {
    self.init()
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try values.read(.address, &address)
    try values.read(.telephone, &telephone)
    try values.read(.email, &email)
    try values.read(.language, &language)
  }
}

extension ClinicalFacts {
  /// What is left out keeps its default.
  public init(from decoder: any Decoder) throws {
    self.init()
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try values.read(.weight, &weight)
    try values.read(.size, &size)
    try values.read(.allergies, &allergies)
    try values.read(.medicalAlerts, &medicalAlerts)
    try values.read(.specialNeeds, &specialNeeds)
    try values.read(.pregnancy, &pregnancy)
    try values.read(.patientState, &patientState)
    try values.read(.confidentiality, &confidentiality)
  }
}
