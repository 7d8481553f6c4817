// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Foundation
import HTTPTypes
import SystemTestKit
import Testing
import Trust

@testable import WebGateway

@Suite struct LinkRoutesTests {
  let web: WebFixture

  init() throws {
    web = try WebFixture()
    try web.store([TestInstance(1, 1, 1), TestInstance(2, 1, 1)])
  }

  private func cookie(_ answer: WebFixture.Answer) throws -> (String, String) {
    ("Cookie", String(try #require(answer.headers[.setCookie]?.split(separator: ";").first)))
  }

  private func link(_ json: String) async throws -> String {
    let made = try await web.send(.post, "/api/v1/links", as: .radiologist, json: json)
    #expect(made.status == 201)
    let url = try #require(made.text.split(separator: "\"").first { $0.contains("/view?sig=") })
    return "/view" + url.split(separator: "/view", maxSplits: 1)[1]
  }

  @Test func aLinkOpensItsStudyAndNothingElse() async throws {
    let opened = try await web.call(.get, try await link("{\"studies\":[\"1.2.1\"],\"minutes\":5}"))
    #expect(opened.status == 303)
    #expect(opened.headers[.location] == "/#/study/1.2.1")
    let cookie = try cookie(opened)
    #expect(try await web.call(.get, "/api/v1/studies/1.2.1", [cookie]).status == 200)
    #expect(try await web.call(.get, "/dicom-web/studies/1.2.1/metadata", [cookie]).status == 200)
    for path in [
      "/api/v1/studies/1.2.2", "/dicom-web/studies/1.2.2", "/dicom-web/studies", "/api/v1/studies", "/api/v1/system",
      "/wado?requestType=WADO&studyUID=1.2.1&seriesUID=1.2.1.1&objectUID=1.2.1.1.1",
    ] {
      #expect(try await web.call(.get, path, [cookie]).status == 403, "\(path)")
    }
    // A link does not change anything.
    #expect(try await web.send(.post, "/api/v1/links", json: "{\"studies\":[\"1.2.1\"]}", [cookie]).status == 401)
  }

  @Test(arguments: [
    "{\"studies\":[]}", "{\"studies\":[\"x\"]}", "{\"studies\":[\"1.2.1\"],\"minutes\":0}",
    "{\"studies\":[\"1.2.1\"],\"minutes\":99999999}",
  ])
  func linksThatAreNone(json: String) async throws {
    #expect(try await web.send(.post, "/api/v1/links", as: .radiologist, json: json).status == 422)
  }

  @Test func forgedAndUnknown() async throws {
    #expect(try await web.call(.get, "/view?sig=abc.def").status == 403)
    #expect(try await web.call(.get, "/view").status == 403)
    let unknown = try await web.send(.post, "/api/v1/links", as: .radiologist, json: "{\"studies\":[\"9.9\"]}")
    #expect(unknown.status == 404)
    #expect(
      try await web.send(.post, "/api/v1/links", as: .receptionist, json: "{\"studies\":[\"1.2.1\"]}").status == 403)
  }

  @Test(
    arguments: [
      ("requestType=STUDY&studyUID=1.2.1", 303, "/#/study/1.2.1"),
      ("requestType=PATIENT&patientID=P2&mostRecentResults=1", 303, "/#/study/1.2.2"),
      ("requestType=STUDY&accessionNumber=none", 404, nil), ("requestType=STUDY", 400, nil),
      ("requestType=SERIES&studyUID=1.2.1", 400, nil), ("requestType=PATIENT", 400, nil),
      ("requestType=PATIENT&patientID=*", 404, nil), ("requestType=STUDY&studyUID=1.2.1,x", 400, nil),
      ("requestType=PATIENT&patientID=P2&lowerDateTime=yesterday", 400, nil),
    ] as [(String, Int, String?)])
  func invokeImageDisplay(query: String, status: Int, location: String?) async throws {
    let answer = try await web.call(.get, "/IHEInvokeImageDisplay?" + query, as: .clinician)
    #expect(answer.status == status)
    #expect(answer.headers[.location] == location)
  }

  @Test func whoHasNoSessionComesByAPageOfOurs() async throws {
    let path = "/IHEInvokeImageDisplay?requestType=STUDY&studyUID=1.2.1"
    let page = try await web.call(.get, path)
    #expect(page.status == 200)
    #expect(page.text.contains("studyUID=1.2.1&amp;own=1"))
    #expect(try await web.call(.get, path + "&own=1").headers[.location] == "/#/study/1.2.1")
    #expect(try await web.call(.get, "/IHEInvokeImageDisplay?requestType=PATIENT&patientID=P1&own=1").status == 401)
    let script = try await web.call(.get, path + "&x=%22%3E<script>")
    #expect(!script.text.contains("<script"))
  }
}
