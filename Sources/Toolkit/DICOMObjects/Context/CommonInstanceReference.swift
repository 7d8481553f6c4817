// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Common Instance Reference module (PS3.3 §C.12.2): all instances that an object refers to, by study and series.
enum CommonInstanceReference {
  static func write(
    _ instances: [InstanceReference], study: UID, _ object: inout AttributeWriter
  ) throws(ObjectError) {
    let placed = instances.filter { $0.series != nil }
    try writeSeries(placed.filter { $0.study == study }, &object, .type3)
    var others: [UID] = []
    for instance in placed {
      if let other = instance.study, other != study, !others.contains(other) { others.append(other) }
    }
    try object.set(.studiesContainingOtherReferencedInstancesSequence, others, .type3) {
      (other, path) throws(ObjectError) in
      var item = AttributeWriter(path: path)
      try item.set(.studyInstanceUID, other, .type1)
      try writeSeries(placed.filter { $0.study == other }, &item, .type1)
      return item.dataSet
    }
  }

  private static func writeSeries(
    _ instances: [InstanceReference], _ object: inout AttributeWriter, _ requirement: AttributeWriter.Requirement
  ) throws(ObjectError) {
    var series: [UID] = []
    for instance in instances {
      if let uid = instance.series, !series.contains(uid) { series.append(uid) }
    }
    try object.set(.referencedSeriesSequence, series, requirement) { (uid, path) throws(ObjectError) in
      var item = AttributeWriter(path: path)
      try item.set(.seriesInstanceUID, uid, .type1)
      try item.set(.referencedInstanceSequence, instances.filter { $0.series == uid }, .type1) {
        (instance, path) throws(ObjectError) in
        try instance.dataSet(path: path)
      }
      return item.dataSet
    }
  }

  /// Study and series of the instances that the module lists.
  static func read(_ dataSet: DataSet) -> [UID: InstanceReference] {
    var found: [UID: InstanceReference] = [:]
    func read(_ item: DataSet, _ study: UID?) {
      for series in item.items(.referencedSeriesSequence) {
        for reference in series.items(.referencedInstanceSequence) {
          guard var instance = InstanceReference(reference) else { continue }
          instance.study = study
          instance.series = series.uid(.seriesInstanceUID)
          found[instance.sopInstance] = instance
        }
      }
    }
    read(dataSet, dataSet.uid(.studyInstanceUID))
    for study in dataSet.items(.studiesContainingOtherReferencedInstancesSequence) {
      read(study, study.uid(.studyInstanceUID))
    }
    return found
  }
}
