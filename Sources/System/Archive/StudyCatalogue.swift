// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments
import DICOMCore
import DICOMDictionary

/// The studies of the archive as documents refer to them.
public enum StudyCatalogue {
  /// Modalities of what is written about images.
  public static let written: Set<String> = ["SR", "DOC"]

  /// A study with its series and instances, without what is written about it; nil where there is none.
  public static func study(_ uid: UID, in index: any InstanceIndex) throws -> ImagingStudy? {
    let all = try index.attributes(ofStudy: uid)
    guard let first = all.first?.attributes else { return nil }
    var study = self.study(first)
    var places: [UID: Int] = [:]
    for (instance, attributes) in all {
      let modality = attributes.string(.modality) ?? ""
      guard !written.contains(modality) else { continue }
      let series = instance.identity.series
      if places[series] == nil {
        places[series] = study.series.count
        study.series.append(
          ImagingSeries(
            uid: series.rawValue, number: attributes.integer(.seriesNumber), modality: modality,
            description: attributes.string(.seriesDescription) ?? ""))
      }
      study.series[places[series] ?? 0].instances.append(
        ImagingInstance(
          uid: instance.identity.instance.rawValue, sopClass: instance.identity.sopClass.rawValue,
          number: attributes.integer(.instanceNumber)))
    }
    return study
  }

  /// The study that attributes of any level name, without series.
  public static func study(_ attributes: DataSet) -> ImagingStudy {
    let time = (attributes.string(.studyTime) ?? "").prefix { $0 != "." }
    let date = attributes.string(.studyDate) ?? ""
    return ImagingStudy(
      uid: attributes.string(.studyInstanceUID) ?? "", accession: Identifier(attributes.string(.accessionNumber) ?? ""),
      started: DateTime(date: date, time: String(time), offset: 0).flatMap { _ in DateTime(date: date) },
      description: attributes.string(.studyDescription) ?? "")
  }
}
