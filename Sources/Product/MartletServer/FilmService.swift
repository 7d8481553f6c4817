// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMGateway
import DICOMServices
import FilmPrinting
import Foundation
import Workflow

/// Keeps the films that are printed here, and hands them to the print queue and to the DICOM printer that are set.
struct FilmService: Sendable {
  /// Kinds of its jobs: for the print queue, and for the DICOM printer.
  static let kind = "print"
  static let nodeKind = "film"

  let folder: FilmFolder
  let queue: PaperQueue?
  /// AE title of a DICOM printer that films go on to; empty for none.
  let node: String
  let jobs: any JobStore
  let aeTitle: String
  let formats: DeclaredDisplayFormats
  private let forwarding: FilmForwarding

  init(_ settings: Settings, folder: String, jobs: any JobStore, forwarding: FilmForwarding) {
    self.folder = FilmFolder(path: folder)
    queue = settings.printQueue.isEmpty ? nil : PaperQueue(name: settings.printQueue)
    node = settings.printNode
    self.jobs = jobs
    self.forwarding = forwarding
    aeTitle = settings.aeTitle
    formats = settings.printFormats
  }

  var printer: FilmPrinter {
    FilmPrinter(
      name: aeTitle, formats: formats, take: { [self] films, job, caller in try take(films, job, caller) },
      job: { [self] in try status(of: $0) }, status: { [self] in try status() })
  }

  // MARK: - What somebody who printed is told

  /// Finished jobs that are looked through for one that somebody asks about.
  private static let jobsLookedThrough = 2000

  /// Where a film stands: kept is printed where it goes to no printer, or has come out of it.
  private func status(of job: UID) throws -> PrintJobStatus? {
    let known = try [Self.kind, Self.nodeKind].compactMap { kind in
      try jobs.jobs(JobQuery(kind: kind), limit: Self.jobsLookedThrough).first { $0.payload.contains(job.rawValue) }
    }
    guard folder.has(job.rawValue) || !known.isEmpty else { return nil }
    let session = session(of: job)
    var status = PrintJobStatus(
      .done, priority: session.string(.printPriority) ?? "MED", label: session.string(.filmSessionLabel) ?? "")
    // What is the farthest from the end counts.
    guard let open = known.first(where: { $0.state != .done }) else { return status }
    (status.execution, status.info) = Self.execution(open.state, hasFailed: !open.reason.isEmpty)
    return status
  }

  private func session(of job: UID) -> DataSet {
    let kept = folder.kept(job.rawValue, ending: Self.sessionEnding) ?? []
    return (try? DataSetReader.read(ByteSlice(kept), transferSyntax: .explicitVRLittleEndian)) ?? DataSet()
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

  /// How the printers are: paused, or their last films did not come out.
  private func status() throws -> PrinterStatus {
    let names = [queue?.name, node.isEmpty ? nil : node].compactMap(\.self)
    let known = try names.isEmpty ? [] : jobs.queues().filter { names.contains($0.name) }
    if known.contains(where: { $0.open > 0 && !$0.reason.isEmpty && !$0.isPaused }) {
      return PrinterStatus(.failure, info: "CHECK PRINTER")
    }
    return known.contains(where: \.isPaused) ? PrinterStatus(.warning, info: "PRINTER OFFLINE") : PrinterStatus(.normal)
  }

  // MARK: - Films

  private static let sessionEnding = "session"
  private static let orderEnding = "films"

  private func take(_ films: [Film], _ job: UID, _ caller: String) throws {
    let label = films[0].label
    let title = label.isEmpty ? "Film of \(caller)" : label
    let now = Clock.now()
    let file = try folder.keep(films, name: job.rawValue, title: title, day: Clock.day(now))
    let order = FilmOrder(films)
    _ = try folder.keep(try Self.bytes(order.session), beside: file, ending: Self.sessionEnding)
    let priority: JobPriority =
      switch films[0].priority {
      case "HIGH": .high
      case "LOW": .low
      default: .normal
      }
    func newJob(_ kind: String, _ queue: String, _ payload: String) -> NewJob {
      NewJob(kind: kind, queue: queue, title: title, key: job.rawValue, payload: payload, priority: priority)
    }
    var made: [NewJob] = []
    if let queue { made.append(newJob(Self.kind, queue.name, "\(films[0].copies)\n\(file)")) }
    if !node.isEmpty {
      made.append(
        newJob(
          Self.nodeKind, node,
          try folder.keep(try Self.bytes(order.dataSet), beside: file, ending: Self.orderEnding)))
    }
    if !made.isEmpty { try jobs.add(made, consuming: nil, now: now) }
  }

  private static func bytes(_ dataSet: DataSet) throws -> [UInt8] {
    try DataSetWriter.write(dataSet, transferSyntax: .explicitVRLittleEndian)
  }

  // MARK: - Jobs

  var handlers: [any JobHandler] {
    [
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
      },
      BlockingJobHandler(Self.nodeKind, .patient) { [self] run in try forward(run.job) },
    ]
  }

  /// Prints kept films on the DICOM printer; they are kept as PDF alone then.
  private func forward(_ job: Job) throws -> JobOutcome {
    guard let kept = FileManager.default.contents(atPath: job.payload) else {
      return .impossible(reason: "the films are not there any more")
    }
    let order = FilmOrder(
      try DataSetReader.read(ByteSlice(Array(kept)), transferSyntax: .explicitVRLittleEndian))
    do {
      guard try forwarding.send(order, to: job.queue) else {
        return .again(reason: "no node has the AE title \(job.queue)")
      }
    } catch let refused as FilmForwarding.Refused {
      return refused.mayPass ? .again(reason: "\(refused)") : .impossible(reason: "\(refused)")
    }
    try? FileManager.default.removeItem(atPath: job.payload)
    return .done
  }
}
