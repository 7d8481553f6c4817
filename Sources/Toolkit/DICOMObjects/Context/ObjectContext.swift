// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Where an object belongs: patient, study, series, equipment, and its own identity. Every type of this module has one.
public struct ObjectContext: Sendable, Hashable {
  public var patient: Patient
  public var study: Study
  public var series: Series
  public var equipment: Equipment
  /// SOP Instance UID.
  public var instance: UID
  /// Instance Number.
  public var instanceNumber: Int
  /// Content Date and Content Time.
  public var created: Timestamp
  /// Further attributes of the modules of patient and study, as the source had them.
  var carried: DataSet

  public init(
    patient: Patient, study: Study, series: Series = Series(), equipment: Equipment, instance: UID = .random(),
    instanceNumber: Int = 1, created: Timestamp = .now
  ) {
    self.patient = patient
    self.study = study
    self.series = series
    self.equipment = equipment
    self.instance = instance
    self.instanceNumber = instanceNumber
    self.created = created
    carried = DataSet()
  }

  /// A new object in the study of another one, whose patient and study modules it takes over in full.
  public init(
    inStudyOf source: DataSet, series: Series = Series(), equipment: Equipment, instance: UID = .random(),
    instanceNumber: Int = 1, created: Timestamp = .now
  ) {
    self.init(
      patient: Patient(source), study: Study(source), series: series, equipment: equipment, instance: instance,
      instanceNumber: instanceNumber, created: created)
    carried = Self.carried(source)
  }

  /// Reads the context of an object that exists.
  public init(_ dataSet: DataSet) {
    patient = Patient(dataSet)
    study = Study(dataSet)
    series = Series(dataSet)
    equipment = Equipment(dataSet)
    instance = dataSet.uid(.sopInstanceUID) ?? ""
    instanceNumber = dataSet.integer(.instanceNumber) ?? 0
    created = Timestamp(
      date: dataSet.string(.contentDate) ?? dataSet.string(.instanceCreationDate) ?? "",
      time: dataSet.string(.contentTime) ?? dataSet.string(.instanceCreationTime) ?? "")
    carried = Self.carried(dataSet)
  }

  /// How the modules of an object differ from one another.
  struct Form {
    let sopClass: UID
    let modality: String
    var isEnhanced = false
    /// Content Date and Time are part of the object.
    var hasContentTime = true
    /// General Series with Laterality, which is type 2C.
    var hasLaterality = false
  }

  /// Writes SOP Common and the modules of patient, study, series and equipment.
  func write(_ object: inout AttributeWriter, _ form: Form) throws(ObjectError) {
    object.merge(carried)
    try object.set(.specificCharacterSet, ["ISO_IR 192"], .type1)
    try object.set(.sopClassUID, form.sopClass, .type1)
    try object.set(.sopInstanceUID, instance, .type1)
    try object.set(.instanceCreationDate, created.date, .type3)
    try object.set(.instanceCreationTime, created.time, .type3)
    try patient.write(&object)
    try study.write(&object)
    try series.write(&object, modality: form.modality)
    if form.hasLaterality { try object.set(.laterality, [String](), .type2) }
    try equipment.write(&object, isEnhanced: form.isEnhanced)
    try object.set(.instanceNumber, instanceNumber, .type1)
    if form.hasContentTime {
      try object.set(.contentDate, created.date, .type1)
      try object.set(.contentTime, created.time, .type1)
    }
  }

  private static let typed: Set<Tag> = [
    .patientName, .patientID, .patientBirthDate, .patientSex, .studyInstanceUID, .studyDate, .studyTime, .studyID,
    .accessionNumber, .referringPhysicianName, .studyDescription,
  ]

  private static func carried(_ source: DataSet) -> DataSet {
    var result = DataSet(inheritedCharacterSet: .utf8)
    for number in 0..<CarriedAttributeTable.count {
      let raw = Hexadecimal.value(CarriedAttributeTable.tags, at: number * 8, digits: 8)
      let tag = Tag(rawValue: UInt32(truncatingIfNeeded: raw))
      guard !typed.contains(tag), let element = source[tag] else { continue }
      result.set(source.converted(element))
    }
    return result
  }
}
