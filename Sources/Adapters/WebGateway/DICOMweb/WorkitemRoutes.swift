// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMServices
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Radiology
import Trust

/// The worklist service, UPS-RS (PS3.18 §11): the steps that PS3.4 Annex CC has, over HTTP.
enum WorkitemRoutes {
  /// Bytes of a request.
  static let largestRequest = 16 << 20
  static let root = "dicom-web/workitems"

  static func add(to routes: RouteTable) {
    routes.on(.post, "dicom-web/workitems", needs: .manageOrders, records: .order, create)
    routes.on(.get, "dicom-web/workitems", needs: .viewOrders, records: .query, WorkitemSearch.search)
    routes.on(.get, "dicom-web/workitems/:workitem", needs: .viewOrders, records: .order, retrieve)
    routes.on(.post, "dicom-web/workitems/:workitem", needs: .performExams, records: .order, update)
    routes.on(.put, "dicom-web/workitems/:workitem/state", needs: .performExams, records: .order, changeState)
    routes.on(
      .post, "dicom-web/workitems/:workitem/cancelrequest", needs: .manageOrders, records: .order, requestCancel)
    routes.on(
      .post, "dicom-web/workitems/:workitem/subscribers/:aetitle", needs: .viewOrders, records: .order, subscribe)
    routes.on(
      .delete, "dicom-web/workitems/:workitem/subscribers/:aetitle", needs: .viewOrders, records: .order, unsubscribe)
    routes.on(
      .post, "dicom-web/workitems/:workitem/subscribers/:aetitle/suspend", needs: .viewOrders, records: .order,
      suspend)
    routes.on(.get, "dicom-web/subscribers/:aetitle", needs: .viewOrders, records: .nothing, channel)
  }

  static let offers: [Representation] = [
    .init(.dicomJSON), .init(.json), .init(.dicomXML, isMultipart: true), .init(.dicomXML),
  ]

  // MARK: - Steps

  /// §11.4.
  @Sendable private static func create(_ call: Call) async throws -> Response {
    let desk = try desk(call)
    let given = try await call.dataSet(upTo: largestRequest)
    let named = try uidParameter(call, "workitem") ?? given.uid(.sopInstanceUID)
    let source = call.principal.name
    let record = try await performing(call) { try desk.create(named, given, from: source) }
    let location = "\(call.dicomWebBase)/workitems/\(record.sopInstance)"
    return Response(status: .created, headers: [.location: location, .contentLocation: location])
  }

  /// §11.5.
  @Sendable private static func retrieve(_ call: Call) async throws -> Response {
    try call.checkCharacterSet()
    let form = try call.choose(offers)
    let (desk, instance) = (try desk(call), try instance(call))
    let record = try await call.blocking { try desk.record(instance) }
    guard let record else { throw Problem(.notFound, "There is no such workitem.") }
    return answer([record.step.attributes], form)
  }

  /// §11.6.
  @Sendable private static func update(_ call: Call) async throws -> Response {
    let (desk, instance) = (try desk(call), try instance(call))
    var given = try await call.dataSet(upTo: largestRequest)
    let transaction = try ["transaction-uid", "transaction"].compactMap { try call.query[$0] }.first
    if let uid = try transaction.map({ UID($0) }) ?? uidParameter(call, "") { given.set(.transactionUID, uid) }
    let modifications = given
    let (_, ignored) = try await performing(call) { try desk.set(instance, modifications) }
    guard !ignored.isEmpty else { return Response(status: .ok) }
    return Response(
      status: .ok, headers: [.warning: warning("The UPS was updated with modifications: \(names(ignored)).")])
  }

  /// §11.7.
  @Sendable private static func changeState(_ call: Call) async throws -> Response {
    let (desk, instance) = (try desk(call), try instance(call))
    let given = try await call.dataSet(upTo: largestRequest)
    guard let state = given.string(.procedureStepState).flatMap({ UnifiedProcedureStepState(rawValue: $0) }) else {
      throw Problem(
        .badRequest, "Procedure Step State (0074,1000) is SCHEDULED, IN PROGRESS, COMPLETED or CANCELED.")
    }
    let (transaction, performer) = (given.uid(.transactionUID), call.principal.name)
    let status = try await performing(call) {
      try desk.change(instance, to: state, transactionUID: transaction, by: performer)
    }
    guard status != .success else { return Response(status: .ok) }
    return Response(
      status: .ok,
      headers: [.warning: warning("The UPS is already in the requested state of \(state.rawValue).")])
  }

  /// §11.8.
  @Sendable private static func requestCancel(_ call: Call) async throws -> Response {
    let (desk, instance) = (try desk(call), try instance(call))
    let hasBody = call.request.headers[.contentType] != nil
    let given = hasBody ? try await call.dataSet(upTo: largestRequest) : DataSet()
    // An AE title has 16 characters.
    let requester = String(call.principal.name.prefix(16))
    let status = try await performing(call) { try desk.requestCancel(instance, given, from: requester) }
    guard status != .success else { return Response(status: .accepted) }
    return Response(
      status: .accepted, headers: [.warning: warning("The UPS is already in the requested state of CANCELED.")])
  }

  // MARK: - Subscriptions

