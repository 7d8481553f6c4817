// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The attributes of the General Study module (PS3.3 §C.7.2.1) that every object has. Empty texts are unknown values.
public struct Study: Sendable, Hashable {
  public var uid: UID
  /// `YYYYMMDD`.
  public var date: String
  /// `HHMMSS`.
  public var time: String
  public var id: String
  public var accessionNumber: String
  public var referringPhysician: String
  public var description: String

  public init(
    uid: UID = .random(), date: String = "", time: String = "", id: String = "", accessionNumber: String = "",
    referringPhysician: String = "", description: String = ""
  ) {
    self.uid = uid
    self.date = date
    self.time = time
    self.id = id
    self.accessionNumber = accessionNumber
    self.referringPhysician = referringPhysician
    self.description = description
  }

  init(_ dataSet: DataSet) {
    uid = dataSet.uid(.studyInstanceUID) ?? ""
    date = dataSet.string(.studyDate) ?? ""
    time = dataSet.string(.studyTime) ?? ""
    id = dataSet.string(.studyID) ?? ""
    accessionNumber = dataSet.string(.accessionNumber) ?? ""
    referringPhysician = dataSet.string(.referringPhysicianName) ?? ""
    description = dataSet.string(.studyDescription) ?? ""
  }

  func write(_ object: inout AttributeWriter) throws(ObjectError) {
    try object.set(.studyInstanceUID, uid, .type1)
    try object.set(.studyDate, date, .type2)
    try object.set(.studyTime, time, .type2)
    try object.set(.studyID, id, .type2)
    try object.set(.accessionNumber, accessionNumber, .type2)
    try object.set(.referringPhysicianName, referringPhysician, .type2)
    try object.set(.studyDescription, description, .type3)
  }
}
