// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Radiology
import Workflow

/// Sends a patient's earlier studies to where they will be wanted as soon as an order is placed: those of the modality
/// that is ordered first, then the newest of the others.
struct PriorsFeed: Sendable {
  static let consumer = "prefetch"
  /// Events that are read at a time.
  static let page = 200

  let radiology: any RadiologyStore
  let prefetch: Prefetch
  let jobs: any JobStore
  /// AE titles of those who want them.
  let destinations: [String]
  /// How many studies of a patient.
  let limit: Int

  /// Takes the next events of the department. What was taken before a crash may be taken again: jobs that wait still
  /// are joined then.
  /// - Returns: how many events.
  func step(now: Int64) throws -> Int {
    let (events, wanted) = try radiology.read { tables in
      let position = try tables.position(of: Self.consumer) ?? 0
      let events = try tables.events(after: position, limit: Self.page)
      let placed = events.filter { $0.kind == "order.placed" }
      return (events, try placed.compactMap { try Self.choice($0, tables, limit: limit) })
    }
    guard let last = events.last else { return 0 }
    for choice in wanted {
      for destination in destinations {
        try jobs.add(relevant(choice, to: destination), consuming: nil, now: now)
      }
    }
    try radiology.write { try $0.advance(Self.consumer, to: last.sequence) }
    return events.count
  }

  private func relevant(_ choice: Prefetch.Choice, to destination: String) throws -> [NewJob] {
    var found = try prefetch.jobs(choice, to: destination)
    if found.count < choice.limit, !choice.modalities.isEmpty {
      var any = choice
      any.modalities = []
      let known = Set(found.map(\.key))
      found += try prefetch.jobs(any, to: destination).filter { !known.contains($0.key) }
    }
    return Array(found.prefix(choice.limit))
  }

  private static func choice(
    _ event: RadiologyEvent, _ tables: any RadiologyTables, limit: Int
  ) throws -> Prefetch.Choice? {
    guard let order = try tables.order(.id(event.subject.order)),
      let identifier = try tables.patient(id: order.patient)?.identifiers.first
    else { return nil }
    let modalities = Set(order.procedures.flatMap(\.steps).map(\.modality)).filter { !$0.isEmpty }
    let study = order.procedures.first?.studyInstanceUID ?? ""
    // The archive knows an issuer only where objects name one.
    return Prefetch.Choice(
      patientID: identifier.value, modalities: modalities.sorted(), limit: limit,
      current: study.isEmpty ? nil : UID(study))
  }
}
