// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMServices
import SQLInterface

/// Finds and makes the patients, studies and series of one transaction, and writes their changes at its end.
final class ParentTable {
  private struct SeriesKey: Hashable {
    let study: Int64
    let uid: String
  }

  private let connection: any SQLConnection
  private var patients: [PatientIdentity: PatientRow] = [:]
  private var studies: [String: StudyRow] = [:]
  private var series: [SeriesKey: SeriesRow] = [:]
  private var newStudies = 0

  init(_ connection: any SQLConnection) { self.connection = connection }

  // MARK: Patient

  private func patient(_ identity: PatientIdentity, _ attributes: AttributesByLevel) throws -> PatientRow {
    if let known = try knownPatient(identity) { return known }
    let level = LevelAttributes(attributes[.patient])
    let id = try connection.first(
      """
      INSERT INTO patient (patient_id, issuer, unidentified, name, birth_date, sex, attributes)
      VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id
      """,
      [.text(identity.patientID), .text(identity.issuer), .text(identity.unidentified)] + Self.columns(patient: level)
    ) { $0.integer(0) }
    let row = PatientRow(id: try Self.required(id), identity: identity, attributes: level)
    patients[identity] = row
    try PersonNames(connection).add(.ofPatient, owner: row.id, level.dataSet)
    return row
  }

  private func knownPatient(_ identity: PatientIdentity) throws -> PatientRow? {
    if let known = patients[identity] { return known }
    let row = try connection.first(
      "SELECT id, attributes FROM patient WHERE patient_id = ? AND issuer = ? AND unidentified = ?",
      [.text(identity.patientID), .text(identity.issuer), .text(identity.unidentified)]
    ) { row in
      PatientRow(
        id: row.integer(0), identity: identity, attributes: LevelAttributes(try AttributeBlob.decode(row.bytes(1))))
    }
    patients[identity] = row
    return row
  }

  /// Name, birth date, sex, attributes.
  private static func columns(patient level: LevelAttributes) -> [SQLValue] {
    [
      .text(Columns.text(level.dataSet, .patientName)), .text(Columns.date(level.dataSet, .patientBirthDate)),
      .text(Columns.text(level.dataSet, .patientSex)), .blob(level.blob),
    ]
  }

  // MARK: Study

  func study(_ uid: String, _ attributes: AttributesByLevel, receivedAt: Int64) throws -> StudyRow {
    let identity = PatientIdentity(attributes.dataSet(.patient), study: uid)
    guard let study = try knownStudy(uid) else {
      let patient = try patient(identity, attributes)
      patient.attributes.fill(from: attributes[.patient])
      return try makeStudy(uid, patient, attributes, receivedAt: receivedAt)
    }
    // What another patient's instances say in this study is not about this patient.
    if study.patient.identity == identity { study.patient.attributes.fill(from: attributes[.patient]) }
    study.attributes.fill(from: attributes[.study])
    return study
  }

  /// The study, where it is there.
  func knownStudy(_ uid: String) throws -> StudyRow? {
    if let known = studies[uid] { return known }
    let found = try connection.first(
      """
      SELECT p.patient_id, p.issuer, p.unidentified, s.id, s.modalities, s.sop_classes, s.first_received,
        s.last_received, s.attributes, s.series_text, s.anatomic_regions
      FROM study s JOIN patient p ON p.id = s.patient WHERE s.uid = ?
      """, [.text(uid)]
    ) { row in
      (
        identity: PatientIdentity(patientID: row.text(0), issuer: row.text(1), unidentified: row.text(2)),
        make: try Self.studyRow(row)
      )
    }
    guard let found else { return nil }
    let row = found.make(try Self.required(try knownPatient(found.identity)))
    studies[uid] = row
    return row
  }

  /// Reads the columns behind those of the patient's identity; the patient is added when the statement is done.
  private static func studyRow(_ row: any SQLRow) throws -> (PatientRow) -> StudyRow {
    let id = row.integer(3)
    let (modalities, sopClasses) = (Set(Columns.terms(row.text(4))), Set(Columns.terms(row.text(5))))
    let (first, last) = (row.integer(6), row.integer(7))
    let attributes = LevelAttributes(try AttributeBlob.decode(row.bytes(8)))
    let gathered = GatheredFromSeries(text: row.text(9), regions: try AttributeBlob.decode(row.bytes(10)))
    return { patient in
      StudyRow(
        id: id, patient: patient, attributes: attributes, modalities: modalities, sopClasses: sopClasses,
        firstReceived: first, lastReceived: last, gathered: gathered)
    }
  }

