// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMNetwork
import DICOMServices
import Radiology
import Workflow

/// Tells nodes which instances have arrived (PS3.4 Annex R), as jobs: one for each study and node, a while after the
/// first arrival, so that a study makes few notifications.
struct AvailabilityNotification: Sendable {
  static let kind = "availability"
  static let consumer = "availability"

  static let used = [
    OfferedService(
      serviceClass: "Instance Availability Notification", annex: "R", role: .user,
      sopClasses: [.instanceAvailabilityNotification], operations: [.nCreateRQ],
      transferSyntaxes: OfferedService.proposedTransferSyntaxes)
  ]

  let index: any InstanceIndex
  let steps: (any PerformedStepList)?
  let jobs: any JobStore
  let nodes: any NodeDirectory
  /// AE titles that are told.
  let recipients: [String]
  /// Seconds that arrivals are gathered for.
  let delaySeconds: Int
  let now: @Sendable () -> Int64

  func follower(_ consumers: any EventConsumers) -> OutboxFollower {
    OutboxFollower(Self.consumer, index: index, consumers: consumers, store: jobs, jobs: { events in made(events) })
  }

  /// The jobs that follow from arrivals.
  private func made(_ events: [ArchiveEvent]) -> [NewJob] {
    var byStudy: [String: [String]] = [:]
    for event in events where event.kind == "instance.stored" {
      byStudy[event.studyUID, default: []].append(event.instanceUID)
    }
    let notBefore = now() + Int64(delaySeconds) * 1_000_000
    return byStudy.sorted { $0.key < $1.key }.flatMap { study, instances in
      let items = Set(instances).sorted()
      return recipients.map { node in
        NewJob(
          kind: Self.kind, queue: node, title: "Availability of study \(study)", key: "\(node) \(study)",
          payload: study, items: items, notBefore: notBefore)
      }
    }
  }

  func handler(options: GatewayOptions) -> any JobHandler {
    BlockingJobHandler(Self.kind, .patient) { run in
      guard let node = try nodes.node(aeTitle: run.job.queue) else {
        return .again(reason: "no node has the AE title \(run.job.queue)")
      }
      while true {
        let items = try run.waitingItems()
        if items.isEmpty { return .done }
        let notice = try notice(UID(run.job.payload), items.map { UID($0.name) }, options)
        if !notice.series.isEmpty {
          let answer = try tell(notice, to: node, options)
          guard answer.status.isDone else { return .again(reason: answer.description) }
        }
        try run.report(items.map { JobItem($0.name, .done) })
      }
    }
  }

  /// What is there of the instances now.
  private func notice(_ study: UID, _ instances: [UID], _ options: GatewayOptions) throws -> InstanceAvailability {
    var series: [InstanceAvailability.Series] = []
    var made: [UID] = []
    for instance in instances {
      guard let stored = try index.versions(of: instance).first, stored.identity.study == study else { continue }
      let reference = SOPReference(sopClass: stored.identity.sopClass, sopInstance: instance)
      if let known = series.firstIndex(where: { $0.uid == stored.identity.series }) {
        series[known].instances.append(reference)
      } else {
        series.append(InstanceAvailability.Series(uid: stored.identity.series, instances: [reference]))
      }
      for step in try steps?.steps(thatMade: instance) ?? [] where !made.contains(step) { made.append(step) }
    }
    return InstanceAvailability(
      study: study, series: series, performedSteps: made, retrieveAETitle: options.aeTitle)
  }

  private func tell(
    _ notice: InstanceAvailability, to node: RemoteNode, _ options: GatewayOptions
  ) throws -> NodeOperation.Answer {
    let sopClass = UID.instanceAvailabilityNotification
    var operation = try NodeOperation(on: sopClass, of: node, options: options)
    defer { operation.end() }
    return try operation.invoke(notice.attributes) { id in
      .nCreateRQ(messageID: id, sopClass: sopClass, sopInstance: UID.random())
    }
  }
}
