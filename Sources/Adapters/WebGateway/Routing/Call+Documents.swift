// SPDX-License-Identifier: Apache-2.0

import DICOMFile
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import Radiology
import Trust

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Call {
  /// The largest record that is taken: a long report with its fields.
  static var largestDocument: Int { 1 << 20 }

  /// Reads the body as a record of the department.
  func document<Value: Decodable>(_: Value.Type) async throws -> Value {
    guard let type = request.headers[.contentType], try MediaType(parsing: type).essence == "application/json" else {
      throw Problem(.unsupportedMediaType, "The body must be application/json.")
    }
    let bytes = try await request.body.collect(upTo: Self.largestDocument)
    do {
      return try JSONDecoder().decode(Value.self, from: Data(bytes.readableBytesView))
    } catch let error as DecodingError {
      throw Problem(.badRequest, "The body is not what is expected here: \(Self.fault(error)).")
    }
  }

  /// The department, which is there where its routes are.
  var department: Department {
    get throws {
      guard let department = services.ports.department else { throw Problem.notFound }
      return department
    }
  }

  /// Who acts, as the department's records name them.
  var performer: Performer { Performer(name: principal.name, role: principal.role, origin: .web) }

  /// A row key in the path.
  func key(_ name: String) throws -> Int64 {
    guard let key = Int64(try component(name)), key > 0 else { throw Problem.notFound }
    return key
  }

  /// Offset and limit of a list.
  func page(largest: Int = 500) throws -> (offset: Int, limit: Int) {
    (
      try query.integer("offset", in: 0...Int(Int32.max)) ?? 0, try query.integer("limit", in: 1...largest) ?? 50
    )
  }

  /// Runs what blocks, and gives its result as JSON.
  func answer<Value: Encodable & Sendable>(
    status: HTTPResponse.Status = .ok, _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Response {
    // Written on the same thread: those that take requests have to answer everybody.
    let bytes = try await services.documents.runIfActive { try JSONEncoding.encode(body()) }
    return .bytes(ByteBuffer(bytes: bytes), type: "application/json", status: status)
  }

  private static func fault(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? "." + $0.stringValue }.joined()
    }
    switch error {
    case .typeMismatch(let type, let context): return "\(place(context)) is not of type \(type)"
    case .valueNotFound(_, let context): return "\(place(context)) is null"
    case .keyNotFound(let key, let context): return "\(place(context)).\(key.stringValue) is missing"
    case .dataCorrupted(let context): return "\(place(context)): \(context.debugDescription)"
    @unknown default: return "it cannot be read"
    }
  }
}

extension Response {
  /// A record of the department as JSON.
  static func document(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    .bytes(ByteBuffer(bytes: try JSONEncoding.encode(value)), type: "application/json", status: status)
  }
}

extension Problem {
  init(_ error: RadiologyError) {
    let status: HTTPResponse.Status =
      switch error.code {
      case .notFound: .notFound
      case .forbidden: .forbidden
      case .invalid: .unprocessableContent
      default: .conflict
      }
    self.init(status, error.reason, code: error.matter?.rawValue ?? error.code.description)
  }
}
