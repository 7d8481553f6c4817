// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The identifying attributes of the Patient module (PS3.3 §C.7.1.1). All are type 2: empty texts are unknown values.
public struct Patient: Sendable, Hashable {
  /// `Family^Given^Middle^Prefix^Suffix`, with further component groups after `=`.
  public var name: String
  public var id: String
  /// `YYYYMMDD`.
  public var birthDate: String
  /// `M`, `F`, `O` or empty.
  public var sex: String

  public init(name: String = "", id: String = "", birthDate: String = "", sex: String = "") {
    self.name = name
    self.id = id
    self.birthDate = birthDate
    self.sex = sex
  }

  init(_ dataSet: DataSet) {
    name = dataSet.string(.patientName) ?? ""
    id = dataSet.string(.patientID) ?? ""
    birthDate = dataSet.string(.patientBirthDate) ?? ""
    sex = dataSet.string(.patientSex) ?? ""
  }

  func write(_ object: inout AttributeWriter) throws(ObjectError) {
    if !["", "M", "F", "O"].contains(sex) {
      throw ObjectError(.invalid, .patientSex, in: object.path, "\"\(sex)\" is none of M, F, O")
    }
    try object.set(.patientName, name, .type2)
    try object.set(.patientID, id, .type2)
    try object.set(.patientBirthDate, birthDate, .type2)
    try object.set(.patientSex, sex, .type2)
  }
}
