// SPDX-License-Identifier: Apache-2.0

import DICOMServices

/// A patient who may be the one that is about to be registered.
public struct SimilarPatient: Sendable, Hashable, Codable {
  /// What speaks for it.
  public enum Reason: String, Sendable, Codable, CaseIterable {
    case identifier, name, sound, birthDate, telephone
  }

  public var patient: PatientRecord
  public var reasons: [Reason]
}

/// An exam of the same kind that a patient had lately, or is to have.
public struct SimilarExam: Sendable, Hashable, Codable {
  public var exam: ExamItem
  /// Nothing of it was done yet: the two are most likely one.
  public var isOpen: Bool
}

extension Department {
  /// Days within which a second exam of the same kind is worth a question.
  public static let similarExamDays: Int64 = 30
  private static let candidates = 200
  private static let shownPatients = 8

  /// Patients who may be this one: by the same identifier, by names that are the same or sound alike together with the
  /// birth date, by the same telephone. The likeliest first.
  public func patientsLike(_ patient: PatientRecord) throws -> [SimilarPatient] {
    try store.read { tables in
      var found: [Int64: PatientRecord] = [:]
      for identifier in patient.identifiers {
        if let known = try tables.patient(identifier) { found[known.id] = known }
      }
      var query = PatientQuery()
      query.limit = Self.candidates
      if !patient.birthDate.isEmpty {
        query.birthDate = patient.birthDate
        for known in try tables.patients(matching: query) { found[known.id] = known }
        query.birthDate = ""
      }
      query.text = TextFolding.words(patient.name).joined(separator: " ")
      if !query.text.isEmpty {
        for known in try tables.patients(matching: query) { found[known.id] = known }
      }
      found[patient.id] = nil
      let like = found.values.map { SimilarPatient(patient: $0, reasons: Self.reasons($0, patient)) }
        .filter { Self.weight($0.reasons) >= 3 }
      return Array(
        like.sorted { (Self.weight($0.reasons), $1.patient.id) > (Self.weight($1.reasons), $0.patient.id) }
          .prefix(Self.shownPatients))
    }
  }

  private static func reasons(_ one: PatientRecord, _ other: PatientRecord) -> [SimilarPatient.Reason] {
    var reasons: [SimilarPatient.Reason] = []
    if one.identifiers.contains(where: { known in other.identifiers.contains { $0.value == known.value } }) {
      reasons.append(.identifier)
    }
    // Family and given names may have changed places.
    let names = ([one.name] + one.otherNames).map { Set(TextFolding.words($0)) }
    let asked = Set(TextFolding.words(other.name))
    if names.contains(asked) {
      reasons.append(.name)
    } else if !asked.isEmpty, names.contains(where: { sounds($0) == sounds(asked) || differLittle($0, asked) }) {
      reasons.append(.sound)
    }
    if !one.birthDate.isEmpty, one.birthDate == other.birthDate { reasons.append(.birthDate) }
    func digits(_ text: String) -> String { text.filter(\.isNumber) }
    let telephone = digits(other.contact.telephone)
    if telephone.count >= 6, digits(one.contact.telephone) == telephone { reasons.append(.telephone) }
    return reasons
  }

  private static func weight(_ reasons: [SimilarPatient.Reason]) -> Int {
    reasons.map { reason in
      switch reason {
      case .identifier: 6
      case .name: 3
      case .birthDate, .telephone: 2
      case .sound: 1
      }
    }.reduce(0, +)
  }

  private static func sounds(_ words: Set<String>) -> Set<String> {
    Set(words.map { PhoneticCode.code($0) ?? $0 })
  }

  /// All words of one are in the other but for one, as with a second given name or a maiden name.
  private static func differLittle(_ one: Set<String>, _ other: Set<String>) -> Bool {
    min(one.count, other.count) >= 2 && one.symmetricDifference(other).count <= 1
  }

  /// Exams of the same kind that the patient had within `similarExamDays`, or is to have; the newest first.
  /// - Parameters:
  ///   - code: of the department's catalogue; empty where the exam is not from it.
  ///   - description: compared where there is no code; accents and case play no part.
  public func examsLike(patient: Int64, code: String, description: String) throws -> [SimilarExam] {
    let since = now - Self.similarExamDays * 86_400_000_000
    let words = TextFolding.words(description)
    return try store.read { tables in
      var query = OrderQuery()
      query.patient = patient
      return try tables.orders(matching: query).flatMap(\.procedures).filter { procedure in
        guard !procedure.status.isEnded else { return false }
        guard !procedure.status.isReported || procedure.statusSince >= since else { return false }
        if !code.isEmpty, procedure.details.catalogueCode == code { return true }
        return !words.isEmpty && TextFolding.words(procedure.description) == words
      }.compactMap { procedure in
        try tables.item(procedure.id).map { SimilarExam(exam: $0, isOpen: !procedure.status.isBegun) }
      }
    }
  }
}
