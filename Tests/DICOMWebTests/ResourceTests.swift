// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMWeb
import Testing

@Suite struct ResourceTests {
  @Test func pathsOfEachLevel() throws {
    #expect(ResourcePath(study: "1").url(base: "/d") == "/d/studies/1")
    #expect(ResourcePath(study: "1", series: "2").url(base: "/d") == "/d/studies/1/series/2")
    #expect(
      ResourcePath(study: "1", series: "2", instance: "3").url(base: "", "frames", "4")
        == "/studies/1/series/2/instances/3/frames/4")
    #expect(throws: WebError(.malformed, "", at: "")) { try ResourcePath(parsing: "1", series: "../x") }
    #expect(throws: WebError(.malformed, "", at: "")) { try ResourcePath(parsing: "") }
  }

  @Test func frameLists() throws {
    #expect(try FrameList(parsing: "1,5,2").numbers == [1, 5, 2])
    #expect(try FrameList(parsing: "1%2C2").numbers == [1, 2])
    for text in ["", "0", "1,", "a", "-1", "1.5"] {
      #expect(throws: WebError(.malformed, "", at: ""), "\(text)") { try FrameList(parsing: text) }
    }
  }

  @Test func bulkDataPathsFindTheirElement() throws {
    var inner = DataSet()
    inner.set(.pixelData, .OW, integers: [1, 2])
    var outer = DataSet()
    outer.set(.iconImageSequence, items: [DataSet(), inner])
    let path = try BulkDataPath(parsing: "00880200/2/7FE00010")
    #expect(path.element(in: outer) == inner[.pixelData])
    #expect(path.text == "00880200/2/7FE00010")
    #expect(BulkDataPath(tag: .pixelData).element(in: outer) == nil)
    #expect(try BulkDataPath(parsing: "00880200/3/7FE00010").element(in: outer) == nil)
    for text in ["", "7FE0001", "00880200/7FE00010", "00880200/x/7FE00010", "00880200/0/7FE00010"] {
      #expect(throws: WebError(.malformed, "", at: ""), "\(text)") { try BulkDataPath(parsing: text) }
    }
  }

  @Test func storeResponsesByOutcome() {
    let good = StoreResponse.Stored(path: ResourcePath(study: "1", series: "2", instance: "3"), sopClass: "9")
    let bad = StoreResponse.Failed(sopClass: "9", instance: "4", reason: .cannotUnderstand, comment: "")
    let unknown = StoreResponse.Failed(sopClass: nil, instance: nil, reason: .processingFailure, comment: "")
    func response(_ stored: [StoreResponse.Stored], _ failed: [StoreResponse.Failed]) -> StoreResponse {
      var response = StoreResponse()
      stored.forEach { response.add($0) }
      failed.forEach { response.add($0) }
      return response
    }
    #expect(response([good], []).statusCode == 200)
    #expect(response([good], [bad]).statusCode == 202)
    #expect(response([], [bad]).statusCode == 409)
    #expect(response([], []).statusCode == 400)
    var coerced = good
    coerced.warning = .coercion
    #expect(response([coerced], []).statusCode == 202)

    let dataSet = response([coerced], [bad, unknown]).dataSet(base: "/d")
    #expect(dataSet.string(.retrieveURL) == "/d/studies/1")
    let referenced = dataSet.items(.referencedSOPSequence)
    #expect(referenced.first?.string(.referencedSOPInstanceUID) == "3")
    #expect(referenced.first?.string(.retrieveURL) == "/d/studies/1/series/2/instances/3")
    #expect(referenced.first?.integer(.warningReason) == 0xB000)
    #expect(dataSet.items(.failedSOPSequence).first?.integer(.failureReason) == 0xC000)
    #expect(dataSet.items(.failedSOPSequence).first?.string(.referencedSOPInstanceUID) == "4")
    #expect(dataSet.items(.otherFailuresSequence).first?.integer(.failureReason) == 0x0110)
  }

  @Test(arguments: [
    ("viewport=100,200", RenderedParameters(viewport: .init(width: 100, height: 200))),
    (
      "viewport=100,200,1,2,-3,4",
      RenderedParameters(viewport: .init(width: 100, height: 200, source: .init(x: 1, y: 2, width: -3, height: 4)))
    ),
    (
      "viewport=100,200,,,50,",
      RenderedParameters(viewport: .init(width: 100, height: 200, source: .init(x: 0, y: 0, width: 50, height: nil)))
    ),
    ("window=40,400", RenderedParameters(window: .init(center: 40, width: 400, function: .linear))),
    (
      "window=-600,1500.5,sigmoid&quality=80",
      RenderedParameters(window: .init(center: -600, width: 1500.5, function: .sigmoid), quality: 80)
    ),
    ("", RenderedParameters()),
  ])
  func renderedParameters(query: String, expected: RenderedParameters) throws {
    #expect(try RenderedParameters(parameters: QueryParameters(parsing: query)) == expected)
  }

  @Test(arguments: [
    "viewport=100", "viewport=0,10", "viewport=1,2,3", "viewport=100000,1", "viewport=1,1,-1,0,1,1",
    "viewport=1,1,0,0,0,1",
    "window=1", "window=1,0", "window=1,nan", "window=1,2,cubic", "quality=0", "quality=101",
  ])
  func badRenderedParameters(query: String) {
    #expect(throws: WebError(.malformed, "", at: "")) {
      try RenderedParameters(parameters: QueryParameters(parsing: query))
    }
  }
}
