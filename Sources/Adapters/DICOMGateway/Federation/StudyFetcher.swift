// SPDX-License-Identifier: Apache-2.0

public import Archive
import DICOMCore
import DICOMDictionary
import Foundation
public import Logging
public import Workflow

/// Brings studies from other archives as jobs (`FetchOrder`), for people who wait for them: progress is told, and after
/// a few attempts the reason.
public struct StudyFetcher: Sendable {
  /// Attempts of one job. Progress does not add to them, since an archive may break off at the same object each time.
  static let attempts = 3
  private static let policy = RetryPolicy(first: 3_000_000, longest: 30_000_000, attempts: attempts)
  /// Progress is written down at most so often, in seconds.
  static let reportInterval = 0.3

  private let archive: ImageArchive
  private let nodes: any NodeDirectory
  private let options: GatewayOptions
  private let logger: Logger

  public init(archive: ImageArchive, nodes: any NodeDirectory, options: GatewayOptions, logger: Logger) {
    self.archive = archive
    self.nodes = nodes
    self.options = options
    self.logger = logger
  }

  /// What does the jobs.
  public var handler: any JobHandler {
    BlockingJobHandler(FetchOrder.kind, Self.policy) { [self] run in try perform(run) }
  }

  private func perform(_ run: JobRun) throws -> JobOutcome {
    let order = try JSONDecoder().decode(FetchOrder.self, from: Data(run.job.payload.utf8))
    let attempt = (Int(run.job.checkpoint) ?? 0) + 1
    try run.keep(checkpoint: String(attempt))
    var reasons: [String] = []
    for title in order.archives {
      do {
        guard let reason = try fetch(order, from: title, run) else { return .done }
        reasons.append("\(title): \(reason)")
      } catch {
        // A job that was paused has its association cut off.
        try run.check()
        if error is JobStopped { throw error }
        reasons.append("\(title): \(error)")
      }
    }
    let reason = reasons.joined(separator: "; ")
    logger.warning("study \(order.study) was not fetched: \(reason)")
    if attempt < Self.attempts { return .again(reason: reason) }
    // A person may retry it.
    try run.keep(checkpoint: "")
    return .impossible(reason: reason)
  }

  /// - Returns: why not all came; nil where all did.
  private func fetch(_ order: FetchOrder, from title: String, _ run: JobRun) throws -> String? {
    guard let node = try nodes.node(aeTitle: title) else { return "there is no node of this name" }
    var identifier = DataSet()
    identifier.set(.queryRetrieveLevel, .CS, QueryLevel.study.term)
    identifier.set(.studyInstanceUID, UID(order.study))
    let remotes = RemoteArchives(nodes: nodes, options: options, logger: logger)
    var last = Date.distantPast
    let watch = RetrievalWatch(
      opened: { association in
        let socket = association.layer.stream.socket
        run.whenStopped { socket.shutdown() }
      },
      told: { count in
        try run.check()
        if Date().timeIntervalSince(last) < Self.reportInterval { return }
        last = Date()
        try run.report(progress: count.progress)
      })
    let end = try RemoteRetrieval(archive: archive, remotes: remotes, logger: logger).bring(
      identifier, from: node, watch: watch)
    try run.report(progress: end.progress)
    guard end.isWhole else { return end.reason(receiver: options.aeTitle) }
    let isHere = try !archive.index.instances(InstanceSelection(studies: [UID(order.study)])).isEmpty
    return isHere ? nil : "it has nothing of this study"
  }
}

extension RetrievalCount {
  fileprivate var progress: JobProgress {
    JobProgress(total: total, completed: arrived, warned: warned, failed: failed)
  }
}
