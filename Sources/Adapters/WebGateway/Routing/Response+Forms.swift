// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
  /// Bytes that are there.
  static func bytes(
    _ bytes: ByteBuffer, type: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    headers[.contentType] = type
    if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
  }

  static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
    .bytes(value.buffer, type: "application/json", status: status)
  }

  static func noContent(headers: HTTPFields = [:]) -> Response {
    Response(status: .noContent, headers: headers)
  }

  /// Bytes that come piece by piece.
  /// - Parameter length: of all pieces, where it is known.
  static func stream(
    type: String, length: Int? = nil, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:],
    _ write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
  ) -> Response {
    var headers = headers
    headers[.contentType] = type
    if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    return Response(
      status: status, headers: headers,
      body: ResponseBody(contentLength: length) { writer in
        try await write(&writer)
        try await writer.finish(nil)
      })
  }
}

extension HTTPField.Name {
  static let csrfToken = Self("X-Martlet-CSRF").unsafelyNamed
  static let requestID = Self("X-Request-ID").unsafelyNamed
  static let referrerPolicy = Self("Referrer-Policy").unsafelyNamed
  static let frameOptions = Self("X-Frame-Options").unsafelyNamed
  static let openerPolicy = Self("Cross-Origin-Opener-Policy").unsafelyNamed
  static let resourcePolicy = Self("Cross-Origin-Resource-Policy").unsafelyNamed
  static let warning = Self("Warning").unsafelyNamed
  static let forwarded = Self("Forwarded").unsafelyNamed
  static let forwardedFor = Self("X-Forwarded-For").unsafelyNamed
  static let forwardedProto = Self("X-Forwarded-Proto").unsafelyNamed
}

extension HTTPField.Name? {
  /// Names that are written in the source are well formed.
  fileprivate var unsafelyNamed: HTTPField.Name {
    guard let name = self else { preconditionFailure("a header field name in the source is malformed") }
    return name
  }
}
