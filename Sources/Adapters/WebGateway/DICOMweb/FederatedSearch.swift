// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMWeb

/// Adds to a page of a search what other archives have and this one does not: after all that is here.
struct FederatedSearch {
  let request: SearchRequest
  let others: any OtherArchives
  let index: any InstanceIndex

  /// Attributes that other archives are asked for besides those of the request (PS3.4 tables C.6-2 to C.6-5).
  private static let study: [Tag] = [
    .studyDate, .studyTime, .accessionNumber, .modalitiesInStudy, .referringPhysicianName, .patientName, .patientID,
    .patientBirthDate, .patientSex, .studyInstanceUID, .studyID, .studyDescription, .numberOfStudyRelatedSeries,
    .numberOfStudyRelatedInstances,
  ]
  private static let series: [Tag] = [
    .modality, .seriesNumber, .seriesInstanceUID, .seriesDescription, .numberOfSeriesRelatedInstances,
  ]
  private static let instance: [Tag] = [.instanceNumber, .sopClassUID, .sopInstanceUID]

  /// What others have; nil where a question below the study names no study, which a hierarchical model cannot answer.
  func answers() throws -> OtherAnswers? {
    var asked = request.identifier
    let level: QueryLevel
    let wanted: [Tag]
    switch request.level {
    case .studies: (level, wanted) = (.study, Self.study)
    case .series:
      guard asked.uid(.studyInstanceUID) != nil else { return nil }
      (level, wanted) = (.series, Self.series)
    case .instances:
      guard asked.uid(.studyInstanceUID) != nil, asked.uid(.seriesInstanceUID) != nil else { return nil }
      (level, wanted) = (.instance, Self.instance)
    }
    for tag in wanted where asked[tag] == nil {
      asked.set(DataElement(tag: tag, vr: DataDictionary.vr(for: tag) ?? .LO, value: .bytes(.empty)))
    }
    var found = others.find(level, [asked])
    var seen: Set<UID> = []
    found.answers = try found.answers.filter { answer in
      guard let key = answer.dataSet.uid(level.uniqueKey), seen.insert(key).inserted else { return false }
      return try index.instances(selection(key)).isEmpty
    }
    return found
  }

  private func selection(_ key: UID) -> InstanceSelection {
    switch request.level {
    case .studies: InstanceSelection(studies: [key])
    case .series: InstanceSelection(series: [key])
    case .instances: InstanceSelection(instances: [key])
    }
  }
}

extension QueryLevel {
  fileprivate var uniqueKey: Tag {
    switch self {
    case .patient: .patientID
    case .study: .studyInstanceUID
    case .series: .seriesInstanceUID
    case .instance: .sopInstanceUID
    }
  }
}
