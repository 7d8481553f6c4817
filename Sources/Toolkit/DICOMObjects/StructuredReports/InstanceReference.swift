// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A reference to a SOP instance. Where study and series are known it can be listed as evidence (PS3.3 §C.17.2.3).
public struct InstanceReference: Sendable, Hashable {
  public var sopClass: UID
  public var sopInstance: UID
  public var study: UID?
  public var series: UID?

  public init(sopClass: UID, sopInstance: UID, study: UID? = nil, series: UID? = nil) {
    self.sopClass = sopClass
    self.sopInstance = sopInstance
    self.study = study
    self.series = series
  }

  /// Refers to an object that is at hand.
  public init(to object: DataSet) throws(ObjectError) {
    guard let sopClass = object.uid(.sopClassUID) else {
      throw ObjectError(.missing, .sopClassUID, "the object to refer to has no SOP class")
    }
    guard let sopInstance = object.uid(.sopInstanceUID) else {
      throw ObjectError(.missing, .sopInstanceUID, "the object to refer to has no SOP instance UID")
    }
    self.init(
      sopClass: sopClass, sopInstance: sopInstance, study: object.uid(.studyInstanceUID),
      series: object.uid(.seriesInstanceUID))
  }

  /// Reads an item of Referenced SOP Sequence; nil where it names no instance.
  init?(_ item: DataSet) {
    guard let sopInstance = item.uid(.referencedSOPInstanceUID) else { return nil }
    self.init(sopClass: item.uid(.referencedSOPClassUID) ?? "", sopInstance: sopInstance)
  }

  func write(_ item: inout AttributeWriter) throws(ObjectError) {
    try item.set(.referencedSOPClassUID, sopClass, .type1)
    try item.set(.referencedSOPInstanceUID, sopInstance, .type1)
  }

  func dataSet(path: String = "") throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    try write(&item)
    return item.dataSet
  }
}
