// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Trust
import Workflow

/// `/api/v1/routes`: the rules by which what arrives is sent on.
struct RuleRoutes: Sendable {
  let directory: any RouteDirectory

  private struct Answer: Encodable {
    var routes: [Route]
  }

  func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/routes", needs: .viewNodes, records: .nothing) { call in
      try Response.json(encoding: Answer(routes: try await call.blocking { try directory.routes() }))
    }
    routes.on(.put, "api/v1/routes/:route", needs: .manageNodes, records: .configuration) { call in
      var route = try await call.body(Route.self)
      route.name = try call.decodedComponent("route")
      if let fault = route.fault { throw Problem(.unprocessableContent, "The route cannot be: \(fault).") }
      try await call.blocking { [route] in try directory.save(route) }
      return try Response.json(encoding: route)
    }
    routes.on(.delete, "api/v1/routes/:route", needs: .manageNodes, records: .configuration) { call in
      let name = try call.decodedComponent("route")
      guard try await call.blocking({ try directory.removeRoute(name: name) }) else { throw Problem.notFound }
      return .noContent()
    }
  }
}
