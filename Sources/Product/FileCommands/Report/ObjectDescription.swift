// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMObjects

/// What `martlet report --json` says of an object.
struct ObjectDescription: Encodable {
  let sopClass: String
  let sopClassName: String
  let sopInstance: String
  let patient: PatientDescription
  let study: String
  let series: String
  var document: DocumentDescription?

  struct PatientDescription: Encodable {
    let name: String
    let id: String
    let birthDate: String
    let sex: String

    init(_ patient: Patient) {
      name = patient.name
      id = patient.id
      birthDate = patient.birthDate
      sex = patient.sex
    }
  }

  init(_ object: ReportedObject) throws {
    let context = ObjectContext(object.dataSet)
    sopClass = object.sopClass.rawValue
    sopClassName = object.className
    sopInstance = context.instance.rawValue
    patient = PatientDescription(context.patient)
    study = context.study.uid.rawValue
    series = context.series.uid.rawValue
    if object.isStructuredReport {
      document = DocumentDescription(try StructuredReport(object.dataSet))
    } else {
      throw CommandFailure("\(object.className) is no object that can be described")
    }
  }
}
