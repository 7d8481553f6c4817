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

  private func listen(_ title: String, _ desk: UnifiedProcedureStepDesk? = nil) throws -> Int {
    let told = told
    let desk = desk ?? self.desk
    return try #require(
      desk.openChannel(title) { event in
        let state = event.information.string(.procedureStepState) ?? ""
        told.events.withLock { $0.append("\(title) \(event.sopInstance) \(event.type.rawValue) \(state)") }
      })
  }

  private static var creation: DataSet {
    var given = DataSet()
    given.set(.procedureStepState, .CS, "SCHEDULED")
    given.set(.scheduledProcedureStepPriority, .CS, "MEDIUM")
    given.set(.procedureStepLabel, .LO, "Lung nodules")
    given.set(.scheduledProcedureStepStartDateTime, .DT, "20260105101500")
    given.set(.inputReadinessState, .CS, "READY")
    return given
  }

  /// A clock that a test moves.
  private final class Moment: Sendable {
    private let time = Mutex(ContinuousClock.now)
    var now: ContinuousClock.Instant { time.withLock { $0 } }
    func pass(_ duration: Duration) { time.withLock { $0 += duration } }
  }

  private func create(_ instance: UID, _ change: (inout DataSet) -> Void = { _ in }) throws {
    var given = Self.creation
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
    _ = try listen("A")
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
    _ = try listen("A")
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
    _ = try listen("A")
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

  @Test func aFilterTakesWhatComesToMatch() throws {
    _ = try listen("A")
    var filter = DataSet()
    filter.set(.worklistLabel, .LO, "CAD")
    try desk.subscribe(
      "A", to: .upsFilteredGlobalSubscriptionInstance, hasDeletionLock: false, filter: filter, needsNode: false)
    try create("1.2.1") { $0.set(.worklistLabel, .LO, "Planning") }
    try create("1.2.2") { $0.set(.worklistLabel, .LO, "Planning") }
    func relabel(_ instance: UID, _ label: String) throws {
      var change = DataSet()
      change.set(.worklistLabel, .LO, label)
      _ = try desk.set(instance, change)
    }
    #expect(told.take() == [])
    try relabel("1.2.1", "CAD")
    #expect(told.take() == ["A 1.2.1 1 SCHEDULED"])
    try relabel("1.2.1", "CAD")
    #expect(told.take() == [], "it is subscribed to once")
    // What no longer matches stays subscribed to, until somebody says otherwise.
    try relabel("1.2.1", "Planning")
    _ = try desk.requestCancel("1.2.1", DataSet(), from: "RIS")
    #expect(told.take() == ["A 1.2.1 1 IN PROGRESS", "A 1.2.1 1 CANCELED"])
    try desk.suspend("A", .upsFilteredGlobalSubscriptionInstance, needsNode: false)
    try relabel("1.2.2", "CAD")
    #expect(told.take() == [])
  }

  @Test func whatAClosedChannelMissedComesWhenItIsOpenAgain() throws {
    let told = told
    let moment = Moment()
    let receivers = UnifiedProcedureStepReceivers(nodes: { [] }, now: { moment.now }, owe: { _ in })
    let desk = UnifiedProcedureStepDesk(store: MemoryUnifiedProcedureStepStore(), receivers: receivers)
    func create(_ instance: UID) throws { _ = try desk.create(instance, Self.creation, from: "RIS") }
    let channel = try listen("A", desk)
    try desk.subscribe("A", to: .upsGlobalSubscriptionInstance, hasDeletionLock: false, needsNode: false)
    desk.closeChannel(channel)
    try create("1.2.1")
    try create("1.2.2")
    #expect(told.take() == [])
    let again = try listen("A", desk)
    #expect(told.take() == ["A 1.2.1 1 SCHEDULED", "A 1.2.2 1 SCHEDULED"], "in their order, before what comes now")
    // Another channel of the same AE was open: nothing was missed.
    _ = try listen("A", desk)
    desk.closeChannel(again)
    try create("1.2.3")
    #expect(told.take() == ["A 1.2.3 1 SCHEDULED"])
    // Too late, and too many.
    let last = try listen("B", desk)
    try desk.subscribe("B", to: .upsGlobalSubscriptionInstance, hasDeletionLock: false, needsNode: false)
    desk.closeChannel(last)
    for number in 0..<(UnifiedProcedureStepReceivers.maximumMissed + 5) { try create(UID("1.2.4.\(number)")) }
    _ = told.take()
    let third = try listen("B", desk)
    #expect(told.take().count == UnifiedProcedureStepReceivers.maximumMissed)
    desk.closeChannel(third)
    try create("1.2.5")
    moment.pass(UnifiedProcedureStepReceivers.patience + .seconds(1))
    _ = told.take()
    _ = try listen("B", desk)
    #expect(told.take() == [])
  }

  @Test func aNodeIsOwedOnlySoMuch() throws {
    let receivers = UnifiedProcedureStepReceivers(nodes: { ["NODE1"] }, limit: 3, owe: { _ in })
    let desk = UnifiedProcedureStepDesk(store: MemoryUnifiedProcedureStepStore(), receivers: receivers)
    try desk.subscribe("NODE1", to: .upsGlobalSubscriptionInstance, hasDeletionLock: false, needsNode: true)
    for number in 1...5 { _ = try desk.create(UID("1.2.\(number)"), Self.creation, from: "RIS") }
    let owed = try #require(try desk.allOwed()["NODE1"])
    #expect(try owed.compactMap { try desk.owed($0)?.event.sopInstance } == ["1.2.1", "1.2.2", "1.2.3"])
    // There is room again for what comes next.
    try desk.delivered(owed[0])
    _ = try desk.create("1.2.6", Self.creation, from: "RIS")
    let later = try #require(try desk.allOwed()["NODE1"]?.last)
    #expect(try desk.owed(later)?.event.sopInstance == "1.2.6")
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
