// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMServices

/// Patients, studies, series and instances as a list of records makes them. Each is numbered in the order in which it
/// came.
struct MemoryModel {
  final class Patient {
    let number: Int
    let identity: [String]
    var attributes = DataSet(inheritedCharacterSet: .utf8)
    var studies = 0
    var series = 0
    var instances = 0

    init(number: Int, identity: [String]) {
      self.number = number
      self.identity = identity
    }
  }

  final class Study {
    let number: Int
    let uid: UID
    let patient: Patient
    var attributes = DataSet(inheritedCharacterSet: .utf8)
    var series: [Series] = []
    var sopClasses: Set<String> = []
    var firstReceived = Int64.max
    var lastReceived = Int64.min
    var conflicts = 0

    init(number: Int, uid: UID, patient: Patient) {
      self.number = number
      self.uid = uid
      self.patient = patient
    }

    var instanceCount: Int { series.reduce(0) { $0 + $1.instances.count } }
    var modalities: [String] {
      Set(series.compactMap { $0.attributes.string(.modality) }.filter { !$0.isEmpty }).sorted()
    }
  }

  final class Series {
    let number: Int
    let uid: UID
    let study: Study
    var attributes = DataSet(inheritedCharacterSet: .utf8)
    var instances: [Instance] = []

    init(number: Int, uid: UID, study: Study) {
      self.number = number
      self.uid = uid
      self.study = study
    }
  }

  final class Instance {
    let record: InstanceRecord
    let attributes: DataSet
    let series: Series

    init(record: InstanceRecord, attributes: DataSet, series: Series) {
      self.record = record
      self.attributes = attributes
      self.series = series
    }
  }

  private(set) var patients: [Patient] = []
  private(set) var studies: [Study] = []
  private var instances: [UID: Instance] = [:]
  private var seriesCount = 0

  init(_ records: [InstanceRecord]) {
    for record in records {
      if record.version == 1 {
        add(record)
      } else if record.version == 2 {
        instances[record.identity.instance]?.series.study.conflicts += 1
      }
    }
  }

  private mutating func add(_ record: InstanceRecord) {
    let attributes = record.attributes.normalised()
    let study = study(record, attributes)
    let series = series(record, study)
    Self.fill(&study.attributes, from: attributes, .study)
    Self.fill(&series.attributes, from: attributes, .series)
    if study.patient.identity == Self.identity(attributes, record) {
      Self.fill(&study.patient.attributes, from: attributes, .patient)
    }
    var own = DataSet(inheritedCharacterSet: .utf8)
    Self.fill(&own, from: attributes, .instance)
    let instance = Instance(record: record, attributes: own, series: series)
    series.instances.append(instance)
    instances[record.identity.instance] = instance
    study.patient.instances += 1
    study.sopClasses.insert(record.identity.sopClass.rawValue)
    study.firstReceived = min(study.firstReceived, record.receivedAt)
    study.lastReceived = max(study.lastReceived, record.receivedAt)
  }

  /// An ID and its issuer; where there is no ID, the study stands for the patient.
  private static func identity(_ attributes: DataSet, _ record: InstanceRecord) -> [String] {
    let patientID = attributes.string(.patientID) ?? ""
    if patientID.isEmpty { return ["", "", record.identity.study.rawValue] }
    return [patientID, attributes.string(.issuerOfPatientID) ?? "", ""]
  }

  private mutating func study(_ record: InstanceRecord, _ attributes: DataSet) -> Study {
    if let known = studies.first(where: { $0.uid == record.identity.study }) { return known }
    let identity = Self.identity(attributes, record)
    let patient = patients.first { $0.identity == identity } ?? Patient(number: patients.count, identity: identity)
    if patient.number == patients.count { patients.append(patient) }
    let study = Study(number: studies.count, uid: record.identity.study, patient: patient)
    studies.append(study)
    patient.studies += 1
    return study
  }

  private mutating func series(_ record: InstanceRecord, _ study: Study) -> Series {
    if let known = study.series.first(where: { $0.uid == record.identity.series }) { return known }
    let series = Series(number: seriesCount, uid: record.identity.series, study: study)
    seriesCount += 1
    study.series.append(series)
    study.patient.series += 1
    return series
  }

  /// The first instance that says something is believed.
  private static func fill(_ known: inout DataSet, from attributes: DataSet, _ level: QueryLevel) {
    for element in attributes.elements where IndexedAttributes.level(of: element.tag) == level {
      if let old = known[element.tag], !old.isEmpty || element.isEmpty { continue }
      known.set(element)
    }
  }
}

extension MemoryModel.Study {
  var orderedSeries: [MemoryModel.Series] {
    series.sorted { left, right in
      (left.attributes.integer(.seriesNumber) ?? .max, left.number)
        < (right.attributes.integer(.seriesNumber) ?? .max, right.number)
    }
  }

  /// `YYYYMMDD`; empty where unknown.
  var date: String { attributes.string(.studyDate).flatMap { Self.dateText($0) } ?? "" }

  static func dateText(_ text: String) -> String? {
    TemporalRange.date(text).flatMap { $0.lower }.map { number in
      String(repeating: "0", count: max(0, 8 - String(number).count)) + String(number)
    }
  }

  /// Microseconds of the day; -1 where unknown.
  var timeOfDay: Int64 { attributes.string(.studyTime).flatMap { TemporalRange.time($0)?.lower } ?? -1 }
}

extension MemoryModel.Series {
  var orderedInstances: [MemoryModel.Instance] {
    instances.enumerated().sorted { left, right in
      (left.element.attributes.integer(.instanceNumber) ?? .max, left.offset)
        < (right.element.attributes.integer(.instanceNumber) ?? .max, right.offset)
    }.map(\.element)
  }
}
