// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMServices
import DICOMWeb
import HTTPTypes
import Hummingbird
import Trust

/// `/api/v1/announced-studies`: what other archives say that they have (PS3.4 Annex R).
enum AnnouncedStudyRoutes {
  /// Instances of one study that are shown.
  private static let maximumInstances = 10_000

  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/announced-studies", needs: .searchStudies, records: .query, list)
    routes.on(.get, "api/v1/announced-studies/:study", needs: .searchStudies, records: .query, detail)
  }

  @Sendable private static func list(_ call: Call) async throws -> Response {
    let page = try call.page(largest: 1000)
    var query = AnnouncedStudyQuery()
    (query.offset, query.limit) = (page.offset, page.limit)
    query.source = try call.query["source"] ?? ""
    let studies = try await call.blocking { [query] in try announced(call).studies(query) }
    return .json(.object([("announcedStudies", .array(studies.map { .object(summary($0)) }))]))
  }

  @Sendable private static func detail(_ call: Call) async throws -> Response {
    var query = AnnouncedStudyQuery()
    query.study = try call.component("study")
    let shown = try await call.blocking { [query] in
      let list = try announced(call)
      return try list.studies(query).map { study in
        (study, try list.instances(of: study.study, source: study.source, limit: maximumInstances))
      }
    }
    guard !shown.isEmpty else { throw Problem.notFound }
    return .json(
      .object([
        (
          "announcedStudies",
          .array(
            shown.map { study, instances in
              .object(summary(study) + [("objects", .array(instances.map(object)))])
            })
        )
      ]))
  }

  private static func announced(_ call: Call) throws -> any AnnouncedStudyList {
    guard let list = call.services.ports.announcedStudies else { throw Problem.notFound }
    return list
  }

  private static func summary(_ study: AnnouncedStudy) -> [(String, JSONValue)] {
    [
      ("study", .string(study.study.rawValue)), ("source", .string(study.source)),
      ("instances", .integer(Int64(study.instances))),
      ("retrieveAETitles", .array(study.retrieveAETitles.map { .string($0) })),
      ("availability", .array(study.availabilities.map { .string($0.rawValue) })),
      ("receivedAt", .integer(study.receivedAt)),
    ]
  }

  private static func object(_ instance: InstanceAvailabilityNotice.Instance) -> JSONValue {
    .object([
      ("series", .string(instance.series.rawValue)),
      ("sopClassUID", .string(instance.reference.sopClass.rawValue)),
      ("sopInstanceUID", .string(instance.reference.sopInstance.rawValue)),
      ("availability", .string(instance.availability.rawValue)),
      ("retrieveAETitle", .string(instance.retrieveAETitle)),
    ])
  }
}
