// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import SQLInterface

/// Builds answers out of rows: the attributes of all levels and the computed ones. What the last answer shared with
/// the next is not decoded again.
struct AnswerReader {
  private struct Level {
    var key: Int64 = -1
    var elements: [DataElement] = []
  }

  private let level: QueryLevel
  private var patient = Level()
  private var study = Level()
  private var series = Level()

  init(level: QueryLevel) { self.level = level }

  private static let patientColumns = "p.id, p.studies, p.series, p.instances, p.attributes"
  private static let studyColumns =
    "s.id, s.series, s.instances, s.modalities, s.sop_classes, s.attributes, s.anatomic_regions"
  private static let seriesColumns = "e.id, e.instances, e.attributes"

  /// The statement that reads one answer's row by its key.
  static func statement(_ level: QueryLevel) -> String {
    switch level {
    case .patient:
      "SELECT \(patientColumns) FROM patient p WHERE p.id = ?"
    case .study:
      """
      SELECT \(patientColumns), \(studyColumns) FROM study s JOIN patient p ON p.id = s.patient WHERE s.id = ?
      """
    case .series:
      """
      SELECT \(patientColumns), \(studyColumns), \(seriesColumns)
      FROM series e JOIN study s ON s.id = e.study JOIN patient p ON p.id = s.patient WHERE e.id = ?
      """
    case .instance:
      """
      SELECT \(patientColumns), \(studyColumns), \(seriesColumns), t.text, i.attributes
      FROM instance i JOIN series e ON e.id = i.series JOIN study s ON s.id = e.study
        JOIN patient p ON p.id = s.patient JOIN term t ON t.id = i.transfer_syntax WHERE i.id = ?
      """
    }
  }

  mutating func answer(_ row: any SQLRow) throws -> DataSet {
    var levels: [[DataElement]] = [try patientElements(row)]
    if level >= .study { levels.append(try studyElements(row)) }
    if level >= .series { levels.append(try seriesElements(row)) }
    if level >= .instance {
      var own = DataSet(inheritedCharacterSet: .utf8)
      own.set(.availableTransferSyntaxUID, .UI, row.text(15))
      levels.append(try AttributeBlob.decode(row.bytes(16)) + own.elements)
    }
    return Self.merged(levels)
  }

  private mutating func patientElements(_ row: any SQLRow) throws -> [DataElement] {
    if patient.key == row.integer(0) { return patient.elements }
    var computed = DataSet(inheritedCharacterSet: .utf8)
    computed.set(.numberOfPatientRelatedStudies, .IS, row.text(1))
    computed.set(.numberOfPatientRelatedSeries, .IS, row.text(2))
    computed.set(.numberOfPatientRelatedInstances, .IS, row.text(3))
    patient = Level(key: row.integer(0), elements: try AttributeBlob.decode(row.bytes(4)) + computed.elements)
    return patient.elements
  }

  private mutating func studyElements(_ row: any SQLRow) throws -> [DataElement] {
    if study.key == row.integer(5) { return study.elements }
    var computed = DataSet(inheritedCharacterSet: .utf8)
    computed.set(.modalitiesInStudy, .CS, Columns.terms(row.text(8)))
    computed.set(.sopClassesInStudy, .UI, Columns.terms(row.text(9)))
    computed.set(.numberOfStudyRelatedSeries, .IS, row.text(6))
    computed.set(.numberOfStudyRelatedInstances, .IS, row.text(7))
    let own = try AttributeBlob.decode(row.bytes(10)) + AttributeBlob.decode(row.bytes(11))
    study = Level(key: row.integer(5), elements: own + computed.elements)
    return study.elements
  }

  private mutating func seriesElements(_ row: any SQLRow) throws -> [DataElement] {
    if series.key == row.integer(12) { return series.elements }
    var computed = DataSet(inheritedCharacterSet: .utf8)
    computed.set(.numberOfSeriesRelatedInstances, .IS, row.text(13))
    series = Level(key: row.integer(12), elements: try AttributeBlob.decode(row.bytes(14)) + computed.elements)
    return series.elements
  }

  /// One data set of all elements. Each tag stands at one level.
  static func merged(_ levels: [[DataElement]]) -> DataSet {
    var elements: [DataElement] = []
    elements.reserveCapacity(levels.reduce(0) { $0 + $1.count })
    for level in levels { elements += level }
    elements.sort { $0.tag < $1.tag }
    var dataSet = DataSet(inheritedCharacterSet: .utf8)
    for element in elements { dataSet.set(element) }
    return dataSet
  }
}
