// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// `/` and what it loads.
enum ClientRoutes {
  static func add(to routes: RouteTable) {
    routes.onOpen(.get, "/") { visit in try file("index.html", visit) }
    for path in routes.services.client.files.keys.sorted() {
      routes.onOpen(.get, RouterPath(stringLiteral: "/" + path)) { visit in try file(path, visit) }
    }
  }

  private static func file(_ path: String, _ visit: Visit) throws -> Response {
    guard let file = visit.services.client.files[path] else { throw Problem.notFound }
    var headers: HTTPFields = [.eTag: file.entityTag, .cacheControl: "no-cache", .vary: "Accept-Encoding"]
    let known = visit.request.headers[.ifNoneMatch] ?? ""
    if known == "*"
      || known.split(separator: ",").contains(where: { $0.filter { $0 != " " }.hasSuffix(file.entityTag) })
    {
      return Response(status: .notModified, headers: headers)
    }
    guard let gzipped = file.gzipped, Compression.accepts(visit.request.headers) else {
      return .bytes(file.bytes, type: file.type, headers: headers)
    }
    headers[.contentEncoding] = "gzip"
    return .bytes(gzipped, type: file.type, headers: headers)
  }
}
