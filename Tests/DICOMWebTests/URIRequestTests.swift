// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Testing

@testable import DICOMWeb

@Suite struct URIRequestTests {
  static let required = "requestType=WADO&studyUID=1.2&seriesUID=1.3&objectUID=1.4"

  private func request(_ more: String) throws(WebError) -> URIRequest {
    try URIRequest(parameters: QueryParameters(parsing: Self.required + more))
  }

  @Test func everyParameter() throws {
    let request = try request(
      "&contentType=image%2Fpng&frameNumber=3&imageAnnotation=patient,technique&imageQuality=70&rows=100&columns=200"
        + "&region=0.25,0,0.75,1&windowCenter=-600&windowWidth=1500&presentationUID=1.5&presentationSeriesUID=1.6"
        + "&anonymize=yes")
    #expect(request.path == ResourcePath(study: "1.2", series: "1.3", instance: "1.4"))
    #expect(request.contentType?.ranges.map(\.media) == [.png])
    #expect(request.frameNumber == 3)
    #expect(request.annotations == [.patient, .technique])
    #expect(request.presentation == "1.5")
    #expect(request.anonymize)
    let parameters = request.rendered(imageRows: 400, imageColumns: 800)
    #expect(parameters.window == .init(center: -600, width: 1500, function: .linear))
    #expect(parameters.quality == 70)
    #expect(
      parameters.viewport
        == .init(width: 200, height: 100, source: .init(x: 200, y: 0, width: 400, height: 400)))
  }

  @Test func sizesThatAreLeftOpen() throws {
    #expect(try request("").rendered(imageRows: 4, imageColumns: 8).viewport == nil)
    #expect(try request("&rows=2").rendered(imageRows: 4, imageColumns: 8).viewport?.height == 2)
    let part = try request("&region=0,0,0.5,0.5").rendered(imageRows: 4, imageColumns: 8).viewport
    #expect(part == .init(width: 4, height: 2, source: .init(x: 0, y: 0, width: 4, height: 2)))
  }

  @Test(arguments: [
    "&frameNumber=0", "&imageQuality=101", "&rows=x", "&region=0,0,1", "&region=0.5,0,0.5,1", "&region=0,0,2,1",
    "&windowCenter=1", "&windowWidth=0&windowCenter=1", "&presentationUID=1.2", "&transferSyntax=abc",
    "&anonymize=maybe", "&imageAnnotation=weather",
  ])
  func malformed(more: String) {
    #expect(throws: WebError(.malformed, "", at: "")) { try request(more) }
  }

  @Test(arguments: [
    "studyUID=1.2&seriesUID=1.3&objectUID=1.4", "requestType=IID&studyUID=1.2&seriesUID=1.3&objectUID=1.4",
    "requestType=WADO&studyUID=1.2&seriesUID=1.3", "requestType=WADO&studyUID=x&seriesUID=1.3&objectUID=1.4",
  ])
  func incomplete(query: String) throws {
    let parameters = try QueryParameters(parsing: query)
    #expect(throws: WebError(.malformed, "", at: "")) { try URIRequest(parameters: parameters) }
  }
}
