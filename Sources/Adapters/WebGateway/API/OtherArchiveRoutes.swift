// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMWeb
import HTTPTypes
import Hummingbird
import Trust
import Workflow

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `/api/v1/other-archives`: what archives that are asked together with this one have, and bringing it here.
struct OtherArchiveRoutes: Sendable {
  /// Nil where there are none.
  let others: (any OtherArchives)?
  let jobs: (any JobStore)?

  private struct Given: Decodable {
    var archives: [String]
  }

  func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/other-archives", needs: .searchStudies, records: .nothing) { _ in
      .json(.object([("archives", JSONValue(others?.titles ?? []))]))
    }
    routes.on(.get, "api/v1/other-archives/studies", needs: .searchStudies, records: .query, search)
    routes.on(.post, "api/v1/other-archives/studies/:study/fetch", needs: .viewImages, records: .imported, fetch)
    routes.on(.get, "api/v1/other-archives/studies/:study/fetch", needs: .viewImages, records: .nothing) { call in
      let study = try call.resource.study
      guard let job = try await call.blocking({ try latest(study) }) else { throw Problem.notFound }
      return .json(Self.json(job))
    }
  }

  @Sendable private func search(_ call: Call) async throws -> Response {
    let search = OtherArchiveSearch(try StudyRoutes.listQuery(call.query))
    guard search.isLimited else {
      throw Problem(.unprocessableContent, "Other archives are asked for words, dates or modalities only.")
    }
    guard let others else { throw Self.none }
    let index = call.services.index
    let found = try await call.blocking {
      try search.found(others.find(.study, search.questions)) { study in
        try !index.instances(InstanceSelection(studies: [study])).isEmpty
      }
    }
    let studies = found.studies.map { study, archives in
      guard case .object(let members) = StudyRoutes.json(study, showsImages: false) else { return JSONValue.null }
      return JSONValue.object(members + [("archives", JSONValue(archives))])
    }
    let absent = found.failures.sorted { $0.key < $1.key }.map { title, reason in
      JSONValue.object([("archive", .string(title)), ("reason", .string(reason))])
    }
    return .json(
      .object([("studies", .array(studies)), ("hasMore", .bool(found.hasMore)), ("absent", .array(absent))]))
  }

  /// Adds a job, or finds the one that brings the study already.
  @Sendable private func fetch(_ call: Call) async throws -> Response {
    let study = try call.resource.study
    let given = try await call.body(Given.self)
    guard let others, let jobs else { throw Self.none }
    guard let first = given.archives.first, given.archives.allSatisfy(others.titles.contains) else {
      throw Problem(.unprocessableContent, "It must be named which of the other archives are asked.")
    }
    let order = FetchOrder(study: study.rawValue, archives: given.archives)
    let payload = String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
    let job = try await call.blocking { () throws -> Job? in
      if let job = try latest(study), !job.state.isFinished { return job }
      try jobs.add(
        [
          NewJob(
            kind: FetchOrder.kind, queue: FetchOrder.queue(from: first), title: "study \(study) from \(first)",
            key: study.rawValue, payload: payload, priority: .high)
        ], consuming: nil, now: ArchiveOptions.systemTime())
      return try latest(study)
    }
    guard let job else { throw Problem(.serviceUnavailable, "The job could not be added.") }
    return .json(Self.json(job), status: .accepted)
  }

  private static let none = Problem(.notFound, "There are no other archives.")

  /// The latest one that brings a study.
  private func latest(_ study: UID) throws -> Job? {
    // A job that is over has no key any more.
    try jobs?.jobs(JobQuery(kind: FetchOrder.kind), limit: JobLimits.page).first { job in
      let order = try? JSONDecoder().decode(FetchOrder.self, from: Data(job.payload.utf8))
      return order?.study == study.rawValue
    }
  }

  private static func json(_ job: Job) -> JSONValue {
    .object([
      ("state", .string(job.state.rawValue)), ("total", .integer(Int64(job.progress.total))),
      ("completed", .integer(Int64(job.progress.completed))), ("failed", .integer(Int64(job.progress.failed))),
      ("reason", .string(job.reason)),
    ])
  }
}
