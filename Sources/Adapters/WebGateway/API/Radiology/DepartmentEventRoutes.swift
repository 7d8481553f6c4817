// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import Radiology
import Synchronization
import Trust

/// `/api/v1/department-events`: what happens, so that open lists follow; as a list, and as server-sent events.
enum DepartmentEventRoutes {
  static let pollInterval = Duration.milliseconds(500)
  static let heartbeat = 30
  static let page = 200

  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/department-events", needs: .viewOrders, records: .nothing, list)
    routes.on(.get, "api/v1/department-events/stream", needs: .viewOrders, records: .nothing, stream)
  }

  private struct Events: Encodable, Sendable {
    /// Of the newest event; where a list that was just read goes on.
    var last: Int64
    var events: [RadiologyEvent]
  }

  /// Events after `after`; without it, only where they have come to.
  @Sendable private static func list(_ call: Call) async throws -> Response {
    let after = try call.query["after"].flatMap { Int64($0) }
    let limit = try call.page(largest: 1000).limit
    return try await call.answer {
      let department = try call.department
      guard let after else { return Events(last: try department.lastEvent(), events: []) }
      let events = try department.events(after: after, limit: limit, for: call.performer)
      return Events(last: events.last?.sequence ?? after, events: events)
    }
  }

  @Sendable private static func stream(_ call: Call) async throws -> Response {
    let department = try call.department
    let services = call.services
    let asked = try call.query["after"]
    let given = Int64(call.request.headers[.lastEventID] ?? asked ?? "")
    let start = try await call.blocking { try given ?? department.lastEvent() }
    // Counts among the listeners, and ends with them when the server stops.
    guard let alive = services.events.listen() else {
      throw Problem(.serviceUnavailable, "Too many browsers listen already.", headers: [.retryAfter: "30"])
    }
    return .stream(type: "text/event-stream") { writer in
      let isOver = Over()
      let watch = Task {
        for await _ in alive {}
        isOver.set()
      }
      let guarding = Task {
        while !Task.isCancelled, await call.isStillAllowed() { try? await Task.sleep(for: EventRoutes.recheck) }
        isOver.set()
      }
      defer {
        watch.cancel()
        guarding.cancel()
      }
      services.metrics.eventStream(opened: true)
      defer { services.metrics.eventStream(opened: false) }
      try await writer.write(ByteBuffer(string: "retry: 2000\n: connected\n\n"))
      var last = start
      var quiet = 0
      while !isOver.isSet, !Task.isCancelled {
        let after = last
        let events = try await services.pool.runIfActive { try department.events(after: after, limit: page) }
        for event in events { try await writer.write(ByteBuffer(string: text(event))) }
        last = events.last?.sequence ?? last
        quiet = events.isEmpty ? quiet + 1 : 0
        if quiet >= heartbeat {
          try await writer.write(ByteBuffer(string: ": alive\n\n"))
          quiet = 0
        }
        if events.count < page { try await Task.sleep(for: pollInterval) }
      }
    }
  }

  /// Keys and states only: what somebody may see of it, the lists say.
  private static func text(_ event: RadiologyEvent) -> String {
    let data = JSONValue.object([
      ("kind", .string(event.kind)), ("at", .integer(event.at)), ("order", .integer(event.subject.order)),
      ("exam", .integer(event.subject.procedure)), ("from", .string(event.from)), ("to", .string(event.to)),
    ])
    return "id: \(event.sequence)\nevent: department\ndata: \(String(buffer: data.buffer))\n\n"
  }

  private final class Over: Sendable {
    private let state = Atomic(false)
    var isSet: Bool { state.load(ordering: .relaxed) }
    func set() { state.store(true, ordering: .relaxed) }
  }
}
