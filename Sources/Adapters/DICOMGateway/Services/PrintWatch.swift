// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices
import Synchronization

/// What a print user was told of its jobs and of the printer, so that it is told what changes (PS3.4 §H.4.5, §H.4.6).
final class PrintWatch: Sendable {
  /// Jobs of an association that are watched.
  static let maximumJobs = 1000

  private struct State {
    /// The jobs that may change still, and what was told of each.
    var jobs: [UID: PrintJobStatus.Execution?] = [:]
    /// What the user can have known of the printer.
    var printer: PrinterStatus?
    /// Times in a row that an event was not taken.
    var refusals = 0
  }

  private let state = Mutex(State())

  func add(_ job: UID) {
    state.withLock { if $0.jobs.count < Self.maximumJobs { $0.jobs[job] = .some(nil) } }
  }

  /// The next change that was not told.
  func next(_ printer: FilmPrinter) throws -> (any OwedReport)? {
    // Known from before the first event of a job, which may be what the printer fails at.
    let now = try printer.status()
    let known = state.withLock { state in
      defer { if state.printer == nil { state.printer = now } }
      return state.printer
    }
    let watched = state.withLock { $0.jobs.keys.sorted { $0.rawValue < $1.rawValue } }
    for job in watched {
      let told = state.withLock { $0.jobs[job] ?? nil }
      guard let status = try printer.job(job) else {
        state.withLock { _ = $0.jobs.removeValue(forKey: job) }
        continue
      }
      if status.execution != told { return report(event(job, status, printer)) { self.noted(job, status) } }
    }
    guard let known, known != now else { return nil }
    return report(event(now, printer)) { self.state.withLock { $0.printer = now } }
  }

  private func report(_ event: EventReport, _ told: @escaping @Sendable () -> Void) -> Report {
    Report(made: event, watch: self, told: told)
  }

  private func noted(_ job: UID, _ status: PrintJobStatus) {
    state.withLock { state in
      if status.execution.isFinal {
        state.jobs[job] = nil
      } else {
        state.jobs[job] = .some(status.execution)
      }
    }
  }

  private func event(_ job: UID, _ status: PrintJobStatus, _ printer: FilmPrinter) -> EventReport {
    var information = DataSet()
    information.set(.executionStatusInfo, .CS, status.info)
    if !status.label.isEmpty { information.set(.filmSessionLabel, .LO, status.label) }
    information.set(.printerName, .LO, printer.name)
    return EventReport(
      sopClass: .printJob, sopInstance: job, eventTypeID: status.execution.eventTypeID, information: information)
  }

  private func event(_ status: PrinterStatus, _ printer: FilmPrinter) -> EventReport {
    var information = DataSet()
    information.set(.printerStatusInfo, .CS, status.info)
    information.set(.printerName, .LO, printer.name)
    return EventReport(
      sopClass: .printer, sopInstance: .printerInstance, eventTypeID: status.condition.eventTypeID,
      information: information, otherContexts: PrintManagement.metaSOPClasses)
  }

  /// How often in a row an event may not be taken.
  static let patience = 3

  /// An event; who does not take it a few times can ask by N-GET.
  private struct Report: OwedReport {
    let made: EventReport
    let watch: PrintWatch
    let told: @Sendable () -> Void

    func event() throws -> EventReport? { made }

    func delivered() throws {
      watch.state.withLock { $0.refusals = 0 }
      told()
    }

    /// It is told when the user is silent.
    func overtaken() throws {}

    func notDelivered(_ reason: String) throws {
      let isGivenUp = watch.state.withLock { state in
        state.refusals += 1
        return state.refusals >= PrintWatch.patience
      }
      if isGivenUp { try delivered() }
    }
  }
}
