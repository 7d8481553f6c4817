// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMWeb
import HTTPTypes
import Hummingbird
import Messaging
import Trust

/// `/api/v1/hl7/messages` and `/api/v1/hl7/queue`: what came in and what goes out, to be looked at, edited and done
/// again.
enum MessageRoutes {
  static let largestPage = 500

  /// What a person changed.
  private struct Edited: Decodable {
    /// Segments, each on a line.
    var text: String?
  }

  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/hl7/messages", needs: .viewMessages, records: .configuration, messages)
    routes.on(.get, "api/v1/hl7/messages/:id", needs: .viewMessages, records: .configuration, message)
    routes.on(.post, "api/v1/hl7/messages/:id/reprocess", needs: .manageMessages, records: .configuration, reprocess)
    routes.on(.post, "api/v1/hl7/messages/:id/dismiss", needs: .manageMessages, records: .configuration, dismiss)
    routes.on(.get, "api/v1/hl7/queue", needs: .viewMessages, records: .configuration, queue)
    routes.on(.get, "api/v1/hl7/queue/:id", needs: .viewMessages, records: .configuration, queued)
    routes.on(.post, "api/v1/hl7/queue/:id/resend", needs: .manageMessages, records: .configuration, resend)
    routes.on(.post, "api/v1/hl7/queue/:id/cancel", needs: .manageMessages, records: .configuration, cancel)
  }

  // MARK: In

  @Sendable private static func messages(_ call: Call) async throws -> Response {
    let ports = try ports(call)
    var query = InboundQuery()
    query.limit = try call.query.integer("limit", in: 1...largestPage) ?? 100
    query.before = try call.query.integer("before", in: 0...Int.max).map { Int64($0) }
    query.controlID = try call.query["controlID"] ?? ""
    query.states = try states(call, InboundState.self)
    let (list, counts) = try await call.blocking { [query] in
      (try ports.log.messages(matching: query), try ports.log.counts())
    }
    return .json(
      .object([
        ("messages", .array(list.map { .object(fields($0)) })),
        ("counts", .object(InboundState.allCases.map { ($0.rawValue, .integer(Int64(counts[$0] ?? 0))) })),
      ]))
  }

  @Sendable private static func message(_ call: Call) async throws -> Response {
    let (ports, id) = (try ports(call), try id(call))
    guard let message = try await call.blocking({ try ports.log.message(id) }) else { throw Problem.notFound }
    return .json(.object(fields(message) + texts(message.bytes, message.answer)))
  }

  @Sendable private static func reprocess(_ call: Call) async throws -> Response {
    let (ports, id) = (try ports(call), try id(call))
    let given = try await edited(call)
    let message = try await call.blocking { () throws -> InboundMessage? in
      guard let message = try ports.log.message(id) else { return nil }
      guard message.state != .processed else { throw Problem(.conflict, "The message was processed.") }
      if let text = given.text {
        guard try ports.log.edit(id, bytes: try bytes(text, like: message.bytes)) else { return nil }
      }
      return try ports.reprocess(id)
    }
    guard let message else { throw Problem.notFound }
    return .json(.object(fields(message) + texts(message.bytes, message.answer)))
  }

  @Sendable private static func dismiss(_ call: Call) async throws -> Response {
    let (ports, id) = (try ports(call), try id(call))
    try await call.blocking {
      guard let message = try ports.log.message(id) else { throw Problem.notFound }
      guard message.state != .processed else { throw Problem(.conflict, "The message was processed.") }
      try ports.log.finish(id, as: .dismissed, failure: message.failure, answer: message.answer)
    }
    return .noContent()
  }

  private static func fields(_ message: InboundMessage) -> [(String, JSONValue)] {
    [
      ("id", .integer(message.id)), ("receivedAt", .integer(message.receivedAt)), ("peer", .string(message.peer)),
      ("application", .string(message.sender.application)), ("facility", .string(message.sender.facility)),
      ("controlID", .string(message.controlID)), ("name", .string(message.name)),
      ("state", .string(message.state.rawValue)), ("needsAttention", .bool(message.state.needsAttention)),
      ("attempts", .integer(Int64(message.attempts))), ("repeats", .integer(Int64(message.repeats))),
      ("failure", .string(message.failure)), ("isEdited", .bool(message.isEdited)),
    ]
  }

  // MARK: Out

  @Sendable private static func queue(_ call: Call) async throws -> Response {
    let ports = try ports(call)
    var query = OutboundQuery()
    query.limit = try call.query.integer("limit", in: 1...largestPage) ?? 100
    query.before = try call.query.integer("before", in: 0...Int.max).map { Int64($0) }
    query.destination = try call.query["destination"] ?? ""
    query.states = try states(call, OutboundState.self)
    let (list, counts) = try await call.blocking { [query] in
      (try ports.queue.messages(matching: query), try ports.queue.counts())
    }
    return .json(
      .object([
        ("messages", .array(list.map { .object(fields($0)) })),
        ("counts", .object(OutboundState.allCases.map { ($0.rawValue, .integer(Int64(counts[$0] ?? 0))) })),
      ]))
  }

  @Sendable private static func queued(_ call: Call) async throws -> Response {
    let (ports, id) = (try ports(call), try id(call))
    guard let message = try await call.blocking({ try ports.queue.message(id) }) else { throw Problem.notFound }
    return .json(.object(fields(message) + texts(message.bytes, message.answer)))
  }

  @Sendable private static func resend(_ call: Call) async throws -> Response {
    let (ports, id) = (try ports(call), try id(call))
    let given = try await edited(call)
    let message = try await call.blocking { () throws -> QueuedMessage? in
      guard let message = try ports.queue.message(id) else { return nil }
      let edited = try given.text.map { try bytes($0, like: message.bytes) }
      guard try ports.queue.resend(id, bytes: edited, at: ArchiveOptions.systemTime()) else { return nil }
      return try ports.queue.message(id)
    }
    guard let message else { throw Problem.notFound }
    return .json(.object(fields(message) + texts(message.bytes, message.answer)))
  }

  @Sendable private static func cancel(_ call: Call) async throws -> Response {
    let (ports, id) = (try ports(call), try id(call))
    guard try await call.blocking({ try ports.queue.cancel(id) }) else {
      throw Problem(.conflict, "There is no such message that waits or was refused.")
    }
    return .noContent()
  }

  private static func fields(_ message: QueuedMessage) -> [(String, JSONValue)] {
    [
      ("id", .integer(message.id)), ("destination", .string(message.destination)),
      ("patient", .string(message.orderingKey)), ("name", .string(message.name)),
      ("controlID", .string(message.controlID)), ("state", .string(message.state.rawValue)),
      ("attempts", .integer(Int64(message.attempts))), ("createdAt", .integer(message.createdAt)),
      ("nextAttemptAt", .integer(message.nextAttemptAt)), ("deliveredAt", JSONValue(message.deliveredAt)),
      ("failure", .string(message.failure)),
    ]
  }

  // MARK: Both

  static func ports(_ call: Call) throws -> MessagePorts {
    guard let ports = call.services.ports.messages else { throw Problem.notFound }
    return ports
  }

  private static func id(_ call: Call) throws -> Int64 {
    guard let id = Int64(try call.component("id")) else { throw Problem.notFound }
    return id
  }

  /// `state=failed,rejected`
  private static func states<State: RawRepresentable<String> & Hashable>(
    _ call: Call, _: State.Type
  ) throws -> Set<State> {
    Set(
      try (call.query["state"] ?? "").split(separator: ",").map { name in
        guard let state = State(rawValue: String(name)) else {
          throw Problem(.badRequest, "There is no state \(name).")
        }
        return state
      })
  }

  private static func edited(_ call: Call) async throws -> Edited {
    call.request.headers[.contentType] == nil ? Edited() : try await call.body(Edited.self)
  }

  private static func bytes(_ text: String, like original: [UInt8]) throws -> [UInt8] {
    guard let bytes = MessageText.bytes(text, isUTF8: MessageText.text(original).isUTF8) else {
      throw Problem(.unprocessableContent, "The text has characters that the message's character set lacks.")
    }
    return bytes
  }

  private static func texts(_ bytes: [UInt8], _ answer: [UInt8]) -> [(String, JSONValue)] {
    [("text", .string(MessageText.text(bytes).text)), ("answer", .string(MessageText.text(answer).text))]
  }
}
