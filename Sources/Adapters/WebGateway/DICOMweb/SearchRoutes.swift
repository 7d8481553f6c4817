// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Trust

/// QIDO-RS: the search transaction at each level (PS3.18 §10.6).
enum SearchRoutes {
  static func add(to routes: RouteTable) {
    let resources: [(RouterPath, SearchRequest.Level)] = [
      ("dicom-web/studies", .studies), ("dicom-web/series", .series), ("dicom-web/instances", .instances),
      ("dicom-web/studies/:study/series", .series), ("dicom-web/studies/:study/instances", .instances),
      ("dicom-web/studies/:study/series/:series/instances", .instances),
    ]
    for (path, level) in resources {
      routes.on(.get, path, needs: .searchStudies, records: .query) { call in try await search(call, level) }
    }
  }

  private static let offers: [Representation] = [
    .init(.dicomJSON), .init(.json), .init(.dicomXML, isMultipart: true),
  ]

  private static func search(_ call: Call, _ level: SearchRequest.Level) async throws -> Response {
    let within = call.context.parameters.get("study") == nil ? nil : try call.resource
    let request = try SearchRequest(
      level: level, study: within?.study, series: within?.series, parameters: call.query)
    try call.checkCharacterSet()
    let form = try call.choose(offers)
    let search = SearchRun(
      request: request, archive: call.services.archive, base: call.dicomWebBase,
      others: call.services.ports.otherArchives)
    let page = try await call.blocking { try search.page() }
    var headers: HTTPFields = [.cacheControl: "no-store"]
    if let total = page.total { headers[.totalCount] = String(total) }
    if page.hasMore, request.limit.map({ $0 > search.limit }) ?? true {
      headers[.warning] = "299 martlet \"There are additional results that can be requested\""
    }
    if !page.absent.isEmpty {
      headers[.warning] = "299 martlet \"Not answered by \(page.absent.joined(separator: ", "))\""
    }
    // PS3.18 table 10.6.3-1.
    if page.answers.isEmpty { return .noContent(headers: headers) }
    guard form.isMultipart else {
      return .bytes(ByteBuffer(bytes: DICOMJSON.encode(page.answers)), type: form.media.essence, headers: headers)
    }
    var writer = MultipartWriter()
    var body = ByteBuffer()
    for answer in page.answers {
      let xml = DICOMXML.encode(answer)
      body.writeBytes(writer.beginPart(form.media, length: xml.count))
      body.writeBytes(xml)
    }
    body.writeBytes(writer.end())
    return .bytes(body, type: form.contentType(boundary: writer.boundary).description, headers: headers)
  }
}
