// SPDX-License-Identifier: Apache-2.0

import Foundation
import HL7
import HL7Gateway
import Radiology

/// A simulated hospital at work: a few hands that each take one patient after another through the department.
struct HospitalRun: Sendable {
  var modalities: SimulateModalities
  var hl7: MLLPClient.Options
  var api: HospitalAPI
  /// Simulated seconds in a second; 0 for as fast as the server goes.
  var speed: Double
  /// Patients at a time; one where the clock is set.
  var hands: Int

  /// How long the server may take for what it does by itself, such as to attach images.
  static let patience = Duration.seconds(120)

  /// Goes through the plan, and reckons.
  func run(_ plan: HospitalPlan, facility: String) async -> HospitalReckoning {
    let queue = CaseQueue(plan.cases, speed: speed)
    let done = await withTaskGroup(of: (HospitalReckoning, [(HospitalCase, HospitalOutcome)]).self) { group in
      for hand in 1...(api.administrator == nil ? hands : 1) {
        group.addTask { await work(queue, facility: "\(facility)H\(hand)") }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    var reckoning = HospitalReckoning()
    do {
      try await api.setClock(nil)
    } catch {
      reckoning.fail("the clock: \(error)")
    }
    for part in done where !Task.isCancelled {
      reckoning.failures += part.0.failures
      for (one, outcome) in part.1 {
        reckoning.orders += 1
        reckoning.turns[one.turn.rawValue, default: 0] += 1
        reckoning.instances += outcome.instances
        if outcome.hasReport { reckoning.reports += 1 }
        do {
          reckoning.account(one, outcome, found: try await settled(one, outcome))
        } catch {
          reckoning.fail("\(one.accession): \(error)")
        }
      }
    }
    return reckoning
  }

  private func work(
    _ queue: CaseQueue, facility: String
  ) async -> (HospitalReckoning, [(HospitalCase, HospitalOutcome)]) {
    var reckoning = HospitalReckoning()
    var done: [(HospitalCase, HospitalOutcome)] = []
    var his = HospitalMessages(facility: facility)
    while let one = await queue.next(), !Task.isCancelled {
      var outcome = HospitalOutcome()
      do {
        try await treat(one, &his, &outcome)
      } catch {
        reckoning.fail("\(one.accession) (\(one.turn.rawValue)): \(error)")
      }
      done.append((one, outcome))
    }
    return (reckoning, done)
  }

  // MARK: One patient

  private func treat(
    _ one: HospitalCase, _ his: inout HospitalMessages, _ outcome: inout HospitalOutcome
  ) async throws {
    var patient = one.patient
    if one.turn.isMerge {
      (patient.id, patient.name, patient.birthDate) = ("\(one.patient.id)U", "Unknown^Number\(one.number)", "")
    } else if one.turn == .renamed {
      patient.name = "Misspelt^Number\(one.number)"
    }
    let times = HospitalTimes(one)
    let now = times.placed
    let isOrdered = one.last == .ordered
    try await api.setClock(now)
    try await tell([
      his.admission("A04", patient, at: now),
      his.order("NW", one, for: patient, start: isOrdered ? nil : one.start, at: now),
    ])
    switch one.turn {
    case .cancelled:
      return try await tell([his.order("CA", one, for: patient, start: nil, at: now)])
    case .noShow:
      try await api.setClock(times.ended)
      return try await tell([his.noShow(one, at: times.ended)])
    case .moved where !isOrdered:
      // It was to be later, and is earlier now.
      let later = LocalDateTime(minute: one.start.minute + 30)
      try await tell([
        his.order("XO", one, for: patient, start: later, at: now),
        his.order("XO", one, for: patient, start: one.start, at: now),
      ])
    case .renamed: try await tell([his.admission("A08", one.patient, at: now)])
    default: break
    }
    if one.turn == .mergedBefore { try await merge(patient, one, &his) }
    guard one.last >= .arrived else {
      if one.turn.isMerge, one.turn != .mergedBefore { try await merge(patient, one, &his) }
      return
    }
    try await api.setClock(times.arrived)
    try await receive(one)
    if one.last >= .examined { outcome.instances = try await examine(one, times, patient, &his) }
    if one.turn == .mergedAfter || (one.turn == .mergedDuring && one.last < .examined) {
      try await merge(patient, one, &his)
    }
    guard one.last >= .dictated else {
      // What the server does when images have come, it does before the clock goes on.
      if one.last == .examined, api.administrator != nil { _ = try await waiting(one, for: ["toRead"]) }
      return
    }
    try await read(one, times)
    outcome.hasReport = one.last == .validated
  }

  private func merge(_ old: SimulatedPatient, _ one: HospitalCase, _ his: inout HospitalMessages) async throws {
    try await tell([
      his.admission("A04", one.patient, at: one.start),
      his.admission("A40", one.patient, at: one.start, replacing: old),
    ])
  }

  private func receive(_ one: HospitalCase) async throws {
    for item in try await api.exams(one.accession) { try await api.perform("arrive", exam: item.exam.id) }
  }

  /// - Returns: how many instances were sent.
  private func examine(
    _ one: HospitalCase, _ times: HospitalTimes, _ patient: SimulatedPatient, _ his: inout HospitalMessages
  ) async throws -> Int {
    let begun =
      one.turn == .mergedDuring
      ? [
        his.admission("A04", one.patient, at: one.start),
        his.admission("A40", one.patient, at: one.start, replacing: patient),
      ] : []
    var run = ModalityRun(one.modality, modalities, seed: one.seed)
    try await api.setClock(times.begun)
    let sent = try await run.examine(
      accession: one.accession, on: one.start.date, at: (times.begun.date, times.begun.time), seed: one.seed
    ) {
      try await tell(begun)
      try await api.setClock(times.ended)
    }
    guard let sent else { throw SimulationFailure(description: "the worklist has no such entry") }
    if let failure = run.report.failures.first { throw SimulationFailure(description: failure) }
    return sent
  }

  private func read(_ one: HospitalCase, _ times: HospitalTimes) async throws {
    let exam = try await waiting(one, for: ["toRead"])
    let content = HospitalAPI.Content(SimulatedReports.text(one), question: SimulatedReports.question(one))
    try await api.setClock(times.dictated)
    try await api.report("save", exam: exam, content, basedOn: 0)
    guard one.last >= .toSign else { return }
    try await api.setClock(times.submitted)
    try await api.report("submit", exam: exam, nil, basedOn: 1)
    guard one.last == .validated else { return }
    try await api.setClock(times.validated)
    try await api.report("validate", exam: exam, nil, basedOn: 2)
    if one.sequel == .none { return }
    try await api.setClock(times.followed)
    var more = content
    more.sections.append(
      .init(key: "addendum", title: "Addendum", text: "Compared with the earlier study: unchanged."))
    let command = one.sequel == .addendum ? "addAddendum" : "correct"
    try await api.report(command, exam: exam, more, basedOn: 3, reason: "compared with the earlier study")
  }

  /// Waits until the exam is in one of the states.
  private func waiting(_ one: HospitalCase, for states: Set<String>) async throws -> Int64 {
    let end = ContinuousClock.now + Self.patience
    var last = "nowhere"
    while ContinuousClock.now < end {
      if let item = try await api.exams(one.accession).first {
        if states.contains(item.exam.status) { return item.exam.id }
        last = item.exam.status
      }
      try await Task.sleep(for: .milliseconds(200))
    }
    throw SimulationFailure(description: "the exam stays \(last), and is not \(states.sorted())")
  }

  /// What the server has of an order when it has done its own part.
  private func settled(_ one: HospitalCase, _ outcome: HospitalOutcome) async throws -> [HospitalAPI.Exams.Item] {
    let end = ContinuousClock.now + Self.patience
    while true {
      let found = try await api.exams(one.accession)
      var trial = HospitalReckoning()
      trial.account(one, outcome, found: found)
      if trial.isClean || ContinuousClock.now >= end { return found }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  // MARK: Messages

  /// Sends messages one after another; each has to be accepted.
  private func tell(_ messages: [[UInt8]]) async throws {
    guard !messages.isEmpty else { return }
    try await MLLPClient.connected(hl7) { connection in
      for message in messages {
        let answer = try ReceivedAcknowledgement(Message(parsing: try await connection.exchange(message)))
        guard answer.verdict == .delivered else {
          throw SimulationFailure(description: "message refused: \(answer.code.rawValue) \(answer.text)")
        }
      }
    }
  }
}

/// Hands out the cases when their time has come.
actor CaseQueue {
  private var cases: ArraySlice<HospitalCase>
  private let speed: Double
  private let first: Int64
  private let began = ContinuousClock.now

  init(_ cases: [HospitalCase], speed: Double) {
    self.cases = cases[...]
    self.speed = speed
    first = cases.first?.start.minute ?? 0
  }

  func next() async -> HospitalCase? {
    guard let one = cases.popFirst() else { return nil }
    if speed > 0 {
      let due = began + .seconds(Double(one.start.minute - first) * 60 / speed)
      try? await Task.sleep(until: due)
    }
    return one
  }
}
