// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix

/// Compresses texts where the client accepts gzip, streams of them piece by piece. Pixels pass as they are.
struct Compression: RouterMiddleware {
  let pool: NIOThreadPool

  static let smallest = 1400
  static let types: Set<String> = [
    "application/json", "application/dicom+json", "application/problem+json", "text/html; charset=utf-8",
  ]

  func handle(
    _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    guard let type = response.headers[.contentType], Self.types.contains(type),
      response.headers[.contentEncoding] == nil
    else { return response }
    response.headers[.vary] = "Accept-Encoding"
    guard Self.accepts(request.headers), response.status != .noContent, request.method != .head else { return response }
    guard let length = response.body.contentLength else {
      let (plain, pool) = (response.body, pool)
      response.headers[.contentEncoding] = "gzip"
      response.body = ResponseBody { writer in try await plain.write(try PackingWriter(writer, pool: pool)) }
      return response
    }
    guard length >= Self.smallest, length <= Gzip.largestInput else { return response }
    let collector = BodyCollector()
    try await response.body.write(collector)
    let plain = collector.bytes
    let packed = try await pool.runIfActive { Gzip.compress(plain, level: 1) }
    if let packed {
      response.headers[.contentEncoding] = "gzip"
      response.body = ResponseBody(byteBuffer: packed)
    } else {
      response.body = ResponseBody(byteBuffer: plain)
    }
    return response
  }

  static func accepts(_ headers: HTTPFields) -> Bool {
    headers[values: .acceptEncoding].contains { field in
      field.split(separator: ",").contains { coding in
        let parts = coding.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
        guard let name = parts.first, name == "gzip" || name == "*" else { return false }
        return !parts.dropFirst().contains { $0 == "q=0" || $0 == "q=0.0" }
      }
    }
  }
}

/// Takes a body that is in memory already.
final class BodyCollector: ResponseBodyWriter {
  private(set) var bytes = ByteBuffer()

  func write(_ buffer: ByteBuffer) async throws {
    if bytes.readableBytes == 0 {
      bytes = buffer
    } else {
      var buffer = buffer
      bytes.writeBuffer(&buffer)
    }
  }

  func finish(_: HTTPFields?) async throws {}
}
