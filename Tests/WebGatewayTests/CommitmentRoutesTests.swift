// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMWeb
import HTTPTypes
import SystemTestKit
import Testing
import Trust

@testable import WebGateway

/// PS3.18 §13 and Annex J.
@Suite struct CommitmentRoutesTests {
  let web: WebFixture
  let sopClass: String

  init() throws {
    web = try WebFixture()
    let instance = try TestInstance(1, 1, 1)
    sopClass = instance.identity.sopClass.rawValue
    try web.store([instance])
  }

  private static let resource = "/dicom-web/commitment-requests/1.2.99"

  private func reference(_ uid: String) -> String {
    "{\"00081150\":{\"vr\":\"UI\",\"Value\":[\"\(sopClass)\"]},\"00081155\":{\"vr\":\"UI\",\"Value\":[\"\(uid)\"]}}"
  }

  private func request(_ uids: String...) -> String {
    "{\"00081199\":{\"vr\":\"SQ\",\"Value\":[\(uids.map(reference).joined(separator: ","))]}}"
  }

  private func post(
    _ json: String, as role: Role = .technologist, _ headers: [(String, String)] = []
  ) async throws -> WebFixture.Answer {
    try await web.call(
      .post, Self.resource, as: role, [("Content-Type", "application/dicom+json")] + headers, body: Array(json.utf8))
  }

  @Test func whatIsThereIsCommittedAndWhatIsNotIsTold() async throws {
    let answer = try await post(request("1.2.1.1.1", "1.2.9"))
    #expect(answer.status == 200)
    for body in [answer.body, try await web.call(.get, Self.resource, as: .technologist).body] {
      let response = try #require(try DICOMJSON.decodeAll(body).first)
      #expect(response.string(.transactionUID) == "1.2.99")
      #expect(response.items(.referencedSOPSequence).map { $0.string(.referencedSOPInstanceUID) } == ["1.2.1.1.1"])
      let failed = response.items(.failedSOPSequence)
      #expect(failed.map { $0.string(.referencedSOPInstanceUID) } == ["1.2.9"])
      #expect(failed.first?.integer(.failureReason) == 0x0112)
    }
  }

  @Test func whatIsNamedInStudiesComesBackInStudies() async throws {
    let instances = ["1.2.1.1.1", "1.2.9"].map { "{\"00081155\":{\"vr\":\"UI\",\"Value\":[\"\($0)\"]}}" }
    let json =
      "{\"00081110\":{\"vr\":\"SQ\",\"Value\":[{\"0020000D\":{\"vr\":\"UI\",\"Value\":[\"1.2.1\"]},"
      + "\"00081115\":{\"vr\":\"SQ\",\"Value\":[{\"0020000E\":{\"vr\":\"UI\",\"Value\":[\"1.2.1.1\"]},"
      + "\"00081112\":{\"vr\":\"SQ\",\"Value\":[{\"00081150\":{\"vr\":\"UI\",\"Value\":[\"\(sopClass)\"]},"
      + "\"0008114A\":{\"vr\":\"SQ\",\"Value\":[\(instances.joined(separator: ","))]}}]}}]}}]}}"
    let answer = try await post(json, [("Accept", "application/dicom+xml")])
    #expect(answer.headers[.contentType] == "application/dicom+xml")
    let response = try DICOMXML.decode(answer.body)
    #expect(response.items(.referencedSOPSequence).isEmpty)
    func uids(_ tag: DICOMCore.Tag) -> [String?] {
      response.items(tag).flatMap { $0.items(.referencedSeriesSequence) }
        .flatMap { $0.items(.referencedInstancesBySOPClassSequence) }.flatMap { $0.items(.referencedInstanceSequence) }
        .map { $0.string(.referencedSOPInstanceUID) }
    }
    #expect(uids(.referencedStudySequence) == ["1.2.1.1.1"])
    #expect(uids(.failedStudySequence) == ["1.2.9"])
  }

  @Test func othersDoNotSeeIt() async throws {
    #expect(try await post(request("1.2.1.1.1")).status == 200)
    #expect(try await web.call(.get, Self.resource, as: .radiologist).status == 404)
    #expect(try await web.call(.get, "/dicom-web/commitment-requests/1.2.98", as: .technologist).status == 404)
    #expect(try await post(request("1.2.1.1.1"), as: .clinician).status == 403)
  }

  @Test(arguments: [
    ("{}", 400), ("{", 400), ("{\"00081199\":{\"vr\":\"SQ\",\"Value\":[{}]}}", 400),
    ("{\"00081110\":{\"vr\":\"SQ\",\"Value\":[{}]}}", 400),
  ])
  func requestsThatAreNone(json: String, status: Int) async throws {
    #expect(try await post(json).status == status)
  }

  @Test func otherMediaTypes() async throws {
    let text = try await web.call(
      .post, Self.resource, as: .technologist, [("Content-Type", "text/plain")], body: Array("x".utf8))
    #expect(text.status == 415)
    let parts = "--X\r\nContent-Type: application/dicom+json\r\n\r\n\(request("1.2.1.1.1"))\r\n--X--\r\n"
    let answer = try await web.call(
      .post, Self.resource, as: .technologist,
      [
        ("Content-Type", "multipart/related; type=\"application/dicom+json\"; boundary=X"),
        ("Accept", "multipart/related; type=\"application/dicom+json\""),
      ], body: Array(parts.utf8))
    #expect(answer.status == 200)
    #expect(answer.headers[.contentType]?.hasPrefix("multipart/related; type=\"application/dicom+json\"") == true)
    #expect(try await web.call(.post, "/dicom-web/commitment-requests/x", as: .technologist).status == 400)
  }
}
