// SPDX-License-Identifier: Apache-2.0

import DICOMServices

/// Finds the exam that arrived images belong to. Study Instance UID goes before accession number, and that before the
/// patient alone. What disagrees about the patient is never matched, but shown to a person.
enum StudyMatching {
  /// Days around the study date in which an exam of the patient may be the one.
  static let days: Int64 = 1

  static func link(_ facts: StudyFacts, in tables: any RadiologyTables) throws -> StudyLink {
    if let order = try tables.order(ofStudy: facts.studyInstanceUID),
      let exam = order.procedures.first(where: { $0.studyInstanceUID == facts.studyInstanceUID })
    {
      return try link(facts, order, exam, by: "studyInstanceUID", in: tables)
    }
    if let order = try tables.order(.accession(OrderNumber(facts.accession))) {
      let open = order.procedures.filter { !$0.status.isEnded }
      let same = open.filter { $0.modalities.isEmpty || !Set($0.modalities).isDisjoint(with: facts.modalities) }
      if let exam = (same.count == 1 ? same : open.count == 1 ? open : []).first {
        return try link(facts, order, exam, by: "accessionNumber", in: tables)
      }
    }
    return try linkByPatient(facts, in: tables)
  }

  private static func link(
    _ facts: StudyFacts, _ order: Order, _ exam: RequestedProcedure, by key: String, in tables: any RadiologyTables
  ) throws -> StudyLink {
    guard let patient = try tables.patient(id: order.patient) else {
      return StudyLink(facts: facts, state: .unmatched)
    }
    let differences = differences(facts.patient, patient)
    return StudyLink(
      facts: facts, state: differences.isEmpty ? .matched : .mismatched, exam: exam.id, by: key,
      differences: differences)
  }

  /// Exactly one exam of this very patient, of this modality, on that day, that has no images yet.
  private static func linkByPatient(_ facts: StudyFacts, in tables: any RadiologyTables) throws -> StudyLink {
    let unmatched = StudyLink(facts: facts, state: .unmatched)
    guard !facts.patient.id.isEmpty, let day = LocalDateTime(date: facts.date),
      let patient = try tables.patient(PatientIdentifier(facts.patient.id, issuer: facts.patient.issuer)),
      differences(facts.patient, patient).isEmpty
    else { return unmatched }
    var query = ScheduledStepQuery()
    query.patient.id = WildcardPattern(facts.patient.id, hasWildcards: false)
    query.statuses = Set(StepStatus.allCases).subtracting([.cancelled, .discontinued])
    query.modalities = facts.modalities
    query.dates = TemporalRange(
      lower: number(day.minute - days * 1440), upper: number(day.minute + days * 1440))
    var exams: Set<Int64> = []
    try tables.steps(matching: query) { item in
      exams.insert(item.procedure.id)
      return exams.count < 10
    }
    let free = try exams.filter { try tables.links(ofExam: $0).isEmpty }
    guard free.count == 1, let exam = free.first else { return unmatched }
    return StudyLink(facts: facts, state: .matched, exam: exam, by: "patient")
  }

  private static func number(_ minute: Int64) -> Int64? { Int64(LocalDateTime(minute: minute).date) }

  /// Where the images and the record disagree; what either leaves empty is no disagreement.
  static func differences(_ said: StudyFacts.PatientSaid, _ patient: PatientRecord) -> [StudyLink.Difference] {
    var differences: [StudyLink.Difference] = []
    if !said.id.isEmpty {
      let known = (patient.identifiers + patient.former.identifiers).contains {
        $0.value == said.id && (said.issuer.isEmpty || $0.issuer.isEmpty || $0.issuer == said.issuer)
      }
      if !known {
        differences.append(
          .init(attribute: "PatientID", study: said.id, order: patient.primaryIdentifier.value))
      }
    }
    if !said.name.isEmpty {
      let words = Set(TextFolding.words(said.name))
      let names = [patient.name] + patient.otherNames + patient.former.names
      if !names.contains(where: {
        words.isSubset(of: TextFolding.words($0)) || words.isSuperset(of: TextFolding.words($0))
      }) {
        differences.append(.init(attribute: "PatientName", study: said.name, order: patient.name))
      }
    }
    if !said.birthDate.isEmpty, !patient.birthDate.isEmpty, said.birthDate != patient.birthDate,
      !patient.former.birthDates.contains(said.birthDate)
    {
      differences.append(
        .init(attribute: "PatientBirthDate", study: said.birthDate, order: patient.birthDate))
    }
    return differences
  }
}
