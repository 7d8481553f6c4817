// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMWeb
import HTTPTypes
import Hummingbird
import Trust
import Workflow

/// `/api/v1/corrections`: merges, updates, moves, rejections, deletions, and their undoing.
enum CorrectionRoutes {
  static let largestPage = 500
  static let longestComment = 1000

  private struct Patient: Decodable {
    var id: String
    var issuer: String?

    var key: PatientKey { PatientKey(id: id, issuer: issuer ?? "") }
  }

  /// What is to be done. Which members are needed follows from the kind.
  private struct Given: Decodable {
    var kind: String
    var patient: Patient?
    var study: String?
    var series: String?
    var instances: [String]?
    var intoPatient: Patient?
    var intoStudy: String?
    /// By keyword of the attribute.
    var values: [String: String]?
    var code: String?
    var version: Int?
    var comment: String?
  }

  private struct Undoing: Decodable { var comment: String? }

  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/corrections", needs: .viewCorrections, records: .accessed, list)
    routes.on(.post, "api/v1/corrections", needs: .correctImages, records: .corrected, make)
    routes.on(.post, "api/v1/corrections/:name/undo", needs: .correctImages, records: .corrected) { call in
      let (name, given) = (try call.component("name"), try await call.body(Undoing.self))
      return try await answer(call) { corrections in
        if try corrections.index.correction(named: name)?.correction.actor == ArrivalDesk.actor {
          throw Problem(.conflict, "This follows from the department: take back the merge or move that it comes from.")
        }
        // What was deleted comes back by the permission to delete.
        if try corrections.index.correction(named: name)?.correction.kind == .deletion,
          !call.principal.may(.deleteImages)
        {
          throw Problem(.forbidden, "Your role, \(call.principal.role.rawValue), does not include this.")
        }
        return try corrections.undo(name, by: corrector(call, given.comment))
      }
    }
  }

  @Sendable private static func list(_ call: Call) async throws -> Response {
    let study = try call.query["study"].map { UID($0) }
    let limit = try call.query.integer("limit", in: 1...largestPage) ?? 100
    let offset = try call.query.integer("offset", in: 0...Int(Int32.max)) ?? 0
    let corrections = try call.corrections
    let listed = try await call.blocking {
      try corrections.index.corrections(ofStudy: study, offset: offset, limit: limit)
    }
    return .json(.object([("corrections", .array(listed.map(CorrectionJSON.listed)))]))
  }

  @Sendable private static func make(_ call: Call) async throws -> Response {
    let given = try await call.body(Given.self)
    if given.kind == "delete", !call.principal.may(.deleteImages) {
      throw Problem(.forbidden, "Your role, \(call.principal.role.rawValue), does not include this.")
    }
    return try await answer(call) { try make(given, $0, corrector(call, given.comment)) }
  }

  private static func answer(
    _ call: Call, _ act: @escaping @Sendable (Corrections) throws -> Correction
  ) async throws -> Response {
    let corrections = try call.corrections
    let made = try await call.blocking { try act(corrections) }
    return .json(CorrectionJSON.correction(made), status: .created)
  }

  static func corrector(_ call: Call, _ comment: String?) -> Corrector {
    Corrector(call.principal.name, String((comment ?? "").prefix(longestComment)))
  }

  private static func make(
    _ given: Given, _ corrections: Corrections, _ corrector: Corrector
  ) throws -> Correction {
    let values = try values(given.values ?? [:])
    switch given.kind {
    case "merge":
      guard let patient = given.patient, let target = given.intoPatient else { throw missing("patient, intoPatient") }
      return try corrections.merge(patient.key, into: target.key, values: values, by: corrector)
    case "update": return try corrections.update(scope(given), values: values, by: corrector)
    case "move":
      if let study = given.intoStudy { return try corrections.move(scope(given), into: UID(study), by: corrector) }
      guard let study = given.study, let patient = given.intoPatient else { throw missing("study, intoPatient") }
      return try corrections.move(study: UID(study), to: patient.key, values: values, by: corrector)
    case "reject":
      guard let reason = given.code.flatMap({ RejectionReason(rawValue: $0) }) else { throw missing("code") }
      return try corrections.reject(scope(given), for: reason, by: corrector)
    case "delete": return try corrections.delete(scope(given), by: corrector)
    case "choose":
      guard let instance = given.instances?.first, let version = given.version else {
        throw missing("instances, version")
      }
      return try corrections.choose(version: version, of: UID(instance), by: corrector)
    default: throw Problem(.unprocessableContent, "There is no correction of the kind \(given.kind).")
    }
  }

  private static func missing(_ what: String) -> Problem {
    Problem(.unprocessableContent, "This correction needs: \(what).")
  }

  private static func scope(_ given: Given) throws -> CorrectionScope {
    if let instances = given.instances { return .instances(instances.map { UID($0) }) }
    if let study = given.study {
      return given.series.map { .series(study: UID(study), series: UID($0)) } ?? .study(UID(study))
    }
    guard let patient = given.patient else { throw missing("patient, study, series or instances") }
    return .patient(patient.key)
  }

  private static func values(_ given: [String: String]) throws -> [CorrectedValue] {
    try given.sorted { $0.key < $1.key }.map { keyword, text in
      guard let value = CorrectedValue(keyword: keyword, text: text) else {
        throw Problem(.unprocessableContent, "There is no attribute \(keyword).")
      }
      return value
    }
  }
}

extension Call {
  /// The corrections of this archive.
  var corrections: Corrections {
    get throws {
      guard let corrections = services.ports.corrections else {
        throw Problem(.notImplemented, "This server makes no corrections.")
      }
      return corrections
    }
  }
}
