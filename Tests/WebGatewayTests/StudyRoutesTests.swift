// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMWeb
import Foundation
import HTTPTypes
import NIOCore
import SystemTestKit
import Testing
import Trust

@testable import WebGateway

@Suite struct StudyRoutesTests {
  let web: WebFixture

  init() throws { web = try WebFixture() }

  private func object(_ answer: WebFixture.Answer) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
  }

  @Test func listHasPagesAndFields() async throws {
    try web.store([TestInstance(1, 1, 1), TestInstance(1, 1, 2), TestInstance(2, 1, 1)])
    let all = try object(try await web.call(.get, "/api/v1/studies?sort=patientID&order=asc", as: .clinician))
    #expect(all["total"] as? Int == 2)
    let studies = try #require(all["studies"] as? [[String: Any]])
    #expect(studies.map { $0["studyUID"] as? String } == ["1.2.1", "1.2.2"])
    #expect(studies[0]["instanceCount"] as? Int == 2)
    #expect(studies[0]["modalities"] as? [String] == ["CT"])
    #expect(studies[0]["thumbnail"] as? String == "/dicom-web/studies/1.2.1/thumbnail")
    let page = try object(try await web.call(.get, "/api/v1/studies?limit=1&offset=1&sort=patientID", as: .clinician))
    #expect((page["studies"] as? [Any])?.count == 1)
    let list = try object(try await web.call(.get, "/api/v1/studies", as: .receptionist))
    #expect((list["studies"] as? [[String: Any]])?.first?["thumbnail"] is NSNull)
  }

  @Test(arguments: [
    "limit=0", "limit=501", "offset=-1", "sort=nonsense", "order=up", "from=2020", "to=2020-01-01", "limit=x",
  ])
  func listRefuses(query: String) async throws {
    #expect(try await web.call(.get, "/api/v1/studies?" + query, as: .clinician).status == 400)
  }

  @Test func listQueryIsRead() throws {
    let query = try StudyRoutes.listQuery(
      QueryParameters(
        parsing:
          "search=m%C3%BCller+ct&modality=CT&modality=MR&from=20200101&to=20201231"
          + "&sort=patientName&order=asc&offset=5&limit=7"
      ))
    #expect(query.text == "müller ct")
    #expect(query.modalities == ["CT", "MR"])
    #expect(query.dateFrom == "20200101" && query.dateTo == "20201231")
    #expect(query.sort == .patientName && query.ascending && query.offset == 5 && query.limit == 7)
    #expect(try StudyRoutes.listQuery(QueryParameters()).limit == 50)
  }

  @Test func detailTellsWhatAViewerNeeds() async throws {
    try web.store([
      TestInstance(1, 2, 1),
      TestInstance(1, 1, 1) { dataSet in
        dataSet.set(.imagePositionPatient, .DS, ["-1.5", "2", "3"])
        dataSet.set(.windowCenter, .DS, ["40", "-600"])
        dataSet.set(.pixelSpacing, .DS, ["0.5"])
      },
    ])
    let detail = try object(try await web.call(.get, "/api/v1/studies/1.2.1", as: .clinician))
    #expect((detail["study"] as? [String: Any])?["patientName"] as? String == "DOE^JANE")
    let series = try #require(detail["series"] as? [[String: Any]])
    #expect(series.map { $0["number"] as? Int } == [1, 2])
    let instance = try #require((series[0]["instances"] as? [[String: Any]])?.first)
    #expect(instance["imagePosition"] as? [Double] == [-1.5, 2, 3])
    #expect(instance["windowCenter"] as? [Double] == [40, -600])
    #expect(instance["pixelSpacing"] is NSNull)
    #expect(instance["rows"] as? Int == 16)
    #expect(instance["isImage"] as? Bool == true)
    #expect(try await web.call(.get, "/api/v1/studies/9.9", as: .clinician).status == 404)
  }

  @Test func longAnswersAreCompressedForWhoAsks() async throws {
    try web.store((1...20).map { try TestInstance($0, 1, 1) })
    let plain = try await web.call(.get, "/api/v1/studies", as: .clinician)
    let packed = try await web.call(.get, "/api/v1/studies", as: .clinician, [("Accept-Encoding", "br, gzip;q=0.5")])
    #expect(packed.headers[.contentEncoding] == "gzip")
    #expect(packed.body.prefix(2) == [0x1F, 0x8B])
    #expect(packed.body.count < plain.body.count / 2)
    #expect(packed.headers[.contentLength] == String(packed.body.count))
    let unwilling = try await web.call(.get, "/api/v1/studies", as: .clinician, [("Accept-Encoding", "gzip;q=0")])
    #expect(unwilling.headers[.contentEncoding] == nil)
  }

  @Test func newInstancesAreTold() async throws {
    try web.store([TestInstance(1, 1, 1)])
    let changes = try #require(web.services.events.listen())
    try await Task.sleep(for: .milliseconds(400))
    try web.store([TestInstance(2, 1, 1), TestInstance(2, 1, 2)])
    var iterator = changes.makeAsyncIterator()
    #expect(await iterator.next()?.studyUID == "1.2.2")
    web.services.events.close()
    #expect(await iterator.next() == nil)
    #expect(web.services.events.listen() == nil)
  }

  @Test func nodesAreKept() async throws {
    let saved = try await web.send(
      .put, "/api/v1/nodes/CT%201", as: .administrator, json: #"{"host":"ct.example","port":104}"#)
    #expect(saved.status == 200)
    let kept = try OrderRoutesTests.object(try await web.call(.get, "/api/v1/nodes", as: .radiologist))
    let node = try #require((kept["nodes"] as? [[String: Any]])?.first)
    #expect(node["aeTitle"] as? String == "CT 1" && node["host"] as? String == "ct.example")
    #expect(node["port"] as? Int == 104)
    #expect((node["profile"] as? [String: Any])?["checksAddress"] as? Bool == false)
    for json in [
      #"{"aeTitle":"12345678901234567","host":"h","port":1}"#, #"{"aeTitle":" A","host":"h","port":1}"#,
      #"{"aeTitle":"A","host":"","port":1}"#, #"{"aeTitle":"A","host":"h","port":0}"#,
    ] {
      #expect(try await web.send(.put, "/api/v1/nodes", as: .administrator, json: json).status == 422)
    }
    #expect(try await web.call(.delete, "/api/v1/nodes/CT%201", as: .administrator).status == 204)
    #expect(try await web.call(.delete, "/api/v1/nodes/CT%201", as: .administrator).status == 404)
  }

  @Test func metricsCountRequestsByRoute() async throws {
    _ = try await web.call(.get, "/api/v1/studies", as: .clinician)
    let text = try await web.call(.get, "/metrics", as: .administrator).text
    #expect(text.contains(#"martlet_http_requests_total{method="GET",route="/api/v1/studies",status="200"} 1"#))
    #expect(text.contains("martlet_instances 7"))
  }

  @Test func clientFilesHaveTypesAndTags() async throws {
    let folder = NSTemporaryDirectory() + "martlet-client-\(UInt64.random(in: 0...UInt64.max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, text) in [("index.html", "<html></html>"), ("app.js", "1"), (".secret.js", "2"), ("app.js.map", "3")] {
      try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    }
    let web = try WebFixture(clientFolder: folder)
    let index = try await web.call(.get, "/")
    #expect(index.text == "<html></html>")
    #expect(index.headers[.contentType] == "text/html; charset=utf-8")
    #expect(try await web.call(.get, "/app.js").headers[.contentType] == "text/javascript; charset=utf-8")
    let tag = try #require(index.headers[.eTag])
    #expect(try await web.call(.get, "/", [("If-None-Match", tag)]).status == 304)
    #expect(try await web.call(.head, "/").body.isEmpty)
    for path in ["/.secret.js", "/app.js.map", "/../Package.swift", "/%2e%2e/etc/passwd"] {
      #expect(try await web.call(.get, path).status == 404)
    }
  }

  @Test func jsonIsEscaped() {
    let value = JSONValue.object([
      ("a\"", .string("line\n\u{01}\\ü")), ("n", .number(1.5)), ("i", .number(2)), ("x", .number(.nan)),
    ])
    #expect(String(buffer: value.buffer) == #"{"a\"":"line\n\u0001\\ü","n":1.5,"i":2,"x":null}"#)
  }
}
