// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Trust

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `/api/v1/preferences/{topic}`: JSON documents in which the browser client keeps how its user likes to work.
/// Everybody reads and writes only their own.
enum PreferenceRoutes {
  /// Whatever is JSON.
  private struct AnyJSON: Decodable {
    init(from decoder: any Decoder) throws { _ = try decoder.singleValueContainer() }
  }

  /// There are no others, so that nobody fills the database.
  static let topics: Set<String> = ["viewer", "hanging-protocols"]
  static let largestDocument = 256 * 1024

  static func add(to routes: RouteTable) {
    routes.onSignedIn(.get, "api/v1/preferences/:topic") { call in
      let (store, topic) = try place(call)
      let document = try await call.blocking { try store.preference(topic, ofAccount: call.principal.name) }
      return .bytes(
        ByteBuffer(string: document ?? "null"), type: "application/json", headers: [.cacheControl: "no-store"])
    }
    routes.onSignedIn(.put, "api/v1/preferences/:topic", save)
    routes.onSignedIn(.delete, "api/v1/preferences/:topic") { call in
      let (store, topic) = try place(call)
      guard try await call.blocking({ try store.removePreference(topic, ofAccount: call.principal.name) }) else {
        throw Problem.notFound
      }
      return .noContent()
    }
  }

  private static func place(_ call: Call) throws -> (any PreferenceStore, String) {
    let topic = try call.decodedComponent("topic")
    guard topics.contains(topic), let store = call.services.ports.preferences else { throw Problem.notFound }
    return (store, topic)
  }

  @Sendable private static func save(_ call: Call) async throws -> Response {
    let (store, topic) = try place(call)
    guard let type = call.request.headers[.contentType], try MediaType(parsing: type).essence == "application/json"
    else {
      throw Problem(.unsupportedMediaType, "The body must be application/json.")
    }
    let bytes = try await call.request.body.collect(upTo: largestDocument)
    let data = Data(bytes.readableBytesView)
    guard (try? JSONDecoder().decode(AnyJSON.self, from: data)) != nil, let text = String(data: data, encoding: .utf8)
    else { throw Problem(.badRequest, "The body must be JSON.") }
    try await call.blocking { try store.save(text, topic: topic, ofAccount: call.principal.name) }
    return .noContent()
  }
}
