// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What made the object (General and Enhanced General Equipment, PS3.3 §C.7.5.1, §C.7.5.2).
public struct Equipment: Sendable, Hashable {
  public var manufacturer: String
  public var modelName: String
  public var serialNumber: String
  public var softwareVersion: String
  public var institution: String
  public var stationName: String

  public init(
    manufacturer: String, modelName: String, serialNumber: String, softwareVersion: String, institution: String = "",
    stationName: String = ""
  ) {
    self.manufacturer = manufacturer
    self.modelName = modelName
    self.serialNumber = serialNumber
    self.softwareVersion = softwareVersion
    self.institution = institution
    self.stationName = stationName
  }

  init(_ dataSet: DataSet) {
    manufacturer = dataSet.string(.manufacturer) ?? ""
    modelName = dataSet.string(.manufacturerModelName) ?? ""
    serialNumber = dataSet.string(.deviceSerialNumber) ?? ""
    softwareVersion = dataSet.strings(.softwareVersions)?.joined(separator: "; ") ?? ""
    institution = dataSet.string(.institutionName) ?? ""
    stationName = dataSet.string(.stationName) ?? ""
  }

  /// - Parameter isEnhanced: Enhanced General Equipment makes the first four type 1.
  func write(_ object: inout AttributeWriter, isEnhanced: Bool = false) throws(ObjectError) {
    try object.set(.manufacturer, manufacturer, isEnhanced ? .type1 : .type2)
    try object.set(.manufacturerModelName, modelName, isEnhanced ? .type1 : .type3)
    try object.set(.deviceSerialNumber, serialNumber, isEnhanced ? .type1 : .type3)
    try object.set(.softwareVersions, softwareVersion, isEnhanced ? .type1 : .type3)
    try object.set(.institutionName, institution, .type3)
    try object.set(.stationName, stationName, .type3)
  }
}
