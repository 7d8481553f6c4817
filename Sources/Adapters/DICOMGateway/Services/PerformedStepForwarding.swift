// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMNetwork
import DICOMServices
import Logging
import Radiology
import Workflow

/// Which nodes are told of performed steps.
public struct PerformedStepRecipients: Sendable, Hashable {
  /// They get N-CREATE and N-SET as the modality sent them.
  public var forwarding: [String]
  /// They get events of the notification SOP class (PS3.4 §F.9).
  public var notification: [String]

  public init(forwarding: [String] = [], notification: [String] = []) {
    self.forwarding = forwarding
    self.notification = notification
  }
}

/// Tells nodes of performed steps, as jobs: each gets a step as it stands when it can be reached, so that a node that
/// was away for days gets the end at once.
struct PerformedStepForwarding: Sendable {
  static let forwardKind = "mpps"
  static let noticeKind = "mpps-notice"

  static let used = [
    OfferedService(
      serviceClass: "Procedure Step", annex: "F", role: .user, sopClasses: [.modalityPerformedProcedureStep],
      operations: [.nCreateRQ, .nSetRQ], transferSyntaxes: OfferedService.proposedTransferSyntaxes)
  ]

  let desk: PerformedStepDesk
  let jobs: any JobStore
  let nodes: any NodeDirectory
  let recipients: PerformedStepRecipients
  let now: @Sendable () -> Int64

  /// Makes the jobs that follow from a change.
  func changed(_ record: PerformedStepRecord) throws {
    let uid = record.sopInstance.rawValue
    func job(_ kind: String, _ node: String) -> NewJob {
      NewJob(
        kind: kind, queue: node, title: "Performed step \(uid) \(record.step.state.rawValue)", key: "\(node) \(uid)",
        payload: uid, items: ["\(record.step.state.rawValue) \(record.changedAt)"])
    }
    // Who tells us is not told by us.
    let all =
      recipients.forwarding.map { (Self.forwardKind, $0) } + recipients.notification.map { (Self.noticeKind, $0) }
    let made = all.filter { $0.1 != record.source }.map { job($0.0, $0.1) }
    if !made.isEmpty { try jobs.add(made, consuming: nil, now: now()) }
  }

  func handlers(options: GatewayOptions) -> [any JobHandler] {
    [
      BlockingJobHandler(Self.forwardKind, .patient) { run in
        try perform(run) { record, node, _ in try forward(record, to: node, options) }
      },
      BlockingJobHandler(Self.noticeKind, .patient) { run in
        try perform(run) { record, node, items in try notify(record, node, items, options) }
      },
    ]
  }

  private func perform(
    _ run: JobRun, _ tell: (PerformedStepRecord, RemoteNode, [JobItem]) throws -> JobOutcome
  ) throws -> JobOutcome {
    let items = try run.waitingItems()
    guard let record = try desk.record(UID(run.job.payload)) else { return .done }
    guard let node = try nodes.node(aeTitle: run.job.queue) else {
      return .again(reason: "no node has the AE title \(run.job.queue)")
    }
    let outcome = try tell(record, node, items)
    if outcome == .done { try run.report(items.map { JobItem($0.name, .done) }) }
    return outcome
  }

  /// N-CREATE, which a node that has the step answers with 0111, and N-SET with what came after.
  private func forward(
    _ record: PerformedStepRecord, to node: RemoteNode, _ options: GatewayOptions
  ) throws -> JobOutcome {
    let sopClass = UID.modalityPerformedProcedureStep
    var operation = try NodeOperation(on: sopClass, of: node, options: options)
    defer { operation.end() }
    let created = try operation.invoke(record.step.creation) { id in
      .nCreateRQ(messageID: id, sopClass: sopClass, sopInstance: record.sopInstance)
    }
    guard created.status.isDone || created.status == .duplicateSOPInstance else { return Self.outcome(created) }
    guard let modification = record.step.modification else { return .done }
    let changed = try operation.invoke(modification) { id in
      .nSetRQ(messageID: id, sopClass: sopClass, sopInstance: record.sopInstance)
    }
    // A node whose step has ended has had this before.
    let isEnded = changed.errorID == PerformedStepTransitions.mayNoLongerBeUpdated
    return changed.status.isDone || isEnded ? .done : Self.outcome(changed)
  }

  private func notify(
    _ record: PerformedStepRecord, _ node: RemoteNode, _ items: [JobItem], _ options: GatewayOptions
  ) throws -> JobOutcome {
    let sopClass = UID.modalityPerformedProcedureStepNotification
    var operation = try NodeOperation(on: sopClass, of: node, options: options, asProvider: true)
    defer { operation.end() }
    // Each state once, in their order.
    var types: [UInt16] = []
    for item in items {
      let state = PerformedStepState.allCases.first { item.name.hasPrefix($0.rawValue) } ?? record.step.state
      if types.last != state.eventTypeID { types.append(state.eventTypeID) }
    }
    for type in types {
      let answer = try operation.invoke(record.step.notice) { id in
        .nEventReportRQ(
          messageID: id, sopClass: sopClass, sopInstance: record.sopInstance, eventTypeID: type, hasDataSet: true)
      }
      guard answer.status.isDone else { return Self.outcome(answer) }
    }
    return .done
  }

  /// Whether a refusal may pass: a node that is short of something now may have it later.
  private static func outcome(_ answer: NodeOperation.Answer) -> JobOutcome {
    switch answer.status {
    case .resourceLimitation, .outOfResources, .noSuchSOPInstance: .again(reason: answer.description)
    default: .impossible(reason: answer.description)
    }
  }
}
