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
    FilmPrinter(name: aeTitle) { [self] films, job, caller in try take(films, job, caller) }
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
