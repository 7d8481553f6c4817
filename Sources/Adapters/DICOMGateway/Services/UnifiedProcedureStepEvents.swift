// SPDX-License-Identifier: Apache-2.0

public import Archive
import DICOMCore
import DICOMDictionary
import DICOMNetwork
import DICOMServices
import Logging
import Radiology
public import Workflow

/// Events of unified procedure steps on their way to nodes, as jobs: one for each node, which lasts until the node has
/// confirmed all (PS3.4 §CC.2.4).
public struct UnifiedProcedureStepEvents: Sendable {
  static let kind = "ups-event"

  private let jobs: any JobStore
  private let nodes: any NodeDirectory
  private let now: @Sendable () -> Int64

  public init(jobs: any JobStore, nodes: any NodeDirectory, now: @escaping @Sendable () -> Int64) {
    self.jobs = jobs
    self.nodes = nodes
    self.now = now
  }

  /// Makes jobs of events that the desk keeps.
  /// - Parameter owed: their numbers by AE title.
  public func add(_ owed: [String: [Int64]]) throws {
    let made = owed.sorted { $0.key < $1.key }.map { receiver, ids in
      NewJob(
        kind: Self.kind, queue: receiver, title: "Events of procedure steps", key: receiver, payload: receiver,
        items: ids.sorted().map(String.init), priority: .high)
    }
    if !made.isEmpty { try jobs.add(made, consuming: nil, now: now()) }
  }

  func handler(_ desk: UnifiedProcedureStepDesk, options: GatewayOptions, logger: Logger) -> any JobHandler {
    BlockingJobHandler(Self.kind, .patient) { run in
      guard let node = try nodes.node(aeTitle: run.job.queue) else {
        return .again(reason: "no node has the AE title \(run.job.queue)")
      }
      while true {
        let items = try run.waitingItems(limit: 100)
        if items.isEmpty { return .done }
        var operation = try NodeOperation(
          on: .unifiedProcedureStepEvent, of: node, options: options, asProvider: true)
        defer { operation.end() }
        for item in items {
          try run.check()
          let outcome = try send(item, desk, &operation, logger)
          try run.report([outcome])
        }
      }
    }
  }

  /// Reports one event. One that is refused will be refused again, and is not kept.
  private func send(
    _ item: JobItem, _ desk: UnifiedProcedureStepDesk, _ operation: inout NodeOperation, _ logger: Logger
  ) throws -> JobItem {
    guard let id = Int64(item.name), let owed = try desk.owed(id) else { return JobItem(item.name, .done) }
    let event = owed.event
    let answer = try operation.invoke(event.information) { messageID in
      .nEventReportRQ(
        messageID: messageID, sopClass: .unifiedProcedureStepPush, sopInstance: event.sopInstance,
        eventTypeID: event.type.rawValue, hasDataSet: true)
    }
    try desk.delivered(id)
    guard !answer.status.isDone else { return JobItem(item.name, .done) }
    logger.notice("\(event.type.name) of \(event.sopInstance) refused by \(owed.receivingAE): \(answer.description)")
    return JobItem(item.name, .failed, reason: answer.description)
  }
}
