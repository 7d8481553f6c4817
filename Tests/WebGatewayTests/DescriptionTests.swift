// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Testing
import Trust

@testable import WebGateway

@Suite struct DescriptionTests {
  private struct Document: Decodable {
    struct Operation: Decodable {
      struct Parameter: Decodable {
        var name: String
        var `in`: String
      }
      var operationId: String
      var parameters: [Parameter]?
      var description: String
    }
    var openapi: String
    var paths: [String: [String: Operation]]
  }

  let web: WebFixture

  init() throws { web = try WebFixture() }

  private func document() async throws -> Document {
    let answer = try await web.call(.get, "/api/v1/openapi.json")
    #expect(answer.status == 200)
    return try JSONDecoder().decode(Document.self, from: Data(answer.body))
  }

  private func routes() -> RouteCatalogue { web.services.router(isSecure: false).catalogue }

  @Test func holdsEveryRouteAndNoOther() async throws {
    let document = try await document()
    #expect(document.openapi == "3.1.0")
    let described = document.paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } }
    let written = routes().entries.filter { $0.path.hasPrefix("/api/v1/") }.map { "\($0.method.rawValue) \($0.path)" }
    #expect(described.sorted() == written.sorted())
    #expect(written.count > 15)
    let identifiers = document.paths.values.flatMap { $0.values.map(\.operationId) }
    #expect(Set(identifiers).count == identifiers.count)
  }

  @Test func parametersOfPathsAreDescribed() async throws {
    for (path, methods) in try await document().paths {
      let names = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
      for operation in methods.values {
        #expect((operation.parameters ?? []).filter { $0.in == "path" }.map(\.name) == names, "\(path)")
      }
    }
  }

  @Test func detailsAreOfRoutesThatExist() {
    let written = Set(routes().entries.map { "\($0.method.rawValue) \($0.path)" })
    for key in OperationDetail.all.keys { #expect(written.contains(key), "\(key)") }
  }

  @Test(arguments: [
    ("/api/v1/studies", HTTPRequest.Method.delete, "GET, HEAD"), ("/dicom-web/studies", .put, "GET, HEAD, POST"),
  ])
  func otherMethodsAreRefusedWithTheRightOnes(path: String, method: HTTPRequest.Method, allowed: String) async throws {
    let answer = try await web.call(method, path, as: .administrator)
    #expect(answer.status == 405)
    #expect(answer.headers[.allow] == allowed)
  }
}
