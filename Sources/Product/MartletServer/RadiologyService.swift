// SPDX-License-Identifier: Apache-2.0

import Archive
import ClinicalDocuments
import DICOMCore
import DICOMDictionary
import DICOMFile
import Logging
import NIOPosix
import Radiology
import ReportPrinting
import ServiceLifecycle
import Synchronization
import Workflow

/// Follows the archive for the department, and the department for the archive: images that arrive are attached to their
/// exams, reports that were validated are stored as documents beside their images.
final class RadiologyService: Service {
  /// The name under which it follows the archive's events.
  static let consumer = "department"
  static let pause = Duration.milliseconds(500)
  static let page = 2000
  /// How often exams of past days are gathered for statistics, and for how many days at once.
  static let gatheringPause = Duration.seconds(3600)
  static let daysAtOnce = 20

  private let archive: ImageArchive
  private let consumers: any EventConsumers
  private let department: Department
  private let arrivals: ArrivalDesk
  private let performedSteps: PerformedStepDesk?
  private let logger: Logger
  private let isStopping = Atomic(false)

  init(
    archive: ImageArchive, consumers: any EventConsumers, department: Department, arrivals: ArrivalDesk,
    performedSteps: PerformedStepDesk?, logger: Logger
  ) {
    self.archive = archive
    self.consumers = consumers
    self.department = department
    self.arrivals = arrivals
    self.performedSteps = performedSteps
    self.logger = logger
  }

  func run() async throws {
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    var nextGathering = ContinuousClock.now
    await withGracefulShutdownHandler {
      while !isStopping.load(ordering: .relaxed) {
        do {
          try await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.pause) }
          try await threads.runIfActive {
            try self.followImages()
            try self.storeReports()
            try self.arrivals.followReconciliations { self.isStopping.load(ordering: .relaxed) }
          }
          if ContinuousClock.now >= nextGathering {
            let isDone = try await threads.runIfActive { try self.gatherStatistics() }
            if isDone { nextGathering = ContinuousClock.now + Self.gatheringPause }
          }
        } catch is CancellationError {
          break
        } catch {
          logger.error("the department does not follow the archive just now, and tries again: \(error)")
          try? await Task.sleep(for: .seconds(5))
        }
      }
    } onGracefulShutdown: {
      self.isStopping.store(true, ordering: .relaxed)
    }
    try await threads.shutdownGracefully()
  }

  /// Each study is looked at once for all that came of it. What was looked at is noted afterwards: after a crash it is
  /// looked at again, which changes nothing.
  func followImages() throws {
    while !isStopping.load(ordering: .relaxed) {
      let position = try consumers.position(of: Self.consumer) ?? 0
      let events = try archive.index.events(after: position, limit: Self.page)
      guard let last = events.last else { return }
      for study in try arrivals.take(events) { try performedSteps?.checkObjects(ofStudy: study) }
      try consumers.advance(Self.consumer, to: last.sequence)
    }
  }

  /// Exams of days that ended are kept together, some days at once.
  /// - Returns: whether all are.
  func gatherStatistics() throws -> Bool {
    try department.gatherStatistics(days: Self.daysAtOnce, before: DepartmentOptions.systemTime()) < Self.daysAtOnce
  }

  /// Validated versions become DICOM documents in the archive, by the same way in as everything else.
  func storeReports() throws {
    let consumer = "report documents"
    while !isStopping.load(ordering: .relaxed) {
      let events = try department.events(after: try department.eventPosition(of: consumer), limit: Self.page)
      guard let last = events.last else { return }
      for event in events where ReportStatus(rawValue: event.to)?.isVisible == true && event.kind.hasPrefix("report.") {
        guard let document = try department.reportDocument(ofExam: event.subject.procedure) else { continue }
        try store(document)
        if let document = try cda(ofExam: event.subject.procedure) { try store(document) }
        if let document = try pdf(ofExam: event.subject.procedure) { try store(document) }
      }
      try department.advance(consumer, to: last.sequence)
    }
  }

  /// The newest visible version as CDA with the catalogue of its images; nil where it is in the archive already, since
  /// the images may be others now.
  private func cda(ofExam exam: Int64) throws -> DataSet? {
    guard var report = try department.imagingReports(ofExam: exam).last,
      try archive.index.versions(of: UID(report.uid + ".3")).isEmpty
    else { return nil }
    report.studies = try report.studies.map { try StudyCatalogue.study(UID($0.uid), in: archive.index) ?? $0 }
    return try department.encapsulatedReport(ofExam: exam, cda: CDAReport(report).encode())
  }

  /// The newest visible version as pages; nil where they are in the archive already.
  private func pdf(ofExam exam: Int64) throws -> DataSet? {
    guard let report = try department.imagingReports(ofExam: exam).last,
      try archive.index.versions(of: UID(report.uid + ".5")).isEmpty
    else { return nil }
    return try department.encapsulatedReport(ofExam: exam, pdf: ReportPages.pdf(report))
  }

  private func store(_ document: DataSet) throws {
    let syntax = TransferSyntax.explicitVRLittleEndian
    let bytes = try DataSetWriter.write(document, transferSyntax: syntax)
    let sink = try archive.makeSink(source: InstanceSource(way: .web, sender: "reports"))
    defer { sink.close() }
    try sink.begin(
      affectedSOPClass: document.uid(.sopClassUID), affectedSOPInstance: document.uid(.sopInstanceUID),
      transferSyntax: syntax.uid)
    try bytes.withUnsafeBytes { try sink.append($0) }
    let outcome = try sink.finish()
    logger.info("report \(document.uid(.sopInstanceUID)?.rawValue ?? "") is in the archive: \(outcome)")
  }
}
