// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMWeb
import Testing

func identifier(ofQuery text: String) throws -> DataSet {
  let request = try SearchRequest(
    level: .studies, study: nil, series: nil, parameters: QueryParameters(parsing: text))
  return request.identifier
}

@Suite struct DICOMWebExample {
  @Test func aQueryIsAnIdentifier() throws {
    let identifier = try identifier(ofQuery: "PatientName=M%C3%BCller*&StudyDate=20240101-")
    #expect(identifier.string(.patientName) == "Müller*")
    #expect(identifier.string(.studyDate) == "20240101-")
  }
}
