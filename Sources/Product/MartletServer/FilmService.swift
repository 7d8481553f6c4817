// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMGateway
import DICOMServices
import FilmPrinting
import Workflow

/// Keeps the films that are printed here, and hands them to the print queue where one is set.
struct FilmService: Sendable {
  /// The kind of its jobs.
  static let kind = "print"

  let folder: FilmFolder
  let queue: PaperQueue?
  let jobs: any JobStore
  let aeTitle: String

  init(_ settings: Settings, folder: String, jobs: any JobStore) {
    self.folder = FilmFolder(path: folder)
    queue = settings.printQueue.isEmpty ? nil : PaperQueue(name: settings.printQueue)
    self.jobs = jobs
    aeTitle = settings.aeTitle
  }

  var printer: FilmPrinter {
    FilmPrinter(
      name: aeTitle, take: { [self] films, job, caller in try take(films, job, caller) },
      job: { [self] in try status(of: $0) }, status: { [self] in try status() })
  }

  /// Finished jobs that are looked through for one that somebody asks about.
  private static let jobsLookedThrough = 2000

  /// Where a film stands: kept is printed where there is no print queue.
  private func status(of job: UID) throws -> PrintJobStatus? {
    guard queue != nil,
      let known = try jobs.jobs(JobQuery(kind: Self.kind), limit: Self.jobsLookedThrough)
        .first(where: { $0.key == job.rawValue })
    else { return folder.has(job.rawValue) ? PrintJobStatus(.done) : nil }
    let priority =
      switch known.priority {
      case .high: "HIGH"
      case .normal: "MED"
      case .low: "LOW"
      }
    let (execution, info) = Self.execution(known.state, hasFailed: !known.reason.isEmpty)
    return PrintJobStatus(execution, info: info, priority: priority, label: String(known.title.prefix(64)))
  }

  /// What a job of the queue is to who printed (PS3.3 §C.13.8).
  static func execution(_ state: JobState, hasFailed: Bool) -> (PrintJobStatus.Execution, info: String) {
    switch state {
    case .waiting: (.pending, hasFailed ? "CHECK PRINTER" : "QUEUED")
    case .paused: (.pending, "QUEUED")
    case .running: (.printing, "NORMAL")
    case .done: (.done, "NORMAL")
    case .failed: (.failure, "CHECK PRINTER")
    case .cancelled: (.failure, "UNKNOWN")
    }
  }

  /// How the print queue is: paused, or its last films did not come out.
  private func status() throws -> PrinterStatus {
    guard let queue, let known = try jobs.queues().first(where: { $0.name == queue.name }) else {
      return PrinterStatus(.normal)
    }
    if known.isPaused { return PrinterStatus(.warning, info: "PRINTER OFFLINE") }
    if known.open > 0, !known.reason.isEmpty { return PrinterStatus(.failure, info: "CHECK PRINTER") }
    return PrinterStatus(.normal)
  }

  private func take(_ films: [Film], _ job: UID, _ caller: String) throws {
    let label = films[0].label
    let title = label.isEmpty ? "Film of \(caller)" : label
    let now = Clock.now()
    let file = try folder.keep(films, name: job.rawValue, title: title, day: Clock.day(now))
    guard let queue else { return }
    let priority: JobPriority =
      switch films[0].priority {
      case "HIGH": .high
      case "LOW": .low
      default: .normal
      }
    let order = NewJob(
      kind: Self.kind, queue: queue.name, title: title, key: job.rawValue, payload: "\(films[0].copies)\n\(file)",
      priority: priority)
    try jobs.add([order], consuming: nil, now: now)
  }

  /// Hands kept films to the queue.
  var handler: any JobHandler {
    BlockingJobHandler(Self.kind, .patient) { [queue] run in
      guard let queue else { return .again(reason: "no print queue is set") }
      let parts = run.job.payload.split(separator: "\n", maxSplits: 1).map(String.init)
      guard parts.count == 2, let copies = Int(parts[0]) else { return .impossible(reason: "the job names no film") }
      do throws(FilmError) {
        try queue.send(parts[1], copies: copies, title: run.job.title)
        return .done
      } catch {
        return .again(reason: error.reason)
      }
    }
  }
}
