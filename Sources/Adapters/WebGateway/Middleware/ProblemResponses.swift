// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Logging
import NIOCore

/// Turns errors into problem details. What is no fault of the client goes to the log, and only its number to the
/// client.
struct ProblemResponses: RouterMiddleware {
  func handle(
    _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as NIOTooManyBytesError {
      context.logger.debug("body too large", metadata: ["error": "\(error)"])
      return try Problem(.contentTooLarge, "The body is too large.").response(from: request, context: context)
    } catch {
      if let problem = Problem(error) { return try problem.response(from: request, context: context) }
      context.logger.error(
        "request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
      return try Problem(.internalServerError, "Something went wrong; the log tells more under \(context.number).")
        .response(from: request, context: context)
    }
  }
}
