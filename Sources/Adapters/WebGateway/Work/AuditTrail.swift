// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import Hummingbird
import HummingbirdCore
import Logging
import NIOPosix
import Synchronization
import Trust

/// What a route's use says to the audit trail (PS3.15 §A.5.3).
enum AuditedAct: Sendable {
  /// Nothing: no patient data is shown.
  case nothing
  /// A search for patients or studies.
  case query
  /// Images or their metadata were looked at.
  case accessed
  /// Instances left the archive.
  case transferred
  /// Instances left the archive as files for a medium.
  case exported
  /// Instances came in.
  case imported
  /// Patient data was corrected, rejected, or came back.
  case corrected
  /// Instances are gone for good.
  case deleted
  /// The installation was changed, or its inner state shown.
  case configuration
  /// A patient's record was looked at or changed.
  case patient
  /// An order or an exam was looked at or changed.
  case order

  /// Event ID code meaning of PS3.15 table A.5.3.
  var event: String {
    switch self {
    case .nothing: ""
    case .query: "Query"
    case .accessed: "DICOM Instances Accessed"
    case .transferred, .imported: "DICOM Instances Transferred"
    case .exported: "Export"
    case .corrected: "Patient Record"
    case .deleted: "DICOM Study Deleted"
    case .configuration: "Security Alert"
    case .patient: "Patient Record"
    case .order: "Order Record"
    }
  }
}

/// Collects audit events and writes them in batches. The same person reading the same study over and over again is one
/// event for some minutes, else a scroll through a series would be thousands.
final class AuditTrail: Sendable {
  static let coalescingTime: Int64 = 5 * 60_000_000
  static let flushInterval = Duration.milliseconds(200)
  /// Pending events, and recent ones that are remembered.
  static let capacity = 20_000

  private struct State {
    var pending: [AuditEvent] = []
    var recent: [AuditEvent: Int64] = [:]
    var lost = 0
  }

  private let journal: any AuditJournal
  private let index: any InstanceIndex
  private let logger: Logger
  private let now: @Sendable () -> Int64
  private let state = Mutex(State())

  init(
    journal: any AuditJournal, index: any InstanceIndex, logger: Logger, now: @escaping @Sendable () -> Int64
  ) {
    self.journal = journal
    self.index = index
    self.logger = logger
    self.now = now
  }

  func record(_ act: AuditedAct, _ call: Call, failure: String?) {
    if case .nothing = act { return }
    let object: String
    if case .query = act {
      object = String((call.request.uri.path + "?" + (call.request.uri.query ?? "")).prefix(500))
    } else {
      object = call.context.parameters.get("study") ?? call.request.uri.path
    }
    record(
      AuditEvent(
        at: now(), event: act.event, outcome: failure ?? "success", actor: call.principal.name,
        address: call.context.address, object: object))
  }

  /// A study that is part of an export whose path does not name it.
  func exported(_ study: String, _ call: Call) {
    record(
      AuditEvent(
        at: now(), event: AuditedAct.exported.event, outcome: "success", actor: call.principal.name,
        address: call.context.address, object: study))
  }

  func refused(_ context: WebContext, _ principal: Principal, path: String) {
    record(
      AuditEvent(
        at: now(), event: "Security Alert", outcome: "permission denied", actor: principal.name,
        address: context.address,
        object: path))
  }

  /// Tells of a change of accounts, each time that there is one.
  func recordChange(of object: String, by call: Call, outcome: String = "success") {
    let event = AuditEvent(
      at: now(), event: AuditedAct.configuration.event, outcome: outcome, actor: call.principal.name,
      address: call.context.address, object: object)
    state.withLock { Self.add(event, to: &$0) }
  }

  func record(_ event: AuditEvent) {
    state.withLock { state in
      var key = event
      key.at = 0
      if let last = state.recent[key], event.at - last < Self.coalescingTime { return }
      if state.recent.count >= Self.capacity { state.recent.removeAll(keepingCapacity: true) }
      state.recent[key] = event.at
      Self.add(event, to: &state)
    }
  }

  private static func add(_ event: AuditEvent, to state: inout State) {
    guard state.pending.count < capacity else {
      state.lost += 1
      return
    }
    state.pending.append(event)
  }

  /// Writes until the task is cancelled.
  func run(on pool: NIOThreadPool) async {
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.flushInterval)
      await flush(on: pool)
    }
  }

  /// Writes what is pending.
  func flush(on pool: NIOThreadPool) async {
    let (events, lost) = state.withLock { state in
      defer {
        state.pending = []
        state.lost = 0
      }
      return (state.pending, state.lost)
    }
    if lost > 0 { logger.error("audit events lost", metadata: ["count": "\(lost)"]) }
    if events.isEmpty { return }
    do {
      try await pool.runIfActive { [self] in try journal.append(events.map(withPatient)) }
    } catch {
      logger.error("audit trail cannot be written", metadata: ["error": "\(error)", "count": "\(events.count)"])
    }
  }

  /// Adds the patient of the study that the event is about.
  private func withPatient(_ event: AuditEvent) -> AuditEvent {
    guard event.patientID.isEmpty, UID(event.object).isValid else { return event }
    var identifier = DataSet(inheritedCharacterSet: .utf8)
    identifier.set(.studyInstanceUID, .UI, event.object)
    var event = event
    try? index.find(IndexQuery(level: .study, identifier: identifier, limit: 1)) { answer in
      event.patientID = answer.string(.patientID) ?? ""
      return false
    }
    return event
  }
}
