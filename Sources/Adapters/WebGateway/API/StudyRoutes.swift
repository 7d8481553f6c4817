// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMWeb
import HTTPTypes
import Hummingbird
import Trust

/// `/api/v1/studies`: the study list, and all that a viewer needs to know of one study.
enum StudyRoutes {
  static let largestPage = 500
  static let longestText = 200
  /// Modalities without images of their own.
  static let imageless: Set<String> = [
    "SR", "PR", "KO", "DOC", "AU", "ECG", "EPS", "HD", "RESP", "REG", "PLAN", "RTPLAN", "RTRECORD", "RTSTRUCT", "SMR",
    "ASMT", "FID", "STAIN", "TEXTUREMAP",
  ]

  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/studies", needs: .searchStudies, records: .query, list)
    routes.on(.get, "api/v1/studies/:study", needs: .viewImages, records: .accessed, detail)
  }

  @Sendable private static func list(_ call: Call) async throws -> Response {
    let query = try listQuery(call.query)
    let page = try await call.blocking { try call.services.index.studyList(query) }
    let showsImages = call.principal.may(.viewImages)
    return .json(
      .object([
        ("total", .integer(Int64(page.total))), ("isMore", .bool(page.isMore)),
        ("studies", .array(page.studies.map { json($0, showsImages: showsImages) })),
      ]))
  }

  static func listQuery(_ parameters: QueryParameters) throws -> StudyListQuery {
    func date(_ name: String) throws -> String? {
      guard let text = parameters[name], !text.isEmpty else { return nil }
      guard text.utf8.count == 8, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw WebError(.malformed, "It is written YYYYMMDD.", at: "parameter \(name)")
      }
      return text
    }
    func choice<Value>(_ name: String, _ standard: Value, _ read: (String) -> Value?) throws -> Value {
      guard let text = parameters[name], !text.isEmpty else { return standard }
      guard let value = read(text) else {
        throw WebError(.malformed, "There is no such choice.", at: "parameter \(name)")
      }
      return value
    }
    let sort = try choice("sort", StudyListQuery.SortKey.date) { .init(rawValue: $0) }
    return StudyListQuery(
      text: String((parameters["search"] ?? "").prefix(longestText)),
      modalities: parameters.values("modality").filter { !$0.isEmpty }, dateFrom: try date("from"),
      dateTo: try date("to"), sort: sort,
      ascending: try choice("order", false) { $0 == "asc" ? true : $0 == "desc" ? false : nil },
      offset: try parameters.integer("offset", in: 0...Int(Int32.max)) ?? 0,
      limit: try parameters.integer("limit", in: 1...largestPage) ?? 50)
  }

  @Sendable private static func detail(_ call: Call) async throws -> Response {
    let study = try call.resource.study
    let showsImages = call.principal.may(.viewImages)
    let json = try await call.blocking { () throws -> JSONValue in
      let instances = try call.services.index.attributes(ofStudy: study)
      guard !instances.isEmpty else { throw Problem.notFound }
      let summary = StudySummary(study: study, instances: instances.map(\.attributes))
      return .object([
        ("study", self.json(summary, showsImages: showsImages)), ("series", StudyDetail.series(instances)),
      ])
    }
    return .json(json)
  }

  static func json(_ study: StudySummary, showsImages: Bool) -> JSONValue {
    let hasImages = !study.modalities.allSatisfy { imageless.contains($0) }
    let thumbnail =
      showsImages && hasImages && UID(study.studyUID).isWellFormed
      ? ResourcePath(study: UID(study.studyUID)).url(base: "/dicom-web", "thumbnail") : nil
    return .object([
      ("studyUID", .string(study.studyUID)), ("patientName", .string(study.patientName)),
      ("patientID", .string(study.patientID)), ("issuer", .string(study.issuer)),
      ("birthDate", .string(study.birthDate)), ("sex", .string(study.sex)), ("accession", .string(study.accession)),
      ("description", .string(study.description)), ("date", .string(study.date)), ("time", .string(study.time)),
      ("modalities", JSONValue(study.modalities)), ("referrer", .string(study.referrer)),
      ("seriesCount", .integer(Int64(study.seriesCount))), ("instanceCount", .integer(Int64(study.instanceCount))),
      ("firstReceived", .integer(study.firstReceived)), ("lastReceived", .integer(study.lastReceived)),
      ("conflicts", .integer(Int64(study.conflicts))), ("thumbnail", JSONValue(thumbnail)),
    ])
  }
}
