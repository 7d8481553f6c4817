// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import Trust

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One request and what it takes to answer it.
protocol WebRequest: Sendable {
  var request: Request { get }
  var context: WebContext { get }
  var services: WebServices { get }
}

/// A request that anybody may make.
struct Visit: WebRequest {
  let request: Request
  let context: WebContext
  let services: WebServices
}

/// A request of somebody who may make it.
struct Call: WebRequest {
  let request: Request
  let context: WebContext
  let services: WebServices
  let principal: Principal
}

extension Call {
  /// Whether who began this call is still signed in, as the same; for answers that go on and on.
  func isStillAllowed() async -> Bool {
    let authentication = Authentication(
      authenticator: services.authenticator, pool: services.documents, linkKey: services.options.linkKey)
    return await authentication.isStillAllowed(principal, with: request.headers)
  }
}

extension WebRequest {
  /// The largest request body that is read as a whole.
  static var largestJSON: Int { 64 * 1024 }

  /// A component of the target that the route's path names.
  func component(_ name: String) throws -> String {
    guard let value = context.parameters.get(name) else { throw Problem.notFound }
    return value
  }

  /// The same with its escapes decoded.
  func decodedComponent(_ name: String) throws -> String {
    try QueryParameters.decode(pathComponent: component(name))
  }

  var query: QueryParameters {
    get throws { try QueryParameters(parsing: request.uri.query ?? "") }
  }

  var accept: Accept {
    get throws {
      let header = request.headers[values: .accept].joined(separator: ",")
      return try Accept.of(header: header.isEmpty ? nil : header, parameter: query["accept"])
    }
  }

  /// Study, and series and instance where the route's path names them.
  var resource: ResourcePath {
    get throws {
      try ResourcePath(
        parsing: component("study"), series: context.parameters.get("series"),
        instance: context.parameters.get("instance"))
    }
  }

  /// Scheme, host and port as the client wrote them, so that links in answers lead back here.
  var origin: String {
    Origin.of(
      authority: request.head.authority, port: context.port, isSecure: services.isSecure,
      forwardedScheme: request.headers[.forwardedProto],
      isForwarded: [.forwardedProto, .forwardedFor, .forwarded].contains { request.headers[$0] != nil })
  }

  /// The address of the DICOMweb service.
  var dicomWebBase: String { origin + "/dicom-web" }

  /// Reads the body, which must be JSON.
  func body<Value: Decodable>(_: Value.Type) async throws -> Value {
    guard let type = request.headers[.contentType], try MediaType(parsing: type).essence == "application/json" else {
      throw Problem(.unsupportedMediaType, "The body must be application/json.")
    }
    let bytes = try await request.body.collect(upTo: Self.largestJSON)
    do {
      return try JSONDecoder().decode(Value.self, from: Data(bytes.readableBytesView))
    } catch {
      throw Problem(.badRequest, "The body is not the JSON that is expected here.")
    }
  }

  /// Runs what blocks on the pool of threads.
  func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await services.pool.runIfActive(body)
  }
}
