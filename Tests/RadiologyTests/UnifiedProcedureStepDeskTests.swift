// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices
import Radiology
import Synchronization
import SystemTestKit
import Testing

@Suite struct MemoryUnifiedProcedureStepStoreTests {
  @Test(arguments: UnifiedProcedureStepSuite.cases) func conforms(_ requirement: UnifiedProcedureStepSuite.Case) throws
  {
    try requirement.run(MemoryUnifiedProcedureStepStore())
  }
}

/// Who is told what (PS3.4 §CC.2.3, §CC.2.4).
@Suite struct UnifiedProcedureStepDeskTests {
  private final class Told: Sendable {
    let events = Mutex<[String]>([])
    let owed = Mutex<[String: [Int64]]>([:])

    func take() -> [String] {
      events.withLock { events in
        defer { events = [] }
        return events
      }
    }
  }

  private let told = Told()
  private let desk: UnifiedProcedureStepDesk

  init() {
    let told = told
    let receivers = UnifiedProcedureStepReceivers(
      nodes: { ["NODE1"] },
      owe: { owed in told.owed.withLock { $0.merge(owed) { $0 + $1 } } })
    desk = UnifiedProcedureStepDesk(store: MemoryUnifiedProcedureStepStore(), receivers: receivers)
  }

  private func listen(_ title: String) throws {
    let told = told
    _ = try #require(
      desk.openChannel(title) { event in
        let state = event.information.string(.procedureStepState) ?? ""
        told.events.withLock { $0.append("\(title) \(event.sopInstance) \(event.type.rawValue) \(state)") }
      })
  }

  private func create(_ instance: UID, _ change: (inout DataSet) -> Void = { _ in }) throws {
    var given = DataSet()
    given.set(.procedureStepState, .CS, "SCHEDULED")
    given.set(.scheduledProcedureStepPriority, .CS, "MEDIUM")
    given.set(.procedureStepLabel, .LO, "Lung nodules")
    given.set(.scheduledProcedureStepStartDateTime, .DT, "20260105101500")
    given.set(.inputReadinessState, .CS, "READY")
    change(&given)
    _ = try desk.create(instance, given, from: "RIS")
  }

  private func status(_ body: () throws -> Void) -> DIMSEStatus? {
    do {
      try body()
      return nil
    } catch { return (error as? UnifiedProcedureStep.Refusal)?.status }
  }

  @Test func aStepIsToldToWhoSubscribed() throws {
    try listen("A")
    try create("1.2.1")
    #expect(told.take() == [])
    try desk.subscribe("A", to: "1.2.1", hasDeletionLock: false, needsNode: false)
    #expect(told.take() == ["A 1.2.1 1 SCHEDULED"])
    #expect(try desk.change("1.2.1", to: .inProgress, transactionUID: "1.9", by: "CAD") == .success)
    #expect(told.take() == ["A 1.2.1 1 IN PROGRESS"])
    #expect(try desk.record("1.2.1")?.performer == "CAD")
    #expect(try desk.requestCancel("1.2.1", DataSet(), from: "RIS") == .success)
    #expect(told.take() == ["A 1.2.1 2 "])
    try desk.unsubscribe("A", from: "1.2.1", needsNode: false)
    #expect(status { _ = try desk.requestCancel("1.2.1", DataSet(), from: "RIS") } == .performerCannotBeContacted)
    #expect(told.take() == [])
  }

  @Test func aGlobalSubscriptionTakesWhatIsAndWhatComes() throws {
    try listen("A")
    try create("1.2.1")
    try desk.subscribe("A", to: .upsGlobalSubscriptionInstance, hasDeletionLock: true, needsNode: false)
    #expect(told.take() == ["A 1.2.1 1 SCHEDULED"], "who takes locks knows what it holds")
    try create("1.2.2")
    #expect(told.take() == ["A 1.2.2 1 SCHEDULED"])
    try desk.suspend("A", .upsGlobalSubscriptionInstance, needsNode: false)
    try create("1.2.3")
    #expect(told.take() == [])
    _ = try desk.requestCancel("1.2.2", DataSet(), from: "RIS")
    #expect(told.take() == ["A 1.2.2 1 IN PROGRESS", "A 1.2.2 1 CANCELED"], "what was subscribed to stays so")
    try desk.unsubscribe("A", from: .upsGlobalSubscriptionInstance, needsNode: false)
    _ = try desk.requestCancel("1.2.1", DataSet(), from: "RIS")
    #expect(told.take() == [])
  }

  @Test func aFilteredSubscriptionTakesWhatMatches() throws {
    try listen("A")
    try create("1.2.1") { $0.set(.worklistLabel, .LO, "CAD") }
    try create("1.2.2")
    var filter = DataSet()
    filter.set(.worklistLabel, .LO, "CAD")
    try desk.subscribe(
      "A", to: .upsFilteredGlobalSubscriptionInstance, hasDeletionLock: true, filter: filter, needsNode: false)
    #expect(told.take() == ["A 1.2.1 1 SCHEDULED"])
    try create("1.2.3") { $0.set(.worklistLabel, .LO, "CAD") }
    try create("1.2.4")
    #expect(told.take() == ["A 1.2.3 1 SCHEDULED"])
    #expect(
      status {
        try desk.subscribe(
          "A", to: .upsFilteredGlobalSubscriptionInstance, hasDeletionLock: false, needsNode: false)
      } == .invalidArgumentValue)
  }

  @Test func eventsOfNodesAreKept() throws {
    #expect(
      status { try desk.subscribe("A", to: "1.2.1", hasDeletionLock: false, needsNode: true) } == .unknownReceivingAE)
    #expect(
      status { try desk.subscribe("NODE1", to: "1.2.1", hasDeletionLock: false, needsNode: true) }
        == .noSuchProcedureStep)
    try desk.subscribe("NODE1", to: .upsGlobalSubscriptionInstance, hasDeletionLock: false, needsNode: true)
    try create("1.2.1")
    let ids = told.owed.withLock { $0["NODE1"] ?? [] }
    #expect(ids.count == 1)
    #expect(try desk.allOwed() == ["NODE1": ids])
    #expect(try desk.owed(ids[0])?.event.sopInstance == "1.2.1")
    try desk.delivered(ids[0])
    #expect(try desk.allOwed() == [:])
    try desk.announceRestart()
    let restart = try #require(try desk.allOwed()["NODE1"]?.first)
    #expect(try desk.owed(restart)?.event.information.string(.scpStatus) == "RESTARTED")
  }

  @Test func badRequests() throws {
    try create("1.2.1")
    #expect(status { try create("1.2.1") } == .duplicateSOPInstance)
    #expect(status { try create("x") } == .invalidObjectInstance)
    #expect(status { try create(.upsGlobalSubscriptionInstance) } == .invalidObjectInstance)
    #expect(status { _ = try desk.set("1.2.9", DataSet()) } == .noSuchProcedureStep)
    #expect(status { try desk.suspend("A", "1.2.1", needsNode: false) } == .actionNotAppropriate)
    #expect(
      status { try desk.subscribe("", to: "1.2.1", hasDeletionLock: false, needsNode: false) } == .unknownReceivingAE)
    #expect(
      status { try desk.subscribe("A\\B", to: "1.2.1", hasDeletionLock: false, needsNode: false) }
        == .unknownReceivingAE)
  }
}
