// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary

/// Turns arrivals into jobs by the routes.
public struct Router: Sendable {
  public static let consumer = "routing"

  private let archive: ImageArchive
  private let directory: any RouteDirectory
  /// The clock on the wall at a time, microseconds since 1970-01-01 UTC.
  private let moment: @Sendable (Int64) -> TimeWindow.Moment
  /// Writes an order as a payload.
  private let encode: @Sendable (any Encodable) throws -> String

  public init(
    archive: ImageArchive, directory: any RouteDirectory, moment: @escaping @Sendable (Int64) -> TimeWindow.Moment,
    encode: @escaping @Sendable (any Encodable) throws -> String
  ) {
    self.archive = archive
    self.directory = directory
    self.moment = moment
    self.encode = encode
  }

  /// The jobs that follow from events, joined by route, destination and study.
  public func jobs(_ events: [ArchiveEvent]) throws -> [NewJob] {
    let routes = try directory.routes().filter(\.isEnabled)
    if routes.isEmpty { return [] }
    var jobs: [String: NewJob] = [:]
    for event in events where event.kind == "instance.stored" {
      guard let instance = try instance(of: event) else { continue }
      for route in routes where route.matches(instance) {
        for job in try Self.jobs(route, event, instance, encode) {
          let key = job.key ?? ""
          if jobs[key] == nil { jobs[key] = job } else { jobs[key]?.items += job.items }
        }
      }
    }
    return jobs.values.sorted { ($0.key ?? "") < ($1.key ?? "") }
  }

  /// What rules can see of a stored instance; nil where it is gone.
  public func instance(of event: ArchiveEvent) throws -> RoutedInstance? {
    try archive.routed(UID(event.instanceUID), arrival: moment(event.at))
  }

  private static func jobs(
    _ route: Route, _ event: ArchiveEvent, _ instance: RoutedInstance,
    _ encode: (any Encodable) throws -> String
  ) throws -> [NewJob] {
    let study = event.studyUID
    let modality = instance.dataSet.string(.modality) ?? ""
    // What came from a node does not go back to it.
    var jobs = try route.destinations.filter { $0 != instance.sender }.map { destination in
      NewJob(
        kind: ForwardOrder.kind, queue: destination, title: "\(modality) study \(study) to \(destination)",
        key: "\(route.name)\n\(destination)\n\(study)",
        payload: try encode(
          ForwardOrder(destination: destination, changes: route.changes, transferSyntax: route.transferSyntax)),
        items: [event.instanceUID], priority: route.priority)
    }
    jobs += try route.notices.map { address in
      NewJob(
        kind: NoticeOrder.kind, queue: host(address), title: "\(modality) study \(study) to be told",
        key: "\(route.name)\n\(address)\n\(study)",
        payload: try encode(NoticeOrder(address: address, route: route.name, study: study)), priority: route.priority,
        // Once for what comes together.
        notBefore: event.at + 5_000_000)
    }
    return jobs
  }

  private static func host(_ address: String) -> String {
    let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: true)
    return parts.count > 1 ? String(parts[1]) : address
  }
}
