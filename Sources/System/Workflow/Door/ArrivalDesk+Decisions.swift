// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import Radiology

extension ArrivalDesk {
  /// What a person wants to be done about a mismatch.
  public enum Decision: Sendable, Hashable {
    /// The study belongs to this exam (`RequestedProcedure.id`), whatever it says.
    case attach(exam: Int64)
    /// The study belongs to the only open exam of this order (`Order.id`).
    case attachToOrder(Int64)
    /// It is taken as it is; a study stays with the exam that it was found to belong to.
    case accept
    /// What the archive says is corrected: to what the order has, or to these values where some are given.
    case correct([CorrectedValue])
  }

  /// Does what a person has decided, and keeps who it was.
  public func decide(
    mismatch id: Int64, _ decision: Decision, comment: String = "", by performer: Performer
  ) throws -> Mismatch {
    let mismatch = try department.mismatch(id: id)
    guard mismatch.state == .open else {
      throw RadiologyError(.conflict, "The mismatch \(id) was decided already: \(mismatch.state.rawValue).")
    }
    let study = mismatch.facts.studyInstanceUID
    switch decision {
    case .attach(let exam):
      _ = try department.attach(study: study, toExam: exam, by: performer)
      return try department.decide(mismatch: id, .attached, comment: comment, by: performer)
    case .attachToOrder(let order):
      return try decide(mismatch: id, .attach(exam: onlyExam(of: order)), comment: comment, by: performer)
    case .accept:
      if mismatch.kind == .order, mismatch.exam != 0 {
        _ = try department.attach(study: study, toExam: mismatch.exam, corrects: false, by: performer)
      }
      return try department.decide(mismatch: id, .accepted, comment: comment, by: performer)
    case .correct(let values):
      let made = try correct(mismatch, values, Corrector(performer.name, comment))
      let decided = try department.decide(
        mismatch: id, .corrected, corrections: made, comment: comment, by: performer)
      try look(again: study)
      if mismatch.kind == .order, mismatch.exam != 0,
        try department.studyLink(ofStudy: study)?.state != .matched
      {
        _ = try department.attach(study: study, toExam: mismatch.exam, corrects: false, by: performer)
      }
      return try department.mismatch(id: decided.id)
    }
  }

  /// Takes a decision back: corrections that it made are undone, and it is open again. What a study was attached to
  /// stays until it is attached elsewhere.
  public func reopen(mismatch id: Int64, comment: String = "", by performer: Performer) throws -> Mismatch {
    let mismatch = try department.mismatch(id: id)
    guard mismatch.state != .open else { throw RadiologyError(.conflict, "The mismatch \(id) is open.") }
    for name in mismatch.corrections.reversed() {
      guard let corrections, try corrections.index.correction(named: name)?.undoneBy == nil else { continue }
      _ = try corrections.undo(name, by: Corrector(performer.name, comment))
    }
    let study = mismatch.facts.studyInstanceUID
    if mismatch.kind == .order, mismatch.state != .settled {
      _ = try department.detach(study: study, dismisses: false, by: performer)
    }
    let opened = try department.decide(mismatch: id, .open, comment: comment, by: performer)
    try look(again: study)
    return opened
  }

  private func onlyExam(of order: Int64) throws -> Int64 {
    guard let known = try department.order(.id(order)) else {
      throw RadiologyError(.notFound, "There is no order \(order).")
    }
    let open = known.procedures.filter { !$0.status.isEnded }
    guard let exam = open.count == 1 ? open.first : nil else {
      throw RadiologyError(.invalid, "The order has \(open.count) open exams: say to which one the study belongs.")
    }
    return exam.id
  }

  /// The study may agree with its order by now.
  private func look(again study: String) throws {
    guard let facts = try StudyFacts.of(study, in: archive.index, at: ArchiveOptions.systemTime()) else { return }
    try department.imagesArrived(facts)
    try department.checkOrder(ofStudy: study, checks: checks)
  }

  // MARK: Corrections

  private func correct(
    _ mismatch: Mismatch, _ given: [CorrectedValue], _ corrector: Corrector
  ) throws -> [String] {
    guard let corrections else { throw RadiologyError(.invalid, "This archive makes no corrections.") }
    let study = UID(mismatch.facts.studyInstanceUID)
    let values = given.isEmpty ? try ordered(mismatch) : given
    guard !values.isEmpty else {
      throw RadiologyError(.invalid, "The order has nothing that this study could be corrected to; say which values.")
    }
    var made: [String] = []
    var levels: [QueryLevel: [CorrectedValue]] = [:]
    for value in values {
      guard let level = Corrections.updatable.first(where: { $0.value.contains(value.tag) })?.key else {
        throw RadiologyError(.invalid, "\(value.tag) is not corrected here.")
      }
      levels[level, default: []].append(value)
    }
    if let values = levels[.patient] {
      let whole = Self.completed(values, from: mismatch.facts.patient)
      made.append(try corrections.move(study: study, to: whole.key, values: whole.values, by: corrector).name)
    }
    if let values = levels[.study] {
      made.append(try corrections.update(.study(study), values: values, by: corrector).name)
    }
    if let values = levels[.series] {
      guard !mismatch.series.isEmpty else {
        throw RadiologyError(.invalid, "This is about a study; values of a series cannot be corrected for it.")
      }
      let scope = CorrectionScope.series(study: study, series: UID(mismatch.series))
      made.append(try corrections.update(scope, values: values, by: corrector).name)
    }
    return made
  }

  /// What the order says in place of what the study says. The Study Instance UID identifies the objects, and stays.
  private func ordered(_ mismatch: Mismatch) throws -> [CorrectedValue] {
    guard mismatch.kind == .order, mismatch.order != 0, let order = try department.order(.id(mismatch.order)),
      let patient = try department.patient(id: order.patient)
    else { return [] }
    var values: [CorrectedValue] = []
    let wrong = Set(mismatch.differences.map(\.attribute))
    if !wrong.isDisjoint(with: ["PatientID", "PatientName", "PatientBirthDate"]) {
      values.append(CorrectedValue(.patientName, .PN, patient.name))
      if !patient.birthDate.isEmpty { values.append(CorrectedValue(.patientBirthDate, .DA, patient.birthDate)) }
      if !patient.sex.isEmpty { values.append(CorrectedValue(.patientSex, .CS, patient.sex)) }
    }
    if wrong.contains("PatientID") {
      let identifier = patient.primaryIdentifier
      values.append(CorrectedValue(.patientID, .LO, identifier.value))
      values.append(CorrectedValue(.issuerOfPatientID, .LO, identifier.issuer))
    }
    if wrong.contains("AccessionNumber") {
      values.append(CorrectedValue(.accessionNumber, .SH, order.accession.value))
    }
    return values
  }

  /// A patient's values with those that are not corrected: a patient that the archive does not know yet is told of
  /// as a whole.
  static func completed(
    _ given: [CorrectedValue], from said: StudyFacts.PatientSaid
  ) -> (key: PatientKey, values: [CorrectedValue]) {
    var values = given
    func fill(_ tag: Tag, _ vr: VR, _ text: String) {
      if !text.isEmpty, !values.contains(where: { $0.tag == tag }) { values.append(CorrectedValue(tag, vr, text)) }
    }
    fill(.patientName, .PN, said.name)
    fill(.patientBirthDate, .DA, said.birthDate)
    func text(_ tag: Tag, _ known: String) -> String { values.first { $0.tag == tag }?.text ?? known }
    return (PatientKey(id: text(.patientID, said.id), issuer: text(.issuerOfPatientID, said.issuer)), values)
  }
}
