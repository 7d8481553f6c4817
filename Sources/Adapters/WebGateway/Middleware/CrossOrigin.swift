// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// Lets pages of other origins use this server where the settings name them (Fetch Standard, CORS protocol). They send
/// bearer tokens: our cookie never travels with a request of theirs.
struct CrossOrigin: RouterMiddleware {
  /// Origins as browsers write them, or `*`.
  let origins: [String]

  private static let methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
  private static let requestHeaders = "Accept, Authorization, Content-Type, If-None-Match, If-Range, Range"
  private static let responseHeaders =
    "Content-Disposition, Content-Encoding, Content-Location, Content-Range, ETag, Location, Warning, X-Request-ID, "
    + "X-Total-Count"
  private static let maximumAge = "600"

  func handle(
    _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    guard let origin = request.headers[.origin], origins.contains(origin) || origins.contains("*") else {
      return try await next(request, context)
    }
    if request.method == .options, request.headers[.accessControlRequestMethod] != nil {
      return Response(
        status: .noContent,
        headers: [
          .accessControlAllowOrigin: origin, .accessControlAllowMethods: Self.methods,
          .accessControlAllowHeaders: Self.requestHeaders, .accessControlMaxAge: Self.maximumAge, .vary: "Origin",
        ])
    }
    var response = try await next(request, context)
    response.headers[.accessControlAllowOrigin] = origin
    response.headers[.accessControlExposeHeaders] = Self.responseHeaders
    response.headers[.resourcePolicy] = "cross-origin"
    response.headers[.vary] = response.headers[.vary].map { $0 + ", Origin" } ?? "Origin"
    return response
  }
}
