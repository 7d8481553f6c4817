// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNIO
import DICOMServices

/// Follows print jobs to their end: by the events of the printer (PS3.4 §H.4.5, §H.4.6), and by asking, since not every
/// printer reports.
struct PrintedJobs {
  /// What the printer told.
  struct Event: Encodable {
    let sopClass: String
    let sopInstance: String
    let eventType: Int
    let info: String
  }

  private let jobs: [UID]
  private var known: [UID: PrintJobStatus.Execution] = [:]
  private(set) var events: [Event] = []

  init(_ jobs: [UID]) { self.jobs = jobs }

  /// Execution Status of each job, as far as it was told.
  var states: [String] { jobs.map { known[$0]?.rawValue ?? "UNKNOWN" } }

  var areDone: Bool { jobs.allSatisfy { known[$0] == .done } }

  private var areOver: Bool { jobs.allSatisfy { known[$0]?.isFinal == true } }

  /// Waits until each job is over, or the time is.
  mutating func follow(_ association: Association, seconds: Int, _ tell: (String) -> Void) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
      for job in jobs where known[job]?.isFinal != true {
        let answer = try await association.get(
          .printJob, instance: job, attributes: [.executionStatus, .executionStatusInfo])
        for event in await association.takeEvents() { take(event, tell) }
        guard known[job]?.isFinal != true, let state = answer.dataSet?.string(.executionStatus) else { continue }
        known[job] = PrintJobStatus.Execution(rawValue: state)
      }
      if areOver || ContinuousClock.now >= end { return }
      try await Task.sleep(for: .milliseconds(500))
    }
  }

  private mutating func take(_ event: ReceivedEvent, _ tell: (String) -> Void) {
    let info =
      event.information?.string(event.sopClass == .printJob ? .executionStatusInfo : .printerStatusInfo) ?? ""
    events.append(
      Event(
        sopClass: event.sopClass.rawValue, sopInstance: event.sopInstance.rawValue, eventType: Int(event.eventTypeID),
        info: info))
    tell("\(event.sopInstance): event \(event.eventTypeID) \(info)")
    guard event.sopClass == .printJob,
      let state = PrintJobStatus.Execution.allCases.first(where: { $0.eventTypeID == event.eventTypeID })
    else { return }
    known[event.sopInstance] = state
  }
}
