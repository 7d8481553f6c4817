// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import SQLInterface

/// An ID and its issuer; where there is no ID, the study that stands for the patient.
struct PatientIdentity: Hashable {
  let patientID: String
  let issuer: String
  let unidentified: String

  init(_ attributes: DataSet, study: String) {
    patientID = Columns.text(attributes, .patientID)
    issuer = patientID.isEmpty ? "" : Columns.text(attributes, .issuerOfPatientID)
    unidentified = patientID.isEmpty ? study : ""
  }

  init(patientID: String, issuer: String, unidentified: String) {
    self.patientID = patientID
    self.issuer = issuer
    self.unidentified = unidentified
  }
}

/// A patient's row as a transaction sees and changes it.
final class PatientRow {
  let id: Int64
  let identity: PatientIdentity
  var attributes: LevelAttributes
  var newStudies = 0
  var newSeries = 0
  var newInstances = 0

  init(id: Int64, identity: PatientIdentity, attributes: LevelAttributes) {
    self.id = id
    self.identity = identity
    self.attributes = attributes
  }

  var name: String { Columns.text(attributes.dataSet, .patientName) }
}

/// A study's row as a transaction sees and changes it.
final class StudyRow {
  let id: Int64
  let patient: PatientRow
  var attributes: LevelAttributes
  var modalities: Set<String>
  var sopClasses: Set<String>
  var firstReceived: Int64
  var lastReceived: Int64
  var gathered: GatheredFromSeries
  var newSeries = 0
  var newInstances = 0
  var newConflicts = 0

  init(
    id: Int64, patient: PatientRow, attributes: LevelAttributes, modalities: Set<String>, sopClasses: Set<String>,
    firstReceived: Int64, lastReceived: Int64, gathered: GatheredFromSeries = GatheredFromSeries()
  ) {
    self.id = id
    self.patient = patient
    self.attributes = attributes
    self.modalities = modalities
    self.sopClasses = sopClasses
    self.firstReceived = firstReceived
    self.lastReceived = lastReceived
    self.gathered = gathered
  }

  var date: String { Columns.date(attributes.dataSet, .studyDate) }
  var accession: String { Columns.text(attributes.dataSet, .accessionNumber) }
  var description: String { Columns.text(attributes.dataSet, .studyDescription) }

  var searchText: String {
    Columns.searchText(
      name: patient.name, patientID: patient.identity.patientID, accession: accession, description: description,
      series: gathered.text)
  }
}

/// A series' row as a transaction sees and changes it.
final class SeriesRow {
  let id: Int64
  let study: StudyRow
  var attributes: LevelAttributes
  var newInstances = 0

  init(id: Int64, study: StudyRow, attributes: LevelAttributes) {
    self.id = id
    self.study = study
    self.attributes = attributes
  }
}
