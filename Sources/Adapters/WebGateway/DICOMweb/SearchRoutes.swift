// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMFile
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Trust

/// QIDO-RS: the search transaction at each level (PS3.18 §10.6).
enum SearchRoutes {
  /// Answers to one request; more are announced by a Warning (PS3.18 §8.3.4.4).
  static let largestPage = 5000

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

  private static func search(_ call: Call, _ level: SearchRequest.Level) async throws -> Response {
    let within = call.context.parameters.get("study") == nil ? nil : try call.resource
    let request = try SearchRequest(
      level: level, study: within?.study, series: within?.series, parameters: call.query)
    guard let form = try call.accept.choose(among: [.init(.dicomJSON), .init(.json)]) else {
      throw Problem.notAcceptable
    }
    let base = call.dicomWebBase
    let limit = min(request.limit ?? largestPage, largestPage)
    let index = call.services.index
    let (body, hasMore) = try await call.blocking { () throws -> (ByteBuffer, Bool) in
      let query = IndexQuery(
        level: level.queryLevel, identifier: request.identifier, fuzzyNames: request.fuzzyMatching,
        offset: request.offset, limit: limit + 1)
      return try answers(to: query, of: index, limit: limit, request: request, base: base)
    }
    var headers: HTTPFields = [.cacheControl: "no-store"]
    if hasMore, request.limit.map({ $0 > limit }) ?? true {
      headers[.warning] = "299 martlet \"There are additional results that can be requested\""
    }
    return .bytes(body, type: form.media.essence, headers: headers)
  }

  /// The answers as one JSON array, and whether there would be more.
  private static func answers(
    to query: IndexQuery, of index: any InstanceIndex, limit: Int, request: SearchRequest, base: String
  ) throws -> (ByteBuffer, Bool) {
    var body = ByteBuffer()
    var count = 0
    body.writeInteger(UInt8(ascii: "["))
    try index.find(query) { answer in
      guard count < limit else {
        count += 1
        return false
      }
      if count > 0 { body.writeInteger(UInt8(ascii: ",")) }
      body.writeBytes(InstanceJSON.encode(SearchResult.shape(answer, for: request, base: base)))
      count += 1
      return true
    }
    body.writeInteger(UInt8(ascii: "]"))
    return (body, count > limit)
  }
}

extension SearchRequest.Level {
  fileprivate var queryLevel: QueryLevel {
    switch self {
    case .studies: .study
    case .series: .series
    case .instances: .instance
    }
  }
}
