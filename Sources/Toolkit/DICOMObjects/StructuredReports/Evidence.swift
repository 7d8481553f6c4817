// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Instances by study and series (Hierarchical SOP Instance Reference macro, PS3.3 §C.17.2.1).
enum Evidence {
  /// Reads a sequence of studies.
  static func read(_ dataSet: DataSet, _ tag: Tag) -> [InstanceReference] {
    dataSet.items(tag).flatMap { study in
      study.items(.referencedSeriesSequence).flatMap { series in
        series.items(.referencedSOPSequence).compactMap { item in
          InstanceReference(item).map {
            InstanceReference(
              sopClass: $0.sopClass, sopInstance: $0.sopInstance, study: study.uid(.studyInstanceUID),
              series: series.uid(.seriesInstanceUID))
          }
        }
      }
    }
  }

  /// Writes instances, each once, grouped in the order of their first appearance.
  static func write(
    _ instances: [InstanceReference], _ tag: Tag, _ object: inout AttributeWriter,
    _ requirement: AttributeWriter.Requirement
  ) throws(ObjectError) {
    var studies: [(study: UID, series: [(uid: UID, instances: [InstanceReference])])] = []
    var seen: Set<UID> = []
    for instance in instances where seen.insert(instance.sopInstance).inserted {
      guard let study = instance.study, let series = instance.series else {
        throw ObjectError(
          .missing, tag, in: object.path, "the study and series of instance \(instance.sopInstance) are not known")
      }
      let place = studies.firstIndex { $0.study == study } ?? studies.count
      if place == studies.count { studies.append((study, [])) }
      let inner = studies[place].series.firstIndex { $0.uid == series } ?? studies[place].series.count
      if inner == studies[place].series.count { studies[place].series.append((series, [])) }
      studies[place].series[inner].instances.append(instance)
    }
    try object.set(tag, studies, requirement) { (entry, path) throws(ObjectError) in
      var study = AttributeWriter(path: path)
      try study.set(.studyInstanceUID, entry.study, .type1)
      try study.set(.referencedSeriesSequence, entry.series, .type1) { (entry, path) throws(ObjectError) in
        var series = AttributeWriter(path: path)
        try series.set(.seriesInstanceUID, entry.uid, .type1)
        try series.set(.referencedSOPSequence, entry.instances, .type1) { (instance, path) throws(ObjectError) in
          try instance.dataSet(path: path)
        }
        return series.dataSet
      }
      return study.dataSet
    }
  }
}