  /// §11.10.
  @Sendable private static func subscribe(_ call: Call) async throws -> Response {
    let (desk, instance, title) = (try desk(call), try instance(call), try title(call))
    let lock = try call.query.flag("deletionlock")
    let filter = instance == .upsFilteredGlobalSubscriptionInstance ? try WorkitemSearch.filter(call.query) : DataSet()
    try await performing(call) {
      try desk.subscribe(title, to: instance, hasDeletionLock: lock, filter: filter, needsNode: false)
    }
    let base = call.dicomWebBase
    let socket = base.hasPrefix("https:") ? "wss:" + base.dropFirst(6) : "ws:" + base.dropFirst(5)
    let name = try call.component("aetitle")
    return Response(status: .created, headers: [.contentLocation: "\(socket)/subscribers/\(name)"])
  }

  /// §11.11.
  @Sendable private static func unsubscribe(_ call: Call) async throws -> Response {
    let (desk, instance, title) = (try desk(call), try instance(call), try title(call))
    let isEnded = try await performing(call) { try desk.unsubscribe(title, from: instance, needsNode: false) }
    guard isEnded else { throw Problem(.notFound, "\(title) has not subscribed to this.") }
    return Response(status: .ok)
  }

  /// §11.12.
  @Sendable private static func suspend(_ call: Call) async throws -> Response {
    let (desk, instance, title) = (try desk(call), try instance(call), try title(call))
    let isEnded = try await performing(call) { try desk.suspend(title, instance, needsNode: false) }
    guard isEnded else { throw Problem(.notFound, "\(title) has no such subscription.") }
    return Response(status: .ok)
  }

  /// §11.13, of a client that does not ask for a WebSocket.
  @Sendable private static func channel(_ call: Call) async throws -> Response {
    _ = try desk(call)
    // HTTP/2 has no such field (RFC 9113 §8.2.2).
    throw Problem(
      .upgradeRequired, "Events are sent over a WebSocket.",
      headers: call.services.isSecure ? [:] : [.upgrade: "websocket"])
  }

  // MARK: - Parts

  static func desk(_ call: Call) throws -> UnifiedProcedureStepDesk {
    guard let desk = call.services.ports.procedureSteps else {
      throw Problem(.serviceUnavailable, "There is no worklist here.")
    }
    return desk
  }

  private static func instance(_ call: Call) throws -> UID {
    let uid = UID(try call.component("workitem"))
    guard uid.isWellFormed else {
      throw WebError(.malformed, "The UID of a workitem has 1 to 64 digits and points.", at: "path")
    }
    return uid
  }

  private static func title(_ call: Call) throws -> String { try call.decodedComponent("aetitle") }

  /// A UID that stands alone in the query (PS3.18 table 11.4.1-1), or under a name.
  private static func uidParameter(_ call: Call, _ name: String) throws -> UID? {
    let parameters = try call.query
    if !name.isEmpty, let value = parameters[name] { return UID(value) }
    guard let alone = parameters.all.first(where: { $0.value.isEmpty && $0.name.contains(".") }) else { return nil }
    let uid = UID(alone.name)
    guard uid.isWellFormed else { throw WebError(.malformed, "A UID has 1 to 64 digits and points.", at: "query") }
    return uid
  }

  /// Runs what changes the worklist; a refusal becomes the status of PS3.18 §11.
  private static func performing<Value: Sendable>(
    _ call: Call, _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    do {
      return try await call.blocking(body)
    } catch let refusal as UnifiedProcedureStep.Refusal {
      let status: HTTPResponse.Status =
        switch refusal.status {
        case .noSuchProcedureStep: .notFound
        case .duplicateSOPInstance, .stepMayNoLongerBeUpdated, .stepAlreadyInProgress, .finalStateRequirementsNotMet,
          .stepNotInProgress, .stepIsCompleted, .performerCannotBeContacted, .performerDoesNotCancel,
          .stepScheduledByCreationOnly:
          .conflict
        case .resourceLimitation: .contentTooLarge
        default: .badRequest
        }
      let text = meaning(refusal.status)
      throw Problem(
        status, "\(refusal.comment) (\(refusal.status.hexadecimal) \(text))", headers: [.warning: warning(text + ".")])
    }
  }

  static func answer(_ dataSets: [DataSet], _ form: Representation, headers: HTTPFields = [:]) -> Response {
    guard form.media == .dicomXML else {
      return .bytes(ByteBuffer(bytes: DICOMJSON.encode(dataSets)), type: form.media.essence, headers: headers)
    }
    guard form.isMultipart else {
      let xml = DICOMXML.encode(dataSets.first ?? DataSet())
      return .bytes(ByteBuffer(bytes: xml), type: form.media.essence, headers: headers)
    }
    var writer = MultipartWriter()
    var body = ByteBuffer()
    for dataSet in dataSets {
      let xml = DICOMXML.encode(dataSet)
      body.writeBytes(writer.beginPart(form.media, length: xml.count))
      body.writeBytes(xml)
    }
    body.writeBytes(writer.end())
    return .bytes(body, type: form.contentType(boundary: writer.boundary).description, headers: headers)
  }

  private static func meaning(_ status: DIMSEStatus) -> String {
    let own = ServiceClass.unifiedProcedureStep.operations.lazy.flatMap(\.statuses).first { $0.contains(status) }
    return (own ?? StatusRange.general.first { $0.contains(status) })?.meaning ?? "Refused"
  }

  static func warning(_ text: String) -> String { "299 martlet \"\(text)\"" }

  private static func names(_ tags: [DICOMCore.Tag]) -> String {
    tags.map { DataDictionary.entry(for: $0)?.keyword ?? $0.hexadecimal }.joined(separator: ", ")
  }
}
