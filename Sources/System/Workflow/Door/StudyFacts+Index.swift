// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import Radiology

extension StudyFacts {
  /// What the index says of a study; nil where it has none.
  public static func of(_ study: String, in index: any InstanceIndex, at: Int64) throws -> StudyFacts? {
    var identifier = DataSet(inheritedCharacterSet: .utf8)
    identifier.set(.studyInstanceUID, .UI, study)
    var facts: StudyFacts?
    try index.find(IndexQuery(level: .study, identifier: identifier, limit: 1)) { answer in
      var found = StudyFacts(studyInstanceUID: study)
      found.patient.id = answer.string(.patientID) ?? ""
      found.patient.issuer = answer.string(.issuerOfPatientID) ?? ""
      found.patient.name = answer.string(.patientName) ?? ""
      found.patient.birthDate = answer.string(.patientBirthDate) ?? ""
      found.patient.sex = answer.string(.patientSex) ?? ""
      found.accession = answer.string(.accessionNumber) ?? ""
      found.date = answer.string(.studyDate) ?? ""
      found.description = answer.string(.studyDescription) ?? ""
      found.modalities = (answer.strings(.modalitiesInStudy) ?? []).filter { !$0.isEmpty }
      found.instances = answer.string(.numberOfStudyRelatedInstances).flatMap { Int($0) } ?? 0
      found.receivedAt = at
      facts = found
      return false
    }
    return facts
  }
}
