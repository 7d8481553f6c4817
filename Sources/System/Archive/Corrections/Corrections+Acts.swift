// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension Corrections {
  /// What a merge or a move takes over of the patient.
  static let patientTags: [Tag] = [
    .patientName, .patientID, .issuerOfPatientID, .patientBirthDate, .patientSex,
  ]
  /// What a move into another study takes over of it.
  static let studyTags: [Tag] = [
    .studyInstanceUID, .studyDate, .studyTime, .accessionNumber, .studyID, .studyDescription, .referringPhysicianName,
  ]
  /// What may be updated at each level; the identity of studies and series changes by a move only.
  public static let updatable: [QueryLevel: Set<Tag>] = [
    .patient: Set(patientTags + [.patientBirthTime, .otherPatientNames, .ethnicGroup, .patientComments]),
    .study: [
      .studyDate, .studyTime, .accessionNumber, .studyID, .studyDescription, .referringPhysicianName,
      .admissionID, .additionalPatientHistory,
    ],
    .series: [
      .seriesNumber, .seriesDescription, .bodyPartExamined, .laterality, .protocolName, .performingPhysicianName,
      .operatorsName, .institutionName, .stationName,
    ],
  ]
  /// Longer values are no correction.
  static let longestValue = 1024
  /// In one scope.
  static let maximumInstances = 100_000

  /// Says that one patient's instances are another's. Where the other is not known yet, `values` tell of it.
  public func merge(
    _ source: PatientKey, into target: PatientKey, values: [CorrectedValue] = [], by corrector: Corrector
  ) throws -> Correction {
    guard source != target else { throw CorrectionError(.invalid, "both are the same patient") }
    try demand(.patient(source))
    return try perform(
      draft(.patientMerge, .patient(source), corrector, values: patientValues(target, values)))
  }

  /// Gives attributes of a patient, study or series other values.
  public func update(
    _ scope: CorrectionScope, values: [CorrectedValue], by corrector: Corrector
  ) throws -> Correction {
    let level: QueryLevel
    switch scope {
    case .patient: level = .patient
    case .study: level = .study
    case .series: level = .series
    case .instances: throw CorrectionError(.invalid, "values are corrected for a patient, a study or a series")
    }
    guard !values.isEmpty else { throw CorrectionError(.invalid, "no value is given") }
    for value in values where Self.updatable[level]?.contains(value.tag) != true {
      throw CorrectionError(.invalid, "\(value.tag) is not corrected at this level")
    }
    try check(values)
    try demand(scope)
    return try perform(draft(.update, scope, corrector, values: values))
  }

  /// Makes a study another patient's. Where the patient is not known yet, `values` tell of it.
  public func move(
    study: UID, to patient: PatientKey, values: [CorrectedValue] = [], by corrector: Corrector
  ) throws -> Correction {
    try demand(.study(study))
    return try perform(draft(.move, .study(study), corrector, values: patientValues(patient, values)))
  }

  /// Puts a study or a series into another study, which is there.
  public func move(_ scope: CorrectionScope, into target: UID, by corrector: Corrector) throws -> Correction {
    switch scope {
    case .study(target), .series(study: target, series: _):
      throw CorrectionError(.invalid, "it is in this study already")
    case .study, .series: break
    case .patient, .instances: throw CorrectionError(.invalid, "a study or a series can be moved into a study")
    }
    try demand(scope)
    guard let attributes = try index.attributes(aboveSeriesOf: target) else {
      throw CorrectionError(.notFound, "there is no study \(target)")
    }
    var values = Self.values(of: Self.patientTags + Self.studyTags, in: attributes)
    values.removeAll { $0.tag == .studyInstanceUID }
    values.append(CorrectedValue(.studyInstanceUID, .UI, target.rawValue))
    return try perform(draft(.move, scope, corrector, values: values))
  }

  /// Rejects instances. Whether they are hidden follows from the reason and the settings.
  public func reject(
    _ scope: CorrectionScope, for reason: RejectionReason, note: UID? = nil, by corrector: Corrector
  ) throws -> Correction {
    if note == nil { try demand(scope) }
    var draft = draft(.rejection, scope, corrector)
    draft.reason = reason
    draft.hides = options.hidingReasons.contains(reason)
    draft.note = note
    return try perform(draft)
  }

  /// Puts into the bin what is there now.
  public func delete(
    _ scope: CorrectionScope, reason: RejectionReason? = nil, by corrector: Corrector
  ) throws -> Correction {
    try demand(scope)
    var draft = draft(.deletion, scope, corrector)
    draft.reason = reason
    return try perform(draft)
  }

  /// Makes another version of an instance the current one.
  public func choose(version: Int, of instance: UID, by corrector: Corrector) throws -> Correction {
    guard let chosen = try archive.index.versions(of: instance).first(where: { $0.version == version }) else {
      throw CorrectionError(.notFound, "there is no version \(version) of \(instance)")
    }
    var draft = draft(.versionChoice, .instances([instance]), corrector)
    draft.chosen = chosen.dataSetChecksum
    return try perform(draft)
  }

  /// Makes a correction as if it had never been made; restores what it hid.
  public func undo(_ name: String, by corrector: Corrector) throws -> Correction {
    guard let listed = try index.correction(named: name) else {
      throw CorrectionError(.notFound, "there is no correction \(name)")
    }
    guard listed.undoneBy == nil else { throw CorrectionError(.conflict, "it was undone already") }
    guard !listed.isPurged, listed.correction.kind != .purge else {
      throw CorrectionError(.conflict, "what it deleted is gone")
    }
    var draft = draft(.undo, listed.correction.scope, corrector)
    draft.refersTo = name
    return try perform(draft)
  }

  // MARK: Parts

  func draft(
    _ kind: Correction.Kind, _ scope: CorrectionScope, _ corrector: Corrector, values: [CorrectedValue] = []
  ) -> Correction {
    Correction(
      name: "", kind: kind, at: 0, actor: corrector.actor, comment: corrector.comment, scope: scope, values: values)
  }

  /// Throws where the scope names nothing that can be found.
  private func demand(_ scope: CorrectionScope) throws {
    var identifier = DataSet(inheritedCharacterSet: .utf8)
    var level = QueryLevel.study
    switch scope {
    case .patient(let key):
      guard try index.attributes(of: key) != nil else {
        throw CorrectionError(.notFound, "there is no patient \(key.id) of the issuer \"\(key.issuer)\"")
      }
      return
    case .study(let study): identifier.set(.studyInstanceUID, study)
    case .series(let study, let series):
      identifier.set(.studyInstanceUID, study)
      identifier.set(.seriesInstanceUID, series)
      level = .series
    case .instances(let instances):
      guard !instances.isEmpty, instances.count <= Self.maximumInstances else {
        throw CorrectionError(.invalid, "1 to \(Self.maximumInstances) instances can be named")
      }
      guard try !archive.index.instances(InstanceSelection(instances: instances)).isEmpty else {
        throw CorrectionError(.notFound, "there is no such instance")
      }
      return
    }
    guard try archive.index.count(IndexQuery(level: level, identifier: identifier)) > 0 else {
      throw CorrectionError(.notFound, "there is no such \(level == .study ? "study" : "series")")
    }
  }

  private func check(_ values: [CorrectedValue]) throws {
    for value in values {
      guard value.text.utf8.count <= Self.longestValue else {
        throw CorrectionError(.invalid, "the value of \(value.tag) is too long")
      }
      var probe = DataSet(inheritedCharacterSet: .utf8)
      do throws(ValueError) {
        try probe.set(value.tag, value.vr, to: value.values)
      } catch {
        throw CorrectionError(.invalid, "\(error)")
      }
    }
  }

  /// What the archive knows of a patient, and what is given.
  private func patientValues(_ patient: PatientKey, _ given: [CorrectedValue]) throws -> [CorrectedValue] {
    guard !patient.id.isEmpty else { throw CorrectionError(.invalid, "the patient has no ID") }
    for value in given where !Self.patientTags.contains(value.tag) {
      throw CorrectionError(.invalid, "\(value.tag) does not say who a patient is")
    }
    try check(given)
    let known = try index.attributes(of: patient)
    guard known != nil || given.contains(where: { $0.tag == .patientName }) else {
      throw CorrectionError(.notFound, "the patient \(patient.id) is not known, and no name is given")
    }
    var values = Self.values(of: Self.patientTags, in: known ?? DataSet(inheritedCharacterSet: .utf8))
    for value in given {
      values.removeAll { $0.tag == value.tag }
      values.append(value)
    }
    values.removeAll { $0.tag == .patientID || $0.tag == .issuerOfPatientID }
    values.append(CorrectedValue(.patientID, .LO, patient.id))
    values.append(CorrectedValue(.issuerOfPatientID, .LO, patient.issuer))
    return values.sorted { $0.tag < $1.tag }
  }

  private static func values(of tags: [Tag], in attributes: DataSet) -> [CorrectedValue] {
    tags.map { tag in
      CorrectedValue(
        tag, DataDictionary.vr(for: tag) ?? .LO, (attributes.strings(tag) ?? []).joined(separator: "\\"))
    }.sorted { $0.tag < $1.tag }
  }
}
