// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import Radiology

extension ArrivalDesk {
  /// The name under which it follows the department's events.
  static let consumer = "images in step"
  /// Who makes the corrections.
  public static let actor = "department"
  private static let page = 2000
  private static let acts: Set<String> = [
    "patient.merged", "patient.unmerged", "patient.changed", "patient.restored", "order.moved",
  ]

  /// Follows the department's events: what the archive says of images goes with the acts of reconciliation that stand.
  /// After a crash an event is looked at again, which changes nothing.
  /// - Parameter isStopping: ends it between two studies.
  public func followReconciliations(isStopping: () -> Bool = { false }) throws {
    while !isStopping() {
      let events = try department.events(after: try department.eventPosition(of: Self.consumer), limit: Self.page)
      guard let last = events.last else { return }
      if try department.hasReconciliations() {
        for study in try concerned(by: events) {
          if isStopping() { return }
          try align(study)
        }
      }
      try department.advance(Self.consumer, to: last.sequence)
    }
  }

  private func concerned(by events: [RadiologyEvent]) throws -> [String] {
    var studies: Set<String> = []
    var patients: Set<Int64> = []
    for event in events {
      if Self.acts.contains(event.kind) {
        patients.formUnion([event.subject.patient, Int64(event.from) ?? 0, Int64(event.to) ?? 0])
      } else if event.kind.hasPrefix("study."), !event.cause.isEmpty {
        studies.insert(event.cause)
      }
    }
    patients.remove(0)
    if !patients.isEmpty { studies.formUnion(try department.studies(ofPatients: patients)) }
    return studies.sorted()
  }

  /// Makes the archive say of a study what the department has it say: by at most one correction of its patient and one
  /// of its order, which stand beside the originals and are undone when nothing asks for them any more.
  func align(_ study: String) throws {
    try department.relink(study: study)
    guard let corrections, var wanted = try department.imageIdentity(ofStudy: study),
      wanted.isCorrected || wanted.isReconciled, let facts = try now(study)
    else { return }
    if !wanted.isCorrected {
      // Somebody may have corrected them meanwhile.
      try department.noteCorrected(facts, isOriginal: true)
      guard let again = try department.imageIdentity(ofStudy: study), again.differs else { return }
      try department.noteOriginal(facts)
      wanted = again
    }
    if facts.patient != wanted.patient || facts.accession != wanted.accession {
      try undo(of: study, corrections)
      let corrector = Corrector(Self.actor, "as the department knows the patient")
      if wanted.patient != wanted.said {
        _ = try corrections.move(
          study: UID(study), to: PatientKey(id: wanted.patient.id, issuer: wanted.patient.issuer),
          values: Self.values(wanted.patient), by: corrector)
      }
      if wanted.accession != wanted.saidAccession {
        let value = CorrectedValue(.accessionNumber, .SH, wanted.accession)
        _ = try corrections.update(.study(UID(study)), values: [value], by: corrector)
      }
    }
    guard let corrected = try now(study) else { return }
    try department.noteCorrected(corrected, isOriginal: !wanted.differs)
    try department.checkOrder(ofStudy: study, checks: checks)
  }

  /// What the images of a study say now. Name and dates of a patient stand in the index once for all studies, so that
  /// they are read from the images themselves.
  private func now(_ study: String) throws -> StudyFacts? {
    let time = ArchiveOptions.systemTime()
    guard var facts = try StudyFacts.of(study, in: archive.index, at: time),
      let image = try archive.index.instances(InstanceSelection(studies: [UID(study)])).first(where: Self.isImage),
      let seen = try archive.routed(image.identity.instance, arrival: moment(time), isCorrected: true)
    else { return nil }
    facts.patient.id = seen.dataSet.string(.patientID) ?? ""
    facts.patient.issuer = seen.dataSet.string(.issuerOfPatientID) ?? ""
    facts.patient.name = seen.dataSet.string(.patientName) ?? ""
    facts.patient.birthDate = seen.dataSet.string(.patientBirthDate) ?? ""
    facts.patient.sex = seen.dataSet.string(.patientSex) ?? ""
    facts.accession = seen.dataSet.string(.accessionNumber) ?? ""
    return facts
  }

  /// Reports and documents may have been written here.
  private static func isImage(_ instance: StoredInstance) -> Bool {
    let sopClass = instance.identity.sopClass.rawValue
    return !["1.2.840.10008.5.1.4.1.1.88.", "1.2.840.10008.5.1.4.1.1.104."].contains { sopClass.hasPrefix($0) }
  }

  private static func values(_ patient: StudyFacts.PatientSaid) -> [CorrectedValue] {
    var values = [
      CorrectedValue(.patientName, .PN, patient.name), CorrectedValue(.patientBirthDate, .DA, patient.birthDate),
    ]
    if let sex = patient.sex { values.append(CorrectedValue(.patientSex, .CS, sex)) }
    return values
  }

  /// Undoes what the department corrected before, the newest first.
  private func undo(of study: String, _ corrections: Corrections) throws {
    var standing: [String] = []
    var offset = 0
    while true {
      let listed = try corrections.index.corrections(ofStudy: UID(study), offset: offset, limit: Self.page)
      standing += listed.filter {
        $0.undoneBy == nil && $0.correction.actor == Self.actor && $0.correction.scope == .study(UID(study))
          && ($0.correction.kind == .move || $0.correction.kind == .update)
      }.map(\.correction.name)
      offset += listed.count
      if listed.count < Self.page { break }
    }
    for name in standing { _ = try corrections.undo(name, by: Corrector(Self.actor, "the department's acts changed")) }
  }
}
