// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
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
  /// Bytes that come piece by piece and of which a client may ask for a range (RFC 9110 §14).
  /// - Parameter write: writes this range of all bytes.
  static func ranged(
    _ request: Request, type: String, length: Int64, headers: HTTPFields = [:],
    _ write: @escaping @Sendable (Range<Int64>, inout any ResponseBodyWriter) async throws -> Void
  ) -> Response {
    var headers = headers
    headers[.acceptRanges] = "bytes"
    // A range of another state than that which the client has begun to read is of no use to it.
    let condition = request.headers[.ifRange]
    let isSame = condition.map { $0 == headers[.eTag] } ?? true
    switch ByteRange.choose(isSame ? request.headers[.range] : nil, length: length) {
    case .whole:
      return .stream(type: type, length: Int(length), headers: headers) { try await write(0..<length, &$0) }
    case .part(let range):
      headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
      return .stream(type: type, length: range.count, status: .partialContent, headers: headers) {
        try await write(range, &$0)
      }
    case .unsatisfiable:
      return Response(status: .rangeNotSatisfiable, headers: [.contentRange: "bytes */\(length)"])
    }
  }
}

extension HTTPField.Name {
  static let csrfToken = Self("X-Martlet-CSRF").unsafelyNamed
  /// Seconds for which the person before the page has done nothing.
  static let idle = Self("X-Martlet-Idle").unsafelyNamed
  /// What the browser wants the answer for (W3C Fetch Metadata Request Headers §2.1).
  static let fetchDestination = Self("Sec-Fetch-Dest").unsafelyNamed
  static let requestID = Self("X-Request-ID").unsafelyNamed
  static let referrerPolicy = Self("Referrer-Policy").unsafelyNamed
  static let frameOptions = Self("X-Frame-Options").unsafelyNamed
  static let openerPolicy = Self("Cross-Origin-Opener-Policy").unsafelyNamed
  static let resourcePolicy = Self("Cross-Origin-Resource-Policy").unsafelyNamed
  static let acceptCharset = Self("Accept-Charset").unsafelyNamed
  static let totalCount = Self("X-Total-Count").unsafelyNamed
  static let lastEventID = Self("Last-Event-ID").unsafelyNamed
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
