// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The attributes of the series that an object is put into (General Series and its kin, PS3.3 §C.7.3.1). The modality
/// is set by the object.
public struct Series: Sendable, Hashable {
  public var uid: UID
  public var number: Int
  public var description: String
  /// `YYYYMMDD`; empty where unknown.
  public var date: String
  /// `HHMMSS`; empty where unknown.
  public var time: String

  public init(uid: UID = .random(), number: Int = 1, description: String = "", date: String = "", time: String = "") {
    self.uid = uid
    self.number = number
    self.description = description
    self.date = date
    self.time = time
  }

  init(_ dataSet: DataSet) {
    uid = dataSet.uid(.seriesInstanceUID) ?? ""
    number = dataSet.integer(.seriesNumber) ?? 0
    description = dataSet.string(.seriesDescription) ?? ""
    date = dataSet.string(.seriesDate) ?? ""
    time = dataSet.string(.seriesTime) ?? ""
  }

  func write(_ object: inout AttributeWriter, modality: String) throws(ObjectError) {
    try object.set(.modality, modality, .type1)
    try object.set(.seriesInstanceUID, uid, .type1)
    try object.set(.seriesNumber, number, .type1)
    try object.set(.seriesDescription, description, .type3)
    try object.set(.seriesDate, date, .type3)
    try object.set(.seriesTime, time, .type3)
  }
}
