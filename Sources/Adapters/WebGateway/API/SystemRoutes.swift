// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMWeb
import HTTPTypes
import Hummingbird
import Trust

/// `/api/v1/system` and `/api/v1/incidents`: what an administrator watches.
enum SystemRoutes {
  static let largestPage = 1000

  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/system", needs: .viewSystem, records: .nothing, system)
    routes.on(.get, "api/v1/status", needs: .viewSystem, records: .nothing, system)
    routes.on(.get, "api/v1/alarms", needs: .viewSystem, records: .nothing, alarms)
    routes.on(.get, "api/v1/incidents", needs: .viewIncidents, records: .nothing, incidents)
    routes.on(.get, "api/v1/audit", needs: .viewAudit, records: .configuration, audit)
    routes.on(.get, "api/v1/audit/chain", needs: .viewAudit, records: .configuration) { call in
      await call.services.trail.flush(on: call.services.pool)
      let broken = try await call.blocking { try call.services.ports.audit.firstBrokenLink() }
      return .json(.object([("brokenAt", JSONValue(broken))]))
    }
  }

  @Sendable private static func system(_ call: Call) async throws -> Response {
    let status = try await call.blocking { try call.services.ports.status() }
    func figures(_ all: [SystemStatus.Figure]) -> JSONValue {
      .object(all.map { ($0.name, .integer(Int64($0.value))) })
    }
    return .json(
      .object([
        ("version", .string(call.services.options.version)), ("aeTitle", .string(status.aeTitle)),
        ("startedAt", .integer(status.startedAt)), ("ports", figures(status.ports)), ("counts", figures(status.counts)),
        ("facts", .object(status.facts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
        ("alarms", .array(call.services.archive.alarms.open.map(value))),
      ]))
  }

  /// Open alarms, or with `all=true` those that are over too.
  @Sendable private static func alarms(_ call: Call) async throws -> Response {
    let limit = try call.query.integer("limit", in: 1...largestPage) ?? 100
    var alarms = Array(call.services.archive.alarms.open.prefix(limit))
    if try call.query.flag("all"), let list = call.services.ports.alarms {
      let known = try await call.blocking { try list.alarms(onlyOpen: false, limit: limit) }
      alarms += known.filter { !$0.isOpen }.prefix(limit - alarms.count)
    }
    return .json(.object([("alarms", .array(alarms.map(value)))]))
  }

  private static func value(_ alarm: Alarm) -> JSONValue {
    .object([
      ("kind", .string(alarm.kind.rawValue)), ("subject", .string(alarm.subject)),
      ("severity", .string(alarm.severity.rawValue)), ("reason", .string(alarm.reason)),
      ("firstAt", .integer(alarm.firstAt)), ("lastAt", .integer(alarm.lastAt)), ("count", .integer(Int64(alarm.count))),
      ("clearedAt", alarm.clearedAt.map { .integer($0) } ?? .null),
    ])
  }

  @Sendable private static func incidents(_ call: Call) async throws -> Response {
    let limit = try call.query.integer("limit", in: 1...largestPage) ?? 100
    let incidents = try await call.blocking { try call.services.ports.incidents.incidents(limit: limit) }
    return .json(
      .object([
        (
          "incidents",
          .array(
            incidents.map { incident in
              .object([
                ("id", .integer(incident.id)), ("kind", .string(incident.kind.rawValue)), ("at", .integer(incident.at)),
                ("sender", .string(incident.sender)), ("reason", .string(incident.reason)),
                ("instanceUID", .string(incident.instanceUID)), ("file", .string(incident.file)),
                ("size", .integer(incident.size)),
              ])
            })
        )
      ]))
  }

  @Sendable private static func audit(_ call: Call) async throws -> Response {
    let parameters = try call.query
    var query = AuditQuery(limit: try parameters.integer("limit", in: 1...largestPage) ?? 100)
    query.actor = parameters["actor"] ?? ""
    query.patientID = parameters["patient"] ?? ""
    query.object = parameters["object"] ?? ""
    query.event = parameters["event"] ?? ""
    (query.from, query.to) = (parameters["from"].flatMap { Int64($0) }, parameters["to"].flatMap { Int64($0) })
    await call.services.trail.flush(on: call.services.pool)
    let events = try await call.blocking { [query] in try call.services.ports.audit.events(matching: query) }
    return .json(
      .object([
        (
          "events",
          .array(
            events.map { event in
              .object([
                ("at", .integer(event.at)), ("event", .string(event.event)), ("outcome", .string(event.outcome)),
                ("actor", .string(event.actor)), ("address", .string(event.address)), ("object", .string(event.object)),
                ("patientID", .string(event.patientID)),
              ])
            })
        )
      ]))
  }
}
