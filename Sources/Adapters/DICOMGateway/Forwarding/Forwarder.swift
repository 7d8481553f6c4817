// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMNetwork
import Foundation
import Logging
import Workflow

/// Sends stored instances to nodes as jobs (`ForwardOrder`): many over one association, each until it has arrived,
/// as changed as the order says.
public struct Forwarder: Sendable {
  /// How long an association waits for more of a study that is still arriving.
  static let linger = 1.5
  /// What became of instances is written down at least so often, in seconds.
  static let reportInterval = 1.0

  private let archive: ImageArchive
  private let nodes: any NodeDirectory
  private let options: GatewayOptions
  private let logger: Logger
  /// Now, by the clock on the wall.
  private let moment: @Sendable (Int64) -> TimeWindow.Moment
  private let limits = BandwidthLimits()

  public init(
    archive: ImageArchive, nodes: any NodeDirectory, options: GatewayOptions, logger: Logger,
    moment: @escaping @Sendable (Int64) -> TimeWindow.Moment
  ) {
    self.archive = archive
    self.nodes = nodes
    self.options = options
    self.logger = logger
    self.moment = moment
  }

  /// What does the jobs.
  public var handler: any JobHandler {
    BlockingJobHandler(ForwardOrder.kind, .patient) { [self] run in try perform(run) }
  }

  private func perform(_ run: JobRun) throws -> JobOutcome {
    let order = try JSONDecoder().decode(ForwardOrder.self, from: Data(run.job.payload.utf8))
    guard let node = try nodes.node(aeTitle: order.destination) else {
      return .again(reason: "no node has the AE title \(order.destination)")
    }
    let now = ArchiveOptions.systemTime()
    if let window = TimeWindow(node.profile.sendTimes), case let minutes = window.wait(from: moment(now)), minutes > 0 {
      return .wait(until: now + Int64(minutes) * 60_000_000, reason: "sent between \(node.profile.sendTimes) only")
    }
    var reasons: [String: Int] = [:]
    while true {
      let items = try waiting(run)
      if items.isEmpty { break }
      let instances = try find(items, run, &reasons)
      let form = OutgoingForm(order)
      for batch in ForwardingBatch.split(instances, also: form.transferSyntax) {
        if let outcome = try send(batch, form, to: node, run, &reasons) { return outcome }
      }
    }
    let progress = try run.progress()
    guard progress.failed > 0 else { return .done }
    let reason = reasons.max { $0.value < $1.value }?.key ?? "refused"
    return .impossible(reason: "\(progress.failed) of \(progress.total) instances were not taken: \(reason)")
  }

  /// What is to be sent next; waits a little for more where all has been sent, unless somebody else waits.
  private func waiting(_ run: JobRun) throws -> [JobItem] {
    let items = try run.waitingItems()
    guard items.isEmpty else { return items }
    let end = Date(timeIntervalSinceNow: Self.linger)
    while Date() < end {
      if try run.othersWait() { return [] }
      Thread.sleep(forTimeInterval: 0.25)
      let more = try run.waitingItems()
      if !more.isEmpty { return more }
    }
    return []
  }

  private func find(
    _ items: [JobItem], _ run: JobRun, _ reasons: inout [String: Int]
  ) throws -> [StoredInstance] {
    let wanted = items.map { UID($0.name) }
    let found = try archive.index.instances(InstanceSelection(instances: wanted))
    let known = Set(found.map(\.identity.instance))
    let gone = wanted.filter { !known.contains($0) }
    if !gone.isEmpty {
      reasons["not in the archive any more", default: 0] += gone.count
      try run.report(gone.map { JobItem($0.rawValue, .failed, reason: "not in the archive any more") })
    }
    return found
  }

  /// Sends a batch over one association.
  /// - Returns: how the attempt ends, where it must.
  private func send(
    _ batch: ForwardingBatch, _ form: OutgoingForm, to node: RemoteNode, _ run: JobRun,
    _ reasons: inout [String: Int]
  ) throws -> JobOutcome? {
    let association = try OutgoingAssociation.open(to: node, contexts: batch.contexts, options: options)
    let socket = association.layer.stream.socket
    socket.limit = limits.limit(of: node.aeTitle, bytesPerSecond: node.profile.bytesPerSecond)
    run.whenStopped { socket.shutdown() }
    var done = PendingReport(run)
    do {
      for (number, instance) in batch.instances.enumerated() {
        try run.check()
        let result = try transmit(instance, form, UInt16(number % 65535 + 1), on: association)
        if result.isTransient {
          try done.write()
          OutgoingAssociation.end(association)
          return .again(reason: result.item.reason)
        }
        if result.item.state == .failed { reasons[result.item.reason, default: 0] += 1 }
        try done.add(result.item)
      }
      try done.write()
    } catch {
      association.layer.abort(nil)
      // What was acknowledged is not sent again.
      try done.write()
      throw error
    }
    OutgoingAssociation.end(association)
    return nil
  }

  private func transmit(
    _ instance: StoredInstance, _ form: OutgoingForm, _ id: UInt16, on association: BlockingAssociation
  ) throws -> (item: JobItem, isTransient: Bool) {
    var status: UInt16?
    var comment = ""
    var sender = InstanceSender(archive: archive, logger: logger)
    sender.answered = { (status, comment) = ($0, $1) }
    let name = instance.identity.instance.rawValue
    let outcome: InstanceSender.Outcome
    do {
      outcome = try form.send(instance, by: sender, id, on: association)
    } catch let error as OutgoingForm.Impossible {
      return (JobItem(name, .failed, reason: error.description), false)
    }
    let code = status.map { "status " + String($0, radix: 16, uppercase: true) } ?? "no transfer syntax in common"
    let reason = comment.isEmpty ? code : "\(code): \(comment)"
    switch outcome {
    case .completed: return (JobItem(name, .done), false)
    case .warning: return (JobItem(name, .warned, reason: reason), false)
    // Out of resources may pass (PS3.4 §B.2.3).
    case .failed: return (JobItem(name, .failed, reason: reason), status.map { $0 & 0xFF00 == 0xA700 } ?? false)
    }
  }

  /// What became of instances and is not written down yet.
  private struct PendingReport {
    private let run: JobRun
    private var items: [JobItem] = []
    private var last = Date()

    init(_ run: JobRun) { self.run = run }

    mutating func add(_ item: JobItem) throws {
      items.append(item)
      if Date().timeIntervalSince(last) > Forwarder.reportInterval { try write() }
    }

    mutating func write() throws {
      last = Date()
      if items.isEmpty { return }
      let written = items
      items = []
      try run.report(written)
    }
  }
}