  private func makeStudy(
    _ uid: String, _ patient: PatientRow, _ attributes: AttributesByLevel, receivedAt: Int64
  ) throws -> StudyRow {
    let level = LevelAttributes(attributes[.study])
    let id = try connection.first(
      """
      INSERT INTO study (patient, uid, modalities, sop_classes, first_received, last_received, name_key, patient_id,
        date, time_of_day, time, accession, study_id, description, referrer, description_key, attributes)
      VALUES (?, ?, '', '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
      """,
      [
        .integer(patient.id), .text(uid), .integer(receivedAt), .integer(receivedAt),
        .text(TextFolding.fold(patient.name)), .text(patient.identity.patientID),
      ] + Self.columns(study: level)
    ) { $0.integer(0) }
    let row = StudyRow(
      id: try Self.required(id), patient: patient, attributes: level, modalities: [], sopClasses: [],
      firstReceived: receivedAt, lastReceived: receivedAt)
    studies[uid] = row
    patient.newStudies += 1
    try connection.execute(
      "INSERT INTO study_search (study, date, modalities, words) VALUES (?, ?, '', ?)",
      [.integer(row.id), .text(row.date), .text(row.searchText)])
    try PersonNames(connection).add(.ofStudy, owner: row.id, level.dataSet)
    newStudies += 1
    return row
  }

  /// Date, time of day, time, accession number, study ID, description, referrer, folded description, attributes.
  private static func columns(study level: LevelAttributes) -> [SQLValue] {
    let attributes = level.dataSet
    let description = Columns.text(attributes, .studyDescription)
    return [
      .text(Columns.date(attributes, .studyDate)), .integer(Columns.timeOfDay(attributes, .studyTime)),
      .text(Columns.text(attributes, .studyTime)), .text(Columns.text(attributes, .accessionNumber)),
      .text(Columns.text(attributes, .studyID)), .text(description),
      .text(Columns.text(attributes, .referringPhysicianName)), .text(TextFolding.fold(description)),
      .blob(level.blob),
    ]
  }

  // MARK: Series

  func series(_ uid: String, _ study: StudyRow, _ attributes: AttributesByLevel) throws -> SeriesRow {
    let key = SeriesKey(study: study.id, uid: uid)
    if let known = series[key] {
      known.attributes.fill(from: attributes[.series])
      return known
    }
    let known = try connection.first(
      "SELECT id, attributes FROM series WHERE uid = ? AND study = ?", [.text(uid), .integer(study.id)]
    ) { row in
      SeriesRow(
        id: row.integer(0), study: study, attributes: LevelAttributes(try AttributeBlob.decode(row.bytes(1))))
    }
    if let known {
      known.attributes.fill(from: attributes[.series])
      series[key] = known
      return known
    }
    let level = LevelAttributes(attributes[.series])
    let id = try connection.first(
      "INSERT INTO series (study, uid, number, modality, attributes) VALUES (?, ?, ?, ?, ?) RETURNING id",
      [.integer(study.id), .text(uid)] + Self.columns(series: level)
    ) { $0.integer(0) }
    let row = SeriesRow(id: try Self.required(id), study: study, attributes: level)
    series[key] = row
    study.newSeries += 1
    study.patient.newSeries += 1
    return row
  }

  /// Number, modality, attributes.
  private static func columns(series level: LevelAttributes) -> [SQLValue] {
    [
      .integer(Columns.number(level.dataSet, .seriesNumber)), .text(Columns.text(level.dataSet, .modality)),
      .blob(level.blob),
    ]
  }

  // MARK: The end

  /// Writes what changed.
  func finish() throws {
    for row in series.values { try write(row) }
    for row in patients.values { try write(row) }
    for row in studies.values { try write(row) }
    if newStudies > 0 {
      try connection.execute("UPDATE tally SET value = value + ? WHERE name = 'studies'", [.integer(newStudies)])
    }
  }

