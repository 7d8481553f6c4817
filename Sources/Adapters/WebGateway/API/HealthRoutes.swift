// SPDX-License-Identifier: Apache-2.0

import Archive
import HTTPTypes
import Hummingbird
import Trust

/// What machines ask that watch the server.
enum HealthRoutes {
  static func add(to routes: RouteTable) {
    routes.onOpen(.get, "healthz") { _ in .json(.object([("status", .string("ok"))])) }
    routes.onOpen(.get, "readyz") { visit in
      let isReady = visit.services.ports.isReady()
      return .json(
        .object([("status", .string(isReady ? "ready" : "starting"))]), status: isReady ? .ok : .serviceUnavailable)
    }
    routes.onLoopback(.get, "metrics", elseNeeds: .viewSystem) { visit in
      let counts = try await visit.blocking { try visit.services.ports.status().counts }
      let gauges = counts.map { (name: $0.name, value: $0.value) }
      return .bytes(
        visit.services.metrics.exposition(gauges: gauges, alarms: visit.services.archive.alarms.open),
        type: "text/plain; version=0.0.4; charset=utf-8")
    }
  }
}
