// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Radiology
import Workflow

/// Sends a patient's earlier studies to where they will be wanted as soon as an order is placed, and when the patient
/// arrives: those of the modality that is ordered first, then the newest of the others.
struct PriorsFeed: Sendable {
  static let consumer = "prefetch"
  /// Events that are read at a time.
  static let page = 200
  /// A patient who arrives so soon after the order was placed needs nothing sent again; in microseconds.
  static let freshness: Int64 = 12 * 3_600_000_000

  let radiology: any RadiologyStore
  let prefetch: Prefetch
  let jobs: any JobStore
  /// AE titles of those who want them.
  let destinations: [String]
  /// How many studies of a patient.
  let limit: Int
  /// When: `order`, `arrival`.
  let occasions: Set<String>

  /// Takes the next events of the department. What was taken before a crash may be taken again: jobs that wait still
  /// are joined then.
  /// - Returns: how many events.
  func step(now: Int64) throws -> Int {
    let (events, wanted) = try radiology.read { tables in
      let position = try tables.position(of: Self.consumer) ?? 0
      let events = try tables.events(after: position, limit: Self.page)
      return (events, try events.compactMap { try choice($0, tables) })
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

  private func choice(_ event: RadiologyEvent, _ tables: any RadiologyTables) throws -> Prefetch.Choice? {
    let isPlaced = event.kind == "order.placed" && occasions.contains("order")
    let isArrived = event.kind == "exam.\(ExamCommand.arrive.rawValue)" && occasions.contains("arrival")
    guard isPlaced || isArrived, let order = try tables.order(.id(event.subject.order)),
      let identifier = try tables.patient(id: order.patient)?.identifiers.first
    else { return nil }
    if isArrived, occasions.contains("order"), event.at - order.placedAt < Self.freshness { return nil }
    let modalities = Set(order.procedures.flatMap(\.steps).map(\.modality)).filter { !$0.isEmpty }
    let study = order.procedures.first?.studyInstanceUID ?? ""
    // The archive knows an issuer only where objects name one.
    return Prefetch.Choice(
      patientID: identifier.value, modalities: modalities.sorted(), limit: limit,
      current: study.isEmpty ? nil : UID(study))
  }
}
