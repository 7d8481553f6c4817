// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMObjects
import DICOMTestKit

/// Objects that the tests build.
enum Samples {
  static let equipment = Equipment(
    manufacturer: "Martlet", modelName: "Toolkit", serialNumber: "1", softwareVersion: "test")
  static let created = Timestamp(date: "20240229", time: "101112")

  /// A context that owes nothing to another object.
  static func context(_ number: Int = 1) -> ObjectContext {
    ObjectContext(
      patient: Patient(name: "Jäger^Änne^^Dr.", id: "P<1>", birthDate: "19700102", sex: "F"),
      study: Study(uid: "1.2.3.4", date: "20240229", time: "0910", id: "S1", accessionNumber: "ACC1"),
      series: Series(uid: UID("1.2.3.4.\(number)"), number: number), equipment: equipment,
      instance: UID("1.2.3.4.\(number).1"), instanceNumber: 1, created: created)
  }

  /// A context in the study of an object.
  static func context(in source: DataSet, _ number: Int = 900) -> ObjectContext {
    ObjectContext(
      inStudyOf: source, series: Series(number: number, description: "Test"), equipment: equipment,
      created: created)
  }

  static func read(_ id: String) throws -> DataSet? {
    guard let entry = Corpus.files(id).first else { return nil }
    return try Part10File.read(entry.bytes()).dataSet
  }

  /// The slices of the volume phantom, in the order of their names.
  static func volume(_ prefix: String) throws -> [DataSet] {
    try Corpus.files("synthetic/volume/\(prefix)").map { try Part10File.read($0.bytes()).dataSet }
  }

  static let image = InstanceReference(
    sopClass: .ctImageStorage, sopInstance: "1.2.3.4.9.1", study: "1.2.3.4", series: "1.2.3.4.9")

  static let multiFrame = InstanceReference(
    sopClass: .enhancedCTImageStorage, sopInstance: "1.2.3.4.9.2", study: "1.2.3.4", series: "1.2.3.4.9")

  /// Written and read back.
  static func reread(_ dataSet: DataSet) throws -> DataSet {
    let bytes = try DataSetWriter.writeFile(dataSet, transferSyntax: .explicitVRLittleEndian)
    return try Part10File.read(ByteSlice(bytes)).dataSet
  }
}
