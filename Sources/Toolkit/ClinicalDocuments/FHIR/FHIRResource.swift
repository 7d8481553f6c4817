// SPDX-License-Identifier: Apache-2.0

/// A resource of FHIR R4 (4.0.1).
public struct FHIRResource: Sendable {
  let node: JSONNode

  init(_ node: JSONNode) { self.node = node }

  /// JSON in UTF-8.
  public func encode() -> [UInt8] { node.bytes }

  /// Media type of all resources.
  public static let mediaType = "application/fhir+json"

  /// The answer of a search.
  /// - Parameters:
  ///   - total: how many there are in all; nil where that is not known.
  ///   - next: address of the next page; nil for the last.
  ///   - entries: addresses and what is there.
  public static func searchset(
    _ entries: [(url: String, resource: FHIRResource)], total: Int?, address: String, next: String?
  ) -> FHIRResource {
    let links = [("self", address)] + (next.map { [("next", $0)] } ?? [])
    return FHIRResource(
      .object([
        ("resourceType", .string("Bundle")), ("type", .string("searchset")), ("total", total.map { .number($0) }),
        ("link", .array(links.map { .object([("relation", .string($0.0)), ("url", .string($0.1))]) })),
        (
          "entry",
          .list(
            entries.map { entry in
              .object([
                ("fullUrl", .string(entry.url)), ("resource", entry.resource.node),
                ("search", .object([("mode", .string("match"))])),
              ])
            })
        ),
      ]))
  }

  /// What went wrong.
  /// - Parameter code: of the value set IssueType.
  public static func outcome(_ code: String, _ diagnostics: String) -> FHIRResource {
    FHIRResource(
      .object([
        ("resourceType", .string("OperationOutcome")),
        (
          "issue",
          .array([
            .object([
              ("severity", .string("error")), ("code", .string(code)), ("diagnostics", JSONNode.text(diagnostics)),
            ])
          ])
        ),
      ]))
  }
}
