// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMWeb
import Testing

@Suite struct SearchRequestTests {
  static func request(
    _ query: String, level: SearchRequest.Level = .studies, study: UID? = nil, series: UID? = nil
  ) throws -> SearchRequest {
    try SearchRequest(level: level, study: study, series: series, parameters: QueryParameters(parsing: query))
  }

  @Test func keysByKeywordAndTag() throws {
    let request = try Self.request("PatientID=A%2B1&00100010=M%C3%BCller*&StudyDate=20200101-20201231&Rows=512")
    #expect(request.identifier.string(.patientID) == "A+1")
    #expect(request.identifier.string(.patientName) == "Müller*")
    #expect(request.identifier.string(.studyDate) == "20200101-20201231")
    #expect(request.identifier.integer(.rows) == 512)
    #expect(request.includedFields == [.patientID, .patientName, .studyDate, .rows])
  }

  @Test func listsOfUIDs() throws {
    let request = try Self.request("StudyInstanceUID=1.2.3,1.2.4&0020000E=1.5%5C1.6", level: .series)
    #expect(request.identifier.strings(.studyInstanceUID) == ["1.2.3", "1.2.4"])
    #expect(request.identifier.strings(.seriesInstanceUID) == ["1.5", "1.6"])
  }

  @Test func commasInNamesAreNoLists() throws {
    #expect(try Self.request("StudyDescription=Head, neck").identifier.strings(.studyDescription) == ["Head, neck"])
  }

  @Test func sequencesByPath() throws {
    let request = try Self.request(
      "RequestAttributesSequence.ScheduledProcedureStepID=S1&00400275.00401001=P1", level: .series)
    let items = request.identifier.items(.requestAttributesSequence)
    #expect(items.count == 1)
    #expect(items.first?.string(.scheduledProcedureStepID) == "S1")
    #expect(items.first?.string(.requestedProcedureID) == "P1")
    #expect(request.includedFields == [.requestAttributesSequence])
  }

  @Test func pathWinsOverQuery() throws {
    let request = try Self.request("StudyInstanceUID=9.9", level: .instances, study: "1.2", series: "1.3")
    #expect(request.identifier.string(.studyInstanceUID) == "1.2")
    #expect(request.identifier.string(.seriesInstanceUID) == "1.3")
    #expect(request.isBelowStudy && request.isBelowSeries)
  }

  @Test func pagesAndFlags() throws {
    let request = try Self.request(
      "limit=10&offset=20&fuzzymatching=true&includefield=all&includefield=00081030,PatientAge")
    #expect(request.limit == 10)
    #expect(request.offset == 20)
    #expect(request.fuzzyMatching)
    #expect(request.includesAll)
    #expect(request.includedFields == [.studyDescription, .patientAge])
    #expect(try Self.request("").limit == nil)
  }

  @Test func emptyValuesMatchEverything() throws {
    let request = try Self.request("PatientName=&ModalitiesInStudy")
    #expect(request.identifier[.patientName]?.isEmpty == true)
    #expect(request.identifier[.modalitiesInStudy]?.isEmpty == true)
  }

  @Test(arguments: [
    "NoSuchThing=1", "limit=x", "limit=-1", "offset=1.5", "fuzzymatching=maybe", "includefield=Nothing", "0010=1",
    "PatientName.PatientID=1", "Rows=many", "RequestAttributesSequence=1", "StudyInstanceUID=1.2.x", "PatientID=%zz",
    "PixelData=1", "PatientID=%4",
  ])
  func refusesWhatItCannotRead(query: String) {
    #expect(throws: WebError(.malformed, "", at: "")) { try Self.request(query) }
  }

  @Test func refusesEndlessQueries() {
    let query = Array(repeating: "PatientID=1", count: 300).joined(separator: "&")
    #expect(throws: WebError(.tooLarge, "", at: "")) { try Self.request(query) }
  }

  @Test func answersHoldWhatTheTablesAndTheRequestName() throws {
    var answer = DataSet(inheritedCharacterSet: .utf8)
    answer.set(.studyInstanceUID, "1.2")
    answer.set(.seriesInstanceUID, "1.3")
    answer.set(.modality, .CS, "CT")
    answer.set(.patientName, .PN, "A")
    answer.set(.patientAge, .AS, "010Y")
    answer.set(.queryRetrieveLevel, .CS, "SERIES")
    func tags(_ query: String, study: UID? = nil) throws -> Set<DICOMCore.Tag> {
      let request = try Self.request(query, level: .series, study: study)
      return Set(SearchResult.shape(answer, for: request, base: "/b").elements.map(\.tag))
    }
    let always: Set<DICOMCore.Tag> = [
      .specificCharacterSet, .instanceAvailability, .retrieveURL, .studyInstanceUID, .seriesInstanceUID, .modality,
    ]
    #expect(try tags("", study: "1.2") == always)
    #expect(try tags("") == always.union([.patientName]))
    #expect(try tags("includefield=PatientAge", study: "1.2") == always.union([.patientAge]))
    #expect(try tags("PatientName=A", study: "1.2") == always.union([.patientName]))
    #expect(try tags("includefield=all", study: "1.2") == always.union([.patientName, .patientAge]))
    let shaped = SearchResult.shape(answer, for: try Self.request("", level: .series), base: "http://h/dicom-web")
    #expect(shaped.string(.retrieveURL) == "http://h/dicom-web/studies/1.2/series/1.3")
  }
}
