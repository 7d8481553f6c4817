// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Trust
import Workflow

/// `/api/v1/door`: what the series of a sender must say, and what is corrected of it.
struct DoorRoutes: Sendable {
  let directory: any ArrivalRuleDirectory

  private struct Answer: Encodable {
    var rules: [ArrivalRule]
  }

  func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/door", needs: .viewNodes, records: .nothing) { call in
      try Response.json(encoding: Answer(rules: try await call.blocking { try directory.rules() }))
    }
    routes.on(.put, "api/v1/door/:rule", needs: .manageNodes, records: .configuration) { call in
      var rule = try await call.document(ArrivalRule.self)
      rule.name = try call.decodedComponent("rule")
      if let fault = rule.fault { throw Problem(.unprocessableContent, "The rule cannot be: \(fault).") }
      try await call.blocking { [rule] in try directory.save(rule) }
      return try Response.json(encoding: rule)
    }
    routes.on(.delete, "api/v1/door/:rule", needs: .manageNodes, records: .configuration) { call in
      let name = try call.decodedComponent("rule")
      guard try await call.blocking({ try directory.removeRule(name: name) }) else { throw Problem.notFound }
      return .noContent()
    }
  }
}
