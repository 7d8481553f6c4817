// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
public import DICOMServices
public import Radiology
import Synchronization

/// Unified procedure steps in memory.
public final class MemoryUnifiedProcedureStepStore: UnifiedProcedureStepStore {
  private let state = Mutex(MemoryUnifiedProcedureSteps())

  public init() {}

  public func read<Result>(_ body: (any UnifiedProcedureStepTables) throws -> Result) throws -> Result {
    try body(MemoryUnifiedProcedureStepTables(state.withLock { $0 }))
  }

  /// One at a time: a transaction that is begun inside another would wait for ever.
  public func write<Result>(_ body: (any UnifiedProcedureStepTables) throws -> Result) throws -> Result {
    var result: Result?
    try writing.withLock { _ in
      let tables = MemoryUnifiedProcedureStepTables(state.withLock { $0 })
      result = try body(tables)
      let changed = tables.state
      state.withLock { $0 = changed }
    }
    guard let result else { throw ConformanceFailure(description: "a transaction without a result") }
    return result
  }

  private let writing = Mutex(())
}

/// All that is kept.
struct MemoryUnifiedProcedureSteps: Sendable {
  var steps: [UnifiedProcedureStepRecord] = []
  /// Deletion locks by step and AE title.
  var subscriptions: [UID: [String: Bool]] = [:]
  var globals: [GlobalSubscription] = []
  var owed: [OwedEvent] = []
  var lastEvent: Int64 = 0
}

/// A copy that one transaction works on.
public final class MemoryUnifiedProcedureStepTables: UnifiedProcedureStepTables {
  var state: MemoryUnifiedProcedureSteps

  init(_ state: MemoryUnifiedProcedureSteps) { self.state = state }

  public func step(_ sopInstance: UID) throws -> UnifiedProcedureStepRecord? {
    state.steps.first { $0.sopInstance == sopInstance }
  }

  public func add(_ record: UnifiedProcedureStepRecord) throws -> Bool {
    guard try step(record.sopInstance) == nil else { return false }
    state.steps.append(record)
    return true
  }

  public func update(_ record: UnifiedProcedureStepRecord) throws {
    state.steps = state.steps.map { $0.sopInstance == record.sopInstance ? record : $0 }
  }

  public func stepCount() throws -> Int { state.steps.count }

  public func steps(
    _ selection: UnifiedProcedureStepSelection, each: (UnifiedProcedureStepRecord) throws -> Bool
  ) throws {
    for record in state.steps {
      let attributes = record.step.attributes
      let isSelected =
        (selection.states.isEmpty || selection.states.contains(record.step.state))
        && (selection.sopInstances.isEmpty || selection.sopInstances.contains(record.sopInstance))
        && (selection.patientID.isEmpty || attributes.string(Tag(0x0010, 0x0020)) == selection.patientID)
        && (selection.worklistLabel.isEmpty || attributes.string(Tag(0x0074, 0x1202)) == selection.worklistLabel)
      if isSelected, try !each(record) { return }
    }
  }

  public func removeFinalSteps(before time: Int64, limit: Int) throws -> Int {
    let old = state.steps.filter { record in
      record.step.state.isFinal && record.changedAt < time
        && !(state.subscriptions[record.sopInstance]?.values.contains(true) ?? false)
    }
    let removed = Set(old.sorted { $0.changedAt < $1.changedAt }.prefix(limit).map(\.sopInstance))
    state.steps.removeAll { removed.contains($0.sopInstance) }
    for instance in removed { state.subscriptions[instance] = nil }
    return removed.count
  }

  public func deletionLock(of receivingAE: String, on sopInstance: UID) throws -> Bool? {
    state.subscriptions[sopInstance]?[receivingAE]
  }

  public func subscribe(_ receivingAE: String, to sopInstance: UID, hasDeletionLock: Bool) throws {
    guard try step(sopInstance) != nil else { return }
    state.subscriptions[sopInstance, default: [:]][receivingAE] = hasDeletionLock
  }

  public func unsubscribe(_ receivingAE: String, from sopInstance: UID) throws -> Bool {
    state.subscriptions[sopInstance]?.removeValue(forKey: receivingAE) != nil
  }

  public func subscribeToAll(_ receivingAE: String, hasDeletionLock: Bool) throws {
    for record in state.steps {
      let known = state.subscriptions[record.sopInstance]?[receivingAE] ?? false
      state.subscriptions[record.sopInstance, default: [:]][receivingAE] = known || hasDeletionLock
    }
  }

  public func unsubscribeFromAll(_ receivingAE: String) throws -> Int {
    let all = state.subscriptions.filter { $0.value[receivingAE] != nil }
    for instance in all.keys { state.subscriptions[instance]?[receivingAE] = nil }
    return all.count
  }

  public func subscribers(of sopInstance: UID) throws -> [String] {
    (state.subscriptions[sopInstance] ?? [:]).keys.sorted()
  }

  public func globalSubscriptions() throws -> [GlobalSubscription] {
    state.globals.sorted { ($0.receivingAE, $0.filter == nil ? 0 : 1) < ($1.receivingAE, $1.filter == nil ? 0 : 1) }
  }

  public func setGlobalSubscription(_ subscription: GlobalSubscription) throws {
    _ = try removeGlobalSubscriptions(of: subscription.receivingAE, isFiltered: subscription.filter != nil)
    state.globals.append(subscription)
  }

  public func removeGlobalSubscriptions(of receivingAE: String, isFiltered: Bool?) throws -> Int {
    let before = state.globals.count
    state.globals.removeAll { global in
      global.receivingAE == receivingAE && (isFiltered == nil || isFiltered == (global.filter != nil))
    }
    return before - state.globals.count
  }

  public func addOwed(_ event: UnifiedProcedureStepEvent, to receivingAE: String) throws -> Int64 {
    state.lastEvent += 1
    state.owed.append(OwedEvent(id: state.lastEvent, receivingAE: receivingAE, event: event))
    return state.lastEvent
  }

  public func owed(_ id: Int64) throws -> OwedEvent? { state.owed.first { $0.id == id } }

  public func owed(to receivingAE: String, limit: Int) throws -> [Int64] {
    Array(state.owed.filter { $0.receivingAE == receivingAE }.map(\.id).prefix(limit))
  }

  public func owedCount(to receivingAE: String) throws -> Int {
    state.owed.count { $0.receivingAE == receivingAE }
  }

  public func awaiting() throws -> [String] { Set(state.owed.map(\.receivingAE)).sorted() }

  public func removeOwed(_ id: Int64) throws { state.owed.removeAll { $0.id == id } }
}
