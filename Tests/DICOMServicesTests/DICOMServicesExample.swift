// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices
import Testing

func patientsNamedMuller(in patients: [DataSet]) -> [String] {
  var identifier = DataSet(inheritedCharacterSet: .utf8)
  identifier.set(.patientName, .PN, "muller")
  let matcher = QueryMatcher(identifier: identifier, options: QueryMatcher.Options(fuzzyNames: true))
  return patients.filter { matcher.matches($0) }.compactMap { $0.string(.patientName) }
}

@Suite struct DICOMServicesExample {
  @Test func accentsAndOrderDoNotMatter() {
    let patients = ["Müller^Änne", "MULLER^ADAM", "Miller^Eve"].map { name in
      var patient = DataSet(inheritedCharacterSet: .utf8)
      patient.set(.patientName, .PN, name)
      return patient
    }
    let found = patientsNamedMuller(in: patients)
    #expect(found.contains("Müller^Änne") && found.contains("MULLER^ADAM"))
  }
}
