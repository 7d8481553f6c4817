// SPDX-License-Identifier: Apache-2.0

import HL7
import Messaging
import Radiology

extension DepartmentHandlers {
  /// Orders of one patient that a message about an account looks at.
  private static let largestAccount = 10_000

  static let identifierPlace = Location(segment: "PID", field: 3)

  /// RAD-1 and RAD-12: registers or updates the patient, and where the patient is.
  func updatePatient(_ message: Message, _ origin: MessageHandlers.Origin) throws
    -> MessageHandlers.Reply
  {
    let performer = Self.performer(origin)
    let patient = try register(try PatientReader(message: message).patient(), by: performer)
    try empty(message, patient, by: performer)
    if let visit = VisitReader.visit(message) {
      try moveVisit(of: patient, to: visit, by: performer)
    }
    return .accepted("")
  }

  private func register(_ patient: PatientRecord, by performer: Performer) throws -> PatientRecord {
    try asked(at: Self.identifierPlace) { try department.register(patient, by: performer) }
  }

  /// Fields that are null are emptied (HL7 v2.5.1 §2.5.3).
  private func empty(_ message: Message, _ patient: PatientRecord, by performer: Performer) throws {
    guard let segment = message.first("PID") else { return }
    let paths: [(Int, WritableKeyPath<PatientRecord, String>)] = [
      (7, \.birthDate), (8, \.sex), (11, \.contact.address), (13, \.contact.telephone),
      (15, \.contact.language),
    ]
    let nulls = paths.filter { segment[$0.0].isNull && !patient[keyPath: $0.1].isEmpty }
    guard !nulls.isEmpty else { return }
    _ = try asked(at: Self.identifierPlace) {
      try department.changePatient(id: patient.id, by: performer) { patient in
        for (_, path) in nulls { patient[keyPath: path] = "" }
      }
    }
  }

  /// Open orders of the same stay follow the patient (RAD-12, transfer).
  private func moveVisit(of patient: PatientRecord, to visit: Visit, by performer: Performer) throws {
    var query = OrderQuery()
    query.patient = patient.id
    query.statuses = Set(ExamStatus.allCases.filter { !$0.isEnded && !$0.isBegun })
    for order in try department.orders(matching: query) {
      let isSame = order.visit.admissionID.isEmpty || order.visit.admissionID == visit.admissionID
      guard isSame,
        order.visit.location != visit.location || order.visit.patientClass != visit.patientClass
      else {
        continue
      }
      _ = try asked(at: Location(segment: "PV1", field: 3)) {
        try department.change(.id(order.id), by: performer) { order in
          if !visit.location.isEmpty { order.visit.location = visit.location }
          if !visit.patientClass.isEmpty { order.visit.patientClass = visit.patientClass }
        }
      }
    }
  }

  // MARK: Merges

  /// Each PID with the MRG that follows it.
  private func pairs(_ message: Message) throws(HL7Error) -> [(
    patient: PatientRecord, merged: Segment, occurrence: Int
  )] {
    var pairs: [(patient: PatientRecord, merged: Segment, occurrence: Int)] = []
    var survivor: PatientRecord?
    var count = 0
    for segment in message.segments {
      if segment.name == "PID" {
        count += 1
        survivor = try PatientReader(message: message).patient(segment, occurrence: count)
      } else if segment.name == "MRG", let patient = survivor {
        pairs.append((patient, segment, pairs.count + 1))
      }
    }
    guard !pairs.isEmpty else {
      throw HL7Error(.segmentSequence, "there is no PID with an MRG", at: Location(segment: "MRG"))
    }
    return pairs
  }

  private func priorIdentifiers(_ segment: Segment, _ occurrence: Int) throws(HL7Error)
    -> [PatientIdentifier]
  {
    let prior = PatientReader.identifiers(segment[1]) + PatientReader.identifiers(segment[4])
    guard !prior.isEmpty else {
      throw HL7Error(
        .requiredFieldMissing, "MRG-1 has no identifier",
        at: Location(segment: "MRG", occurrence: occurrence, field: 1))
    }
    return prior
  }

