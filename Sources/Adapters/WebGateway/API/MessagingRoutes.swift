// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMWeb
import HTTPTypes
import Hummingbird
import Messaging
import Trust

/// `/api/v1/hl7/destinations` and `/api/v1/hl7/profiles`: who is sent messages, and how senders deviate.
enum MessagingRoutes {
  private struct GivenDestination: Decodable {
    var host: String
    var port: Int
    var tls: Bool?
    var active: Bool?
    var kinds: [String]?
    var version: String?
    var characterSet: String?
    var sendingApplication: String?
    var sendingFacility: String?
    var receivingApplication: String?
    var receivingFacility: String?
    var sendsPreliminary: Bool?
    var enclosesPDF: Bool?
    var studyLink: String?
  }

  private struct GivenProfile: Decodable {
    var application: String?
    var facility: String?
    var characterSet: String?
    var rules: [String]?
    var reusesControlIDs: Bool?
    var answersOrders: Bool?
  }

  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/hl7/destinations", needs: .viewMessages, records: .nothing, destinations)
    routes.on(.put, "api/v1/hl7/destinations/:name", needs: .manageMessages, records: .configuration, saveDestination)
    routes.on(
      .delete, "api/v1/hl7/destinations/:name", needs: .manageMessages, records: .configuration, removeDestination)
    routes.on(.get, "api/v1/hl7/profiles", needs: .viewMessages, records: .nothing, profiles)
    routes.on(.put, "api/v1/hl7/profiles", needs: .manageMessages, records: .configuration, saveProfile)
    routes.on(.delete, "api/v1/hl7/profiles", needs: .manageMessages, records: .configuration, removeProfile)
  }

  @Sendable private static func destinations(_ call: Call) async throws -> Response {
    let ports = try MessageRoutes.ports(call)
    let list = try await call.blocking { try ports.directory.destinations() }
    return .json(.object([("destinations", .array(list.map(json)))]))
  }

  @Sendable private static func saveDestination(_ call: Call) async throws -> Response {
    let ports = try MessageRoutes.ports(call)
    let given = try await call.body(GivenDestination.self)
    let kinds = try given.kinds.map { names in
      Set(
        try names.map { name in
          guard let kind = OutboundKind(rawValue: name) else {
            throw Problem(.unprocessableContent, "There is no kind of messages \(name).")
          }
          return kind
        })
    }
    var destination = Destination(
      name: try call.decodedComponent("name"), host: given.host, port: given.port, usesTLS: given.tls ?? false,
      isActive: given.active ?? true, kinds: kinds ?? Set(OutboundKind.allCases))
    destination.format.version = given.version ?? destination.format.version
    destination.format.characterSet = given.characterSet ?? destination.format.characterSet
    destination.format.sendingApplication = given.sendingApplication ?? destination.format.sendingApplication
    destination.format.sendingFacility = given.sendingFacility ?? ""
    destination.format.receivingApplication = given.receivingApplication ?? ""
    destination.format.receivingFacility = given.receivingFacility ?? ""
    destination.reports.sendsPreliminary = given.sendsPreliminary ?? false
    destination.reports.enclosesPDF = given.enclosesPDF ?? true
    destination.reports.studyLink = given.studyLink ?? ""
    if let fault = destination.fault { throw Problem(.unprocessableContent, fault) }
    try await call.blocking { [destination] in try ports.directory.save(destination) }
    return .json(json(destination))
  }

  @Sendable private static func removeDestination(_ call: Call) async throws -> Response {
    let ports = try MessageRoutes.ports(call)
    let name = try call.decodedComponent("name")
    guard try await call.blocking({ try ports.directory.removeDestination(name) }) else { throw Problem.notFound }
    return .noContent()
  }

  private static func json(_ destination: Destination) -> JSONValue {
    let format = destination.format
    return .object([
      ("name", .string(destination.name)), ("host", .string(destination.host)),
      ("port", .integer(Int64(destination.port))), ("tls", .bool(destination.usesTLS)),
      ("active", .bool(destination.isActive)),
      ("kinds", JSONValue(destination.kinds.map(\.rawValue).sorted())), ("version", .string(format.version)),
      ("characterSet", .string(format.characterSet)), ("sendingApplication", .string(format.sendingApplication)),
      ("sendingFacility", .string(format.sendingFacility)),
      ("receivingApplication", .string(format.receivingApplication)),
      ("receivingFacility", .string(format.receivingFacility)),
      ("sendsPreliminary", .bool(destination.reports.sendsPreliminary)),
      ("enclosesPDF", .bool(destination.reports.enclosesPDF)), ("studyLink", .string(destination.reports.studyLink)),
    ])
  }

  @Sendable private static func profiles(_ call: Call) async throws -> Response {
    let ports = try MessageRoutes.ports(call)
    let list = try await call.blocking { try ports.directory.profiles() }
    return .json(.object([("profiles", .array(list.map(json)))]))
  }

  @Sendable private static func saveProfile(_ call: Call) async throws -> Response {
    let ports = try MessageRoutes.ports(call)
    let given = try await call.body(GivenProfile.self)
    let rules = try (given.rules ?? []).map { line in
      guard let rule = MappingRule(line) else {
        throw Problem(.unprocessableContent, "\"\(line)\" is no rule, such as PID-3.4.1 ?= HOSP.")
      }
      return rule
    }
    let profile = SenderProfile(
      sender: MessageSender(application: given.application ?? "", facility: given.facility ?? ""),
      characterSet: given.characterSet ?? "", rules: rules, reusesControlIDs: given.reusesControlIDs ?? false,
      answersOrders: given.answersOrders ?? false)
    if let fault = ports.fault(profile) { throw Problem(.unprocessableContent, fault) }
    try await call.blocking { try ports.directory.save(profile) }
    return .json(json(profile))
  }

  @Sendable private static func removeProfile(_ call: Call) async throws -> Response {
    let ports = try MessageRoutes.ports(call)
    let sender = MessageSender(
      application: try call.query["application"] ?? "", facility: try call.query["facility"] ?? "")
    guard try await call.blocking({ try ports.directory.removeProfile(of: sender) }) else { throw Problem.notFound }
    return .noContent()
  }

  private static func json(_ profile: SenderProfile) -> JSONValue {
    .object([
      ("application", .string(profile.sender.application)), ("facility", .string(profile.sender.facility)),
      ("characterSet", .string(profile.characterSet)), ("rules", JSONValue(profile.rules.map(\.description))),
      ("reusesControlIDs", .bool(profile.reusesControlIDs)), ("answersOrders", .bool(profile.answersOrders)),
    ])
  }
}
