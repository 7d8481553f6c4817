// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMWeb
import HTTPTypes
import Hummingbird
import NIOCore
import Trust

/// Links that open the viewer: signed ones that carry their own rights, and the Invoke Image Display transaction of
/// IHE (RAD-106).
enum LinkRoutes {
  private struct Wanted: Decodable {
    var studies: [String]
    var minutes: Int?
  }

  /// Minutes for which a link is good where nothing is said.
  static let defaultMinutes = 60

  static func add(to routes: RouteTable) {
    routes.on(.post, "api/v1/links", needs: .viewImages, records: .configuration, make)
    routes.onOpen(.get, "view", open)
    routes.onOpen(.get, "IHEInvokeImageDisplay", invoke)
  }

  // MARK: Signed links

  @Sendable private static func make(_ call: Call) async throws -> Response {
    let wanted = try await call.body(Wanted.self)
    let minutes = wanted.minutes ?? defaultMinutes
    guard minutes > 0, Int64(minutes) * 60 <= ViewLink.maximumLifetime else {
      throw Problem(.unprocessableContent, "A link is good for 1 to \(ViewLink.maximumLifetime / 60) minutes.")
    }
    guard (1...ViewLink.maximumStudies).contains(wanted.studies.count),
      wanted.studies.allSatisfy({ UID($0).isWellFormed })
    else { throw Problem(.unprocessableContent, "A link names 1 to \(ViewLink.maximumStudies) studies by their UIDs.") }
    for study in wanted.studies {
      let isHere = try await call.blocking { try !call.services.index.instances(.init(studies: [UID(study)])).isEmpty }
      guard isHere else { throw Problem(.notFound, "There is no study \(study).") }
    }
    let expiry = ArchiveOptions.systemTime() / 1_000_000 + Int64(minutes) * 60
    let link = ViewLink(studies: wanted.studies, expiresAt: expiry, issuer: call.principal.name)
    let text = link.signed(by: call.services.options.linkKey)
    return .json(
      .object([("url", .string("\(call.origin)/view?sig=\(text)")), ("expiresAt", .integer(expiry))]),
      status: .created)
  }

  @Sendable private static func open(_ visit: Visit) async throws -> Response {
    let now = ArchiveOptions.systemTime() / 1_000_000
    guard let text = try visit.query["sig"],
      let link = ViewLink(signed: text, key: visit.services.options.linkKey, now: now), let study = link.studies.first
    else { throw Problem(.forbidden, "The link is not valid, or no longer.") }
    visit.services.trail.record(
      AuditEvent(
        at: ArchiveOptions.systemTime(), event: "User Authentication", outcome: "success",
        actor: Principal(link).name, address: visit.context.address, object: study))
    let cookie = LinkCookie.set(text, lifetime: link.expiresAt - now, isSecure: visit.services.isSecure)
    return redirect(to: viewer(study, link.studies.dropFirst()), [.setCookie: cookie])
  }

  // MARK: Invoke Image Display

  /// RAD-106: `requestType=STUDY` with `studyUID` or `accessionNumber`, `requestType=PATIENT` with `patientID`.
  @Sendable private static func invoke(_ visit: Visit) async throws -> Response {
    let query = try visit.query
    let request = try InvokeImageDisplay(parameters: query)
    guard let principal = visit.context.principal else { return try signIn(visit, query) }
    guard principal.may(.searchStudies), principal.may(.viewImages), principal.onlyStudies == nil else {
      visit.services.trail.refused(visit.context, principal, path: visit.request.uri.path)
      throw Problem(.forbidden, "Your role does not include this.")
    }
    let found = try await visit.blocking { try request.studies(in: visit.services.index) }
    visit.services.trail.record(
      AuditEvent(
        at: ArchiveOptions.systemTime(), event: "Query", outcome: "success", actor: principal.name,
        address: visit.context.address, object: String((visit.request.uri.query ?? "").prefix(500))))
    guard let first = found.first else { throw Problem(.notFound, "There is no such study here.") }
    return redirect(to: viewer(first, found.dropFirst()))
  }

  /// A link on another system's page comes without our cookie: a step from a page of our own brings it along. Who has
  /// none even then signs in.
  private static func signIn(_ visit: Visit, _ query: QueryParameters) throws -> Response {
    if query["own"] == nil {
      let path = visit.request.uri.path + "?" + (visit.request.uri.query ?? "") + "&own=1"
      let page =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Martlet</title>"
        + "<meta http-equiv=\"refresh\" content=\"0;url=\(escaped(path))\"></head><body></body></html>\n"
      return .bytes(ByteBuffer(string: page), type: "text/html; charset=utf-8")
    }
    if let study = query["studyUID"]?.split(separator: ",").first, UID(String(study)).isWellFormed {
      return redirect(to: viewer(String(study), []))
    }
    throw Problem(.unauthorized, "Sign in first, then follow the link again.", headers: [.wwwAuthenticate: "Bearer"])
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
  }

  private static func viewer(_ study: String, _ others: ArraySlice<String>) -> String {
    "/#/study/" + study + (others.isEmpty ? "" : "?with=" + others.joined(separator: ","))
  }

  private static func redirect(to address: String, _ headers: HTTPFields = [:]) -> Response {
    var headers = headers
    headers[.location] = address
    headers[.cacheControl] = "no-store"
    return Response(status: .seeOther, headers: headers)
  }
}
