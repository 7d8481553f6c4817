// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// Tells browsers to load nothing but what comes from here, to frame it nowhere and to guess no types. WebAssembly that
/// comes from here may be compiled; the client may frame documents that it fetched itself (blob:). No
/// Strict-Transport-Security: it would hold for every port of the host, the plain one on loopback too.
struct SecurityHeaders: RouterMiddleware {
  static let policy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob:; object-src 'none'; "
    + "frame-src blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

  func handle(
    _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    response.headers[.contentSecurityPolicy] = Self.policy
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.frameOptions] = "DENY"
    response.headers[.referrerPolicy] = "no-referrer"
    response.headers[.openerPolicy] = "same-origin"
    response.headers[.resourcePolicy] = "same-origin"
    return response
  }
}
