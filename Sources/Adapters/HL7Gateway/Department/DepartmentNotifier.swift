// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments
import HL7
import Logging
import Messaging
import NIOPosix
import Radiology

/// Turns events of the department into queued messages, each exactly once: the position is advanced after they were
/// queued, and what is queued again is known by its key. Tells the department of reports that were delivered.
public struct DepartmentNotifier: Sendable {
  /// Draws a report; empty where it cannot be drawn.
  public typealias Printer = @Sendable (ImagingReport) -> [UInt8]

  private let store: any RadiologyStore
  private let department: Department
  private let queue: any OutboundQueue
  private let directory: any MessagingDirectory
  private let pool: NIOThreadPool
  private let logger: Logger
  private let printer: Printer

  /// The consumer of events.
  public static let consumer = "hl7"
  /// Events that are taken at a time.
  static let batch = 200
  /// How often it looks.
  static let interval = Duration.milliseconds(500)

  public init(
    store: any RadiologyStore, department: Department, queue: any OutboundQueue, directory: any MessagingDirectory,
    pool: NIOThreadPool, logger: Logger, printer: @escaping Printer
  ) {
    self.store = store
    self.department = department
    self.queue = queue
    self.directory = directory
    self.pool = pool
    self.logger = logger
    self.printer = printer
  }

  /// Runs until the task is cancelled.
  public func run() async throws {
    while !Task.isCancelled {
      do {
        while try await pool.runIfActive({ try step() }) {}
        try await pool.runIfActive { try followDeliveries() }
      } catch {
        logger.error("HL7 messages could not be made of events: \(error)")
      }
      try await Task.sleep(for: Self.interval)
    }
  }

  /// Takes the next events. Blocks.
  /// - Returns: whether there were any.
  public func step() throws -> Bool {
    let destinations = try directory.destinations().filter(\.isActive)
    let (last, told) = try store.read { tables in
      let events = try tables.events(after: tables.position(of: Self.consumer) ?? 0, limit: Self.batch)
      let told = destinations.isEmpty ? [] : try events.compactMap { try DepartmentNews($0, in: tables) }
      return (events.last?.sequence, told)
    }
    guard let last else { return false }
    _ = try queue.add(told.flatMap { messages(for: $0, to: destinations) })
    try store.write { try $0.advance(Self.consumer, to: last) }
    return true
  }

  /// Notes in the department which reports all their receivers have acknowledged. Blocks.
  public func followDeliveries() throws {
    while true {
      let reports = try queue.deliveredReports(limit: Self.batch)
      for report in reports {
        try department.reportWasDelivered(exam: report.exam, version: report.version, by: .system("hl7"))
        try queue.settle(report)
      }
      if reports.count < Self.batch { return }
    }
  }

  // MARK: Messages

  private func messages(for news: DepartmentNews, to destinations: [Destination]) -> [QueuedMessage] {
    let wanting = destinations.filter { destination in
      news.notices.contains { destination.kinds.contains($0.kind) } && news.isWanted(by: destination.reports)
    }
    guard !wanting.isEmpty else { return [] }
    let report = news.report.map { department.imagingReport($0.version, of: $0.versions, $0.subject) }
    let pdf = report.map { wanting.contains(where: \.reports.enclosesPDF) ? printer($0) : [] } ?? []
    return wanting.flatMap { destination in
      news.notices.enumerated().filter { destination.kinds.contains($0.element.kind) }.compactMap { index, notice in
        message(news, notice, "E\(news.event.sequence)N\(index)", to: destination, report, pdf)
      }
    }
  }

  private func message(
    _ news: DepartmentNews, _ notice: DepartmentNotices.Notice, _ id: String, to destination: Destination,
    _ report: ImagingReport?, _ pdf: [UInt8]
  ) -> QueuedMessage? {
    let (event, order, exam, patient) = (news.event, news.order, news.exam, news.patient)
    let writer = DepartmentMessages(
      format: destination.format, controlID: id, timestamp: Timestamp(event.at).field)
    let content = report.map { report in
      ResultContent(
        report, uid: news.uid, previousUID: news.previousUID(for: destination.reports),
        for: destination.reports, pdf: pdf)
    }
    let message =
      switch notice {
      case .status(let control, let status):
        writer.orderStatus(
          order, exam, of: patient, control: control, status: status, reason: event.reason)
      case .appointment(let trigger): writer.appointment(trigger, news)
      case .images: writer.images(order, exam, of: patient)
      case .result: content.map { writer.result($0, order, exam, of: patient) }
      case .document: content.map { writer.document($0, order, exam, of: patient) }
      }
    guard let message else { return nil }
    var queued = QueuedMessage(
      destination: destination.name, orderingKey: news.block == nil ? "\(patient.id)" : "agenda", uniqueKey: id,
      name: message.name,
      controlID: id, bytes: message.encode(), at: event.at)
    if let version = news.report?.version, version.status.isVisible {
      queued.report = ReportReference(exam: version.exam, version: version.number)
    }
    return queued
  }
}
