// SPDX-License-Identifier: Apache-2.0

/// What of a study is compared with its order.
public enum OrderCheck: String, Sendable, Codable, CaseIterable {
  /// Patient ID and issuer, name, birth date.
  case patient
  /// Accession Number (0008,0050).
  case accession
  /// Study Instance UID (0020,000D).
  case study

  /// Where a study and the exam that it was linked to disagree; what either leaves empty is no disagreement. A study
  /// that names an accession number which no order has disagrees too, where there are orders at all.
  static func differences(
    _ link: StudyLink, _ checks: Set<OrderCheck>, in tables: any RadiologyTables
  ) throws -> [StudyLink.Difference] {
    if link.state == .dismissed { return [] }
    let facts = link.facts
    guard link.exam != 0, let order = try tables.order(ofProcedure: link.exam),
      let exam = order.procedures.first(where: { $0.id == link.exam })
    else { return try unknownAccession(facts, checks, in: tables) }
    var found: [StudyLink.Difference] = []
    if checks.contains(.patient), let patient = try tables.patient(id: order.patient) {
      found += StudyMatching.differences(facts.patient, patient)
    }
    let accession = order.accession.value
    if checks.contains(.accession), !facts.accession.isEmpty, !accession.isEmpty, facts.accession != accession {
      found.append(.init(attribute: "AccessionNumber", study: facts.accession, order: accession))
    }
    if checks.contains(.study), !exam.studyInstanceUID.isEmpty, exam.studyInstanceUID != facts.studyInstanceUID {
      found.append(
        .init(attribute: "StudyInstanceUID", study: facts.studyInstanceUID, order: exam.studyInstanceUID))
    }
    return found
  }

  private static func unknownAccession(
    _ facts: StudyFacts, _ checks: Set<OrderCheck>, in tables: any RadiologyTables
  ) throws -> [StudyLink.Difference] {
    guard checks.contains(.accession), !facts.accession.isEmpty,
      try tables.order(.accession(OrderNumber(facts.accession))) == nil
    else { return [] }
    var any = OrderQuery()
    any.limit = 1
    if try tables.orders(matching: any).isEmpty { return [] }
    return [.init(attribute: "AccessionNumber", study: facts.accession, order: "")]
  }
}
