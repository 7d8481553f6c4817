// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import Trust

/// `/api/v1/events`: server-sent events (WHATWG HTML §9.2).
enum EventRoutes {
  /// A comment so often keeps proxies from closing the stream, and finds out that a browser has gone.
  static let heartbeat = Duration.seconds(15)
  /// Whether somebody may still listen is looked at so often: an account is disabled, a session ended, a role changed.
  static let recheck = Duration.seconds(3)

  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/events", needs: .searchStudies, records: .nothing, stream)
  }

  @Sendable private static func stream(_ call: Call) async throws -> Response {
    let (events, metrics) = (call.services.events, call.services.metrics)
    let queues = call.principal.may(.viewQueues) ? call.services.queues : nil
    let department = call.principal.may(.viewOrders) ? call.services.pulse : nil
    guard let changes = events.listen() else {
      throw Problem(.serviceUnavailable, "Too many browsers listen already.", headers: [.retryAfter: "30"])
    }
    return .stream(type: "text/event-stream") { writer in
      metrics.eventStream(opened: true)
      defer { metrics.eventStream(opened: false) }
      try await writer.write(ByteBuffer(string: "retry: 2000\n: connected\n\n"))
      for await text in withHeartbeat(call, changes, queues?.listen(), department?.listen()) {
        try await writer.write(ByteBuffer(string: text))
      }
    }
  }

  /// The texts to send: one for each change, and a comment where nothing happens for a while.
  private static func withHeartbeat(
    _ call: Call, _ changes: AsyncStream<StudyEvents.Change>, _ queues: AsyncStream<String>?,
    _ department: AsyncStream<String>?
  ) -> AsyncStream<String> {
    AsyncStream { continuation in
      let beat = Task {
        while !Task.isCancelled {
          try? await Task.sleep(for: heartbeat)
          continuation.yield(": alive\n\n")
        }
      }
      let guarding = Task {
        while !Task.isCancelled, await call.isStillAllowed() { try? await Task.sleep(for: recheck) }
        continuation.finish()
      }
      let queued = Task {
        guard let queues else { return }
        for await data in queues { continuation.yield("event: queues\ndata: \(data)\n\n") }
      }
      let happened = Task {
        guard let department else { return }
        for await data in department { continuation.yield("event: department\ndata: \(data)\n\n") }
      }
      let forward = Task {
        for await change in changes {
          let data = JSONValue.object([("studyUID", .string(change.studyUID)), ("at", .integer(change.at))])
          continuation.yield("event: study\ndata: \(String(buffer: data.buffer))\n\n")
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in
        beat.cancel()
        guarding.cancel()
        queued.cancel()
        happened.cancel()
        forward.cancel()
      }
    }
  }
}
