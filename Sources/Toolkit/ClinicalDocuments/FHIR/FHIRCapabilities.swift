// SPDX-License-Identifier: Apache-2.0

/// What a server of FHIR R4 can do, as the resource CapabilityStatement.
public struct FHIRCapabilities: Sendable {
  /// A type of resource that can be read and searched.
  public struct Kind: Sendable {
    public var type: String
    /// Names and types of search parameters.
    public var parameters: [(name: String, type: String)]

    public init(_ type: String, _ parameters: [(name: String, type: String)]) {
      self.type = type
      self.parameters = parameters
    }
  }

  public var software: String
  public var version: String
  /// Address of the service.
  public var address: String
  /// Day of this statement.
  public var date: DateTime
  public var kinds: [Kind]

  public init(software: String, version: String, address: String, date: DateTime, kinds: [Kind]) {
    self.software = software
    self.version = version
    self.address = address
    self.date = date
    self.kinds = kinds
  }

  public var resource: FHIRResource {
    FHIRResource(
      .object([
        ("resourceType", .string("CapabilityStatement")), ("status", .string("active")), ("date", .string(date.fhir)),
        ("kind", .string("instance")),
        ("software", .object([("name", .string(software)), ("version", .string(version))])),
        (
          "implementation",
          .object([
            ("description", .string("Validated radiology reports, studies and orders")), ("url", .string(address)),
          ])
        ),
        ("fhirVersion", .string("4.0.1")), ("format", .array([.string("application/fhir+json"), .string("json")])),
        ("rest", .array([.object([("mode", .string("server")), ("resource", .array(kinds.map(kind)))])])),
      ]))
  }

  private func kind(_ kind: Kind) -> JSONNode {
    .object([
      ("type", .string(kind.type)),
      ("interaction", .array(["read", "search-type"].map { .object([("code", .string($0))]) })),
      (
        "searchParam",
        .list(kind.parameters.map { .object([("name", .string($0.name)), ("type", .string($0.type))]) })
      ),
    ])
  }
}
