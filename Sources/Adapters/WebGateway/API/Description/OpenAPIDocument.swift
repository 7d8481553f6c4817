// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Trust

/// An OpenAPI 3.1 document of `/api/v1`. Which operations there are, their paths and who may use them, comes from the
/// routes; what else is known of one stands in `OperationDetail.all`.
struct OpenAPIDocument {
  static let root = "/api/v1"

  let entries: [RouteCatalogue.Entry]
  let version: String

  init(_ entries: [RouteCatalogue.Entry], version: String) {
    self.entries = entries.filter { $0.path.hasPrefix(Self.root + "/") }
    self.version = version
  }

  var json: JSONValue {
    var order: [String] = []
    var operations: [String: [(String, JSONValue)]] = [:]
    for entry in entries {
      if operations[entry.path] == nil { order.append(entry.path) }
      operations[entry.path, default: []].append((entry.method.rawValue.lowercased(), operation(entry)))
    }
    return .object([
      ("openapi", .string("3.1.0")),
      ("info", .object([("title", .string("Martlet")), ("version", .string(version))])),
      ("servers", .array([.object([("url", .string("/"))])])),
      ("paths", .object(order.map { ($0, .object(operations[$0] ?? [])) })),
      ("components", Self.components),
    ])
  }

  private func operation(_ entry: RouteCatalogue.Entry) -> JSONValue {
    let detail = OperationDetail.all["\(entry.method.rawValue) \(entry.path)"]
    var members: [(String, JSONValue)] = [
      ("operationId", .string(Self.identifier(entry))), ("description", .string(Self.access(entry.access))),
    ]
    if let summary = detail?.summary { members.append(("summary", .string(summary))) }
    let parameters =
      entry.parameters.map { Self.parameter($0, "path", OperationDetail.pathSchema($0), isRequired: true) }
      + (detail?.query ?? []).map { Self.parameter($0.name, "query", $0.schema, isRequired: $0.isRequired) }
    if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
    if let body = detail?.body {
      members.append(
        (
          "requestBody",
          .object([
            ("required", .bool(true)), ("content", .object([("application/json", .object([("schema", body)]))])),
          ])
        ))
    }
    members.append(("responses", Self.responses(detail, entry)))
    if entry.access == .open { members.append(("security", .array([]))) }
    return .object(members)
  }

  private static func identifier(_ entry: RouteCatalogue.Entry) -> String {
    let words = entry.path.dropFirst(root.count).split { !$0.isLetter && !$0.isNumber }
    return entry.method.rawValue.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  private static func access(_ access: RouteCatalogue.Access) -> String {
    switch access {
    case .permission(let permission): "Needs the permission \(permission.rawValue)."
    case .signedIn: "For everybody who has signed in."
    case .open: "Needs no credentials."
    case .loopback(let permission): "For programs of the same machine; others need \(permission.rawValue)."
    }
  }

  private static func parameter(_ name: String, _ place: String, _ schema: JSONValue, isRequired: Bool) -> JSONValue {
    .object([
      ("name", .string(name)), ("in", .string(place)), ("required", .bool(isRequired)), ("schema", schema),
    ])
  }

  private static func responses(_ detail: OperationDetail?, _ entry: RouteCatalogue.Entry) -> JSONValue {
    let problem = JSONValue.object([
      ("description", .string("What is wrong, for a person (RFC 9457).")),
      (
        "content",
        .object([
          (
            "application/problem+json",
            .object([("schema", .object([("$ref", .string("#/components/schemas/Problem"))]))])
          )
        ])
      ),
    ])
    guard let detail else { return .object([("default", problem)]) }
    var success: [(String, JSONValue)] = [("description", .string(detail.answer))]
    if let type = detail.type {
      success.append(("content", .object([(type, .object([("schema", detail.schema)]))])))
    }
    return .object([(String(detail.status), .object(success)), ("default", problem)])
  }

  private static let components = JSONValue.object([
    (
      "schemas",
      .object([
        (
          "Problem",
          OperationDetail.object([
            ("type", OperationDetail.text), ("title", OperationDetail.text), ("status", OperationDetail.integer),
            ("detail", OperationDetail.text), ("code", OperationDetail.text),
          ])
        )
      ])
    ),
    (
      "securitySchemes",
      .object([
        ("bearer", .object([("type", .string("http")), ("scheme", .string("bearer"))])),
        (
          "session",
          .object([
            ("type", .string("apiKey")), ("in", .string("cookie")), ("name", .string(SessionCookie.name)),
          ])
        ),
      ])
    ),
  ])
}