  private func write(_ row: SeriesRow) throws {
    let modality = Columns.text(row.attributes.dataSet, .modality)
    if !modality.isEmpty { row.study.modalities.insert(modality) }
    row.study.gathered.add(row.attributes.dataSet)
    if row.attributes.isChanged {
      try connection.execute(
        "UPDATE series SET number = ?, modality = ?, attributes = ? WHERE id = ?",
        Self.columns(series: row.attributes) + [.integer(row.id)])
    }
    if row.newInstances > 0 {
      try connection.execute(
        "UPDATE series SET instances = instances + ? WHERE id = ?", [.integer(row.newInstances), .integer(row.id)])
    }
  }

  private func write(_ row: PatientRow) throws {
    if row.attributes.isChanged {
      try connection.execute(
        "UPDATE patient SET name = ?, birth_date = ?, sex = ?, attributes = ? WHERE id = ?",
        Self.columns(patient: row.attributes) + [.integer(row.id)])
      try PersonNames(connection).replace(.ofPatient, owner: row.id, row.attributes.dataSet)
      try rename(row)
    }
    if row.newStudies + row.newSeries + row.newInstances > 0 {
      try connection.execute(
        "UPDATE patient SET studies = studies + ?, series = series + ?, instances = instances + ? WHERE id = ?",
        [.integer(row.newStudies), .integer(row.newSeries), .integer(row.newInstances), .integer(row.id)])
    }
  }

  /// The study list sorts by the name and searches in it.
  private func rename(_ patient: PatientRow) throws {
    let rows = try connection.all(
      "SELECT id, accession, description, series_text FROM study WHERE patient = ?", [.integer(patient.id)]
    ) { (id: $0.integer(0), accession: $0.text(1), description: $0.text(2), series: $0.text(3)) }
    let key = TextFolding.fold(patient.name)
    for row in rows {
      try connection.execute("UPDATE study SET name_key = ? WHERE id = ?", [.text(key), .integer(row.id)])
      let words = Columns.searchText(
        name: patient.name, patientID: patient.identity.patientID, accession: row.accession,
        description: row.description, series: row.series)
      try connection.execute("UPDATE study_search SET words = ? WHERE study = ?", [.text(words), .integer(row.id)])
    }
  }

  private func write(_ row: StudyRow) throws {
    if row.gathered.isChanged {
      try connection.execute(
        "UPDATE study SET series_text = ?, anatomic_regions = ? WHERE id = ?",
        [.text(row.gathered.text), .blob(row.gathered.regions), .integer(row.id)])
    }
    if row.attributes.isChanged {
      try connection.execute(
        """
        UPDATE study SET date = ?, time_of_day = ?, time = ?, accession = ?, study_id = ?, description = ?,
          referrer = ?, description_key = ?, attributes = ? WHERE id = ?
        """, Self.columns(study: row.attributes) + [.integer(row.id)])
      try PersonNames(connection).replace(.ofStudy, owner: row.id, row.attributes.dataSet)
    }
    if row.newInstances + row.newConflicts + row.newSeries > 0 {
      try connection.execute(
        """
        UPDATE study SET modalities = ?, sop_classes = ?, first_received = ?, last_received = ?, series = series + ?,
          instances = instances + ?, conflicts = conflicts + ?, unsettled = 1 WHERE id = ?
        """,
        [
          .text(Columns.terms(row.modalities)), .text(Columns.terms(row.sopClasses)), .integer(row.firstReceived),
          .integer(row.lastReceived), .integer(row.newSeries), .integer(row.newInstances), .integer(row.newConflicts),
          .integer(row.id),
        ])
      // Most images of a study change nothing here, and then nothing is to be written.
      let search: [SQLValue] = [.text(row.date), .text(Columns.terms(row.modalities)), .text(row.searchText)]
      try connection.execute(
        """
        UPDATE study_search SET date = ?, modalities = ?, words = ?
          WHERE study = ? AND (date <> ? OR modalities <> ? OR words <> ?)
        """, search + [.integer(row.id)] + search)
    }
  }

  private static func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw SQLError(.corrupt, reason: "a row that must be there is missing") }
    return value
  }
}