  /// RAD-12 A40 and its forerunners. A prior identifier that nobody has is the survivor's from now on, so that images
  /// that still come with it are known.
  func mergePatients(_ message: Message, _ origin: MessageHandlers.Origin) throws
    -> MessageHandlers.Reply
  {
    let performer = Self.performer(origin)
    for pair in try pairs(message) {
      let prior = try priorIdentifiers(pair.merged, pair.occurrence)
      var survivor = pair.patient
      if survivor.name.isEmpty { survivor.name = ExtendedPersonName.dicom(pair.merged[7]) }
      let kept = try register(survivor, by: performer)
      for identifier in prior {
        if let old = try department.patient(identifier) {
          if old.id == kept.id { continue }
          _ = try asked(at: Location(segment: "MRG", occurrence: pair.occurrence, field: 1)) {
            try department.mergePatient(old.id, into: kept.id, by: performer)
          }
        } else {
          let name = ExtendedPersonName.dicom(pair.merged[7])
          _ = try asked(at: Location(segment: "MRG", occurrence: pair.occurrence, field: 1)) {
            try department.adopt(identifier, name: name, forPatient: kept.id, by: performer)
          }
        }
      }
    }
    return .accepted("")
  }

  /// A47 and the like: the prior identifier goes, the new one takes its place.
  func changeIdentifier(_ message: Message, _ origin: MessageHandlers.Origin) throws
    -> MessageHandlers.Reply
  {
    let performer = Self.performer(origin)
    for pair in try pairs(message) {
      let prior = try priorIdentifiers(pair.merged, pair.occurrence)
      let place = Location(segment: "MRG", occurrence: pair.occurrence, field: 1)
      guard let old = try prior.lazy.compactMap({ try department.patient($0) }).first else {
        _ = try register(pair.patient, by: performer)
        continue
      }
      if let taken = try department.patient(pair.patient.primaryIdentifier), taken.id != old.id {
        throw HL7Error(
          .duplicateKeyIdentifier, "\(pair.patient.primaryIdentifier.value) is another patient's",
          at: Self.identifierPlace)
      }
      _ = try asked(at: place) {
        try department.changePatient(id: old.id, by: performer) { patient in
          let place = patient.identifiers.firstIndex { known in prior.contains { $0.isSame(as: known) } } ?? 0
          patient.identifiers.removeAll { known in prior.contains { $0.isSame(as: known) } }
          for new in pair.patient.identifiers.reversed()
          where !patient.identifiers.contains(where: { $0.isSame(as: new) }) {
            patient.identifiers.insert(new, at: min(place, patient.identifiers.count))
          }
        }
      }
    }
    return .accepted("")
  }

  /// A44, A45: the orders of the account MRG-3, or of the visit MRG-5, are the patient's of PID from now on, whoever
  /// MRG-1 is.
  func moveAccount(_ message: Message, _ origin: MessageHandlers.Origin) throws -> MessageHandlers.Reply {
    let performer = Self.performer(origin)
    for pair in try pairs(message) {
      let place = Location(segment: "MRG", occurrence: pair.occurrence, field: 3)
      let prior = try priorIdentifiers(pair.merged, pair.occurrence)
      let numbers = [pair.merged[3], pair.merged[5]].map { ExtendedIdentifier($0.repetitions[0]).id }
        .filter { !$0.isEmpty }
      guard !numbers.isEmpty else {
        throw HL7Error(.requiredFieldMissing, "neither MRG-3 nor MRG-5 has a number", at: place)
      }
      let target = try register(pair.patient, by: performer)
      guard let source = try prior.lazy.compactMap({ try department.patient($0) }).first, source.id != target.id
      else { continue }
      var query = OrderQuery()
      (query.patient, query.limit) = (source.id, Self.largestAccount)
      for order in try department.orders(matching: query) where numbers.contains(order.visit.admissionID.value) {
        _ = try asked(at: place) { try department.moveOrder(.id(order.id), toPatient: target.id, by: performer) }
      }
    }
    return .accepted("")
  }

  /// A35, A41, A50: the admission ID of orders changes from MRG-3 or MRG-5 to that of PID-18 or PV1-19.
  func changeAccount(_ message: Message, _ origin: MessageHandlers.Origin) throws
    -> MessageHandlers.Reply
  {
    let performer = Self.performer(origin)
    for pair in try pairs(message) {
      let patient = try register(pair.patient, by: performer)
      let prior = [pair.merged[3], pair.merged[5]].map { ExtendedIdentifier($0.repetitions[0]).id }
        .filter { !$0.isEmpty }
      let account = ExtendedIdentifier(
        message.first("PID")?[18].repetitions[0] ?? pair.merged[3].repetitions[0])
      let number = VisitReader.visit(message)?.admissionID ?? OrderNumber(account.id)
      var query = OrderQuery()
      query.patient = patient.id
      for order in try department.orders(matching: query)
      where prior.contains(order.visit.admissionID.value) && order.status != .cancelled
        && order.status != .completed
      {
        _ = try asked(at: Location(segment: "MRG", occurrence: pair.occurrence, field: 3)) {
          try department.change(.id(order.id), by: performer) { $0.visit.admissionID = number }
        }
      }
    }
    return .accepted("")
  }
}
