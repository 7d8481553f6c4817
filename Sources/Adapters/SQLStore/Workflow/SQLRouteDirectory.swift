// SPDX-License-Identifier: Apache-2.0

import SQLInterface
import Workflow

/// Routes in the table `route`.
public struct SQLRouteDirectory: RouteDirectory {
  private let database: any SQLDatabase

  public init(_ database: any SQLDatabase) { self.database = database }

  public func routes() throws -> [Route] {
    try database.read { connection in
      try connection.all("SELECT rule FROM route ORDER BY name") { try StoredJSON.decode(Route.self, $0.text(0)) }
    }
  }

  public func save(_ route: Route) throws {
    let text = try StoredJSON.encode(route)
    try database.write { connection in
      let others = try connection.first("SELECT count(*) FROM route WHERE name <> ?", [.text(route.name)]) { $0.int(0) }
      guard (others ?? 0) < Route.maximumCount else {
        throw SQLError(.full, reason: "there are \(Route.maximumCount) routes already")
      }
      _ = try connection.execute(
        "INSERT INTO route (name, rule) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET rule = excluded.rule",
        [.text(route.name), .text(text)])
    }
  }

  public func removeRoute(name: String) throws -> Bool {
    try database.write { connection in
      try connection.execute("DELETE FROM route WHERE name = ?", [.text(name)]) > 0
    }
  }
}
