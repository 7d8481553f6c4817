// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging

/// Gives each request a number, measures it and writes a line about it.
struct RequestLogging: RouterMiddleware {
  let metrics: WebMetrics

  func handle(
    _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    metrics.began()
    let start = ContinuousClock.now
    do {
      var response = try await next(request, context)
      response.headers[.requestID] = context.number
      end(request, context, status: response.status.code, start)
      return response
    } catch {
      end(request, context, status: 500, start)
      throw error
    }
  }

  private func end(_ request: Request, _ context: WebContext, status: Int, _ start: ContinuousClock.Instant) {
    let time = start.duration(to: .now)
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    let path = context.endpointPath ?? "none"
    metrics.ended(method: request.method.rawValue, path: path, status: status, seconds: seconds)
    context.logger.debug(
      "request",
      metadata: [
        "method": "\(request.method.rawValue)", "route": "\(path)", "status": "\(status)", "seconds": "\(seconds)",
        "address": "\(context.address)",
      ])
  }
}
