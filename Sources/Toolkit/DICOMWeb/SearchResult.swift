// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Which attributes an answer to a search holds (PS3.18 §10.6.3.3).
public enum SearchResult {
  /// Table 10.6.3-3, and what everybody asks for besides.
  static let study: Set<Tag> = [
    .specificCharacterSet, .studyDate, .studyTime, .accessionNumber, .modalitiesInStudy, .referringPhysicianName,
    .timezoneOffsetFromUTC, .patientName, .patientID, .issuerOfPatientID, .patientBirthDate, .patientSex,
    .studyInstanceUID, .studyID, .studyDescription, .numberOfStudyRelatedSeries, .numberOfStudyRelatedInstances,
  ]
  /// Table 10.6.3-4.
  static let series: Set<Tag> = [
    .specificCharacterSet, .modality, .timezoneOffsetFromUTC, .seriesDescription, .studyInstanceUID,
    .seriesInstanceUID, .seriesNumber, .numberOfSeriesRelatedInstances, .performedProcedureStepStartDate,
    .performedProcedureStepStartTime, .requestAttributesSequence, .bodyPartExamined, .laterality,
  ]
  /// Table 10.6.3-5.
  static let instance: Set<Tag> = [
    .specificCharacterSet, .sopClassUID, .sopInstanceUID, .timezoneOffsetFromUTC, .studyInstanceUID,
    .seriesInstanceUID, .instanceNumber, .rows, .columns, .bitsAllocated, .numberOfFrames,
  ]

  /// Keeps of an answer of the index what the request wants, and adds where it can be had.
  /// - Parameter base: the address of the DICOMweb service, without a slash at its end.
  public static func shape(_ answer: DataSet, for request: SearchRequest, base: String) -> DataSet {
    var result = answer
    result.remove(.queryRetrieveLevel)
    result.remove(.retrieveAETitle)
    if !request.includesAll {
      let wanted = defaults(for: request).union(request.includedFields)
      result.keep { wanted.contains($0.tag) }
    }
    result.set(.specificCharacterSet, .CS, "ISO_IR 192")
    result.set(.instanceAvailability, .CS, "ONLINE")
    if let path = path(of: answer, level: request.level) {
      result.set(.retrieveURL, .UR, path.url(base: base))
    }
    return result
  }

  /// Where the path leaves a level open, the attributes of that level come too (PS3.18 §10.6.3.3.2, §10.6.3.3.3).
  static func defaults(for request: SearchRequest) -> Set<Tag> {
    switch request.level {
    case .studies: study
    case .series: request.isBelowStudy ? series : series.union(study)
    case .instances:
      instance.union(request.isBelowSeries ? [] : series).union(request.isBelowStudy ? [] : study)
    }
  }

  private static func path(of answer: DataSet, level: SearchRequest.Level) -> ResourcePath? {
    guard let study = answer.uid(.studyInstanceUID) else { return nil }
    if level == .studies { return ResourcePath(study: study) }
    guard let series = answer.uid(.seriesInstanceUID) else { return nil }
    if level == .series { return ResourcePath(study: study, series: series) }
    guard let instance = answer.uid(.sopInstanceUID) else { return nil }
    return ResourcePath(study: study, series: series, instance: instance)
  }
}
