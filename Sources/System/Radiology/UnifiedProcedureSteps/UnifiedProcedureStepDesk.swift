// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary
public import DICOMServices

/// Keeps the unified worklist: creates, shows and changes steps, and tells who has subscribed (PS3.4 Annex CC).
public struct UnifiedProcedureStepDesk: Sendable {
  /// Steps that are kept at a time.
  public static let maximumSteps = 1_000_000
  /// Steps in a final state are removed so many days after their last change, unless somebody has a deletion lock.
  public static let daysKept: Int64 = 30
  /// Answers of one question.
  public static let maximumAnswers = 10_000

  let store: any UnifiedProcedureStepStore
  let receivers: UnifiedProcedureStepReceivers
  let options: DepartmentOptions

  public init(
    store: any UnifiedProcedureStepStore, receivers: UnifiedProcedureStepReceivers,
    options: DepartmentOptions = DepartmentOptions()
  ) {
    self.store = store
    self.receivers = receivers
    self.options = options
  }

  public func record(_ sopInstance: UID) throws -> UnifiedProcedureStepRecord? {
    try store.read { try $0.step(sopInstance) }
  }

  /// N-CREATE. An instance that is not named gets a UID.
  public func create(
    _ sopInstance: UID?, _ given: DataSet, from source: String
  ) throws -> UnifiedProcedureStepRecord {
    let instance = sopInstance ?? UID.random()
    guard instance.isValid, !GlobalSubscription.instances.contains(instance) else {
      throw UnifiedProcedureStep.Refusal(.invalidObjectInstance, "\(instance) is no UID of a step")
    }
    let now = options.now()
    return try telling { tables, tell in
      _ = try tables.removeFinalSteps(before: now - Self.daysKept * 86_400_000_000, limit: 100)
      guard try tables.step(instance) == nil else {
        throw UnifiedProcedureStep.Refusal(.duplicateSOPInstance, "the instance exists")
      }
      let step = try UnifiedProcedureStep(creating: given, as: instance, at: moment(now))
      guard try tables.stepCount() < Self.maximumSteps else {
        throw UnifiedProcedureStep.Refusal(.resourceLimitation, "there are \(Self.maximumSteps) steps")
      }
      let record = UnifiedProcedureStepRecord(
        sopInstance: instance, step: step, source: source, createdAt: now, changedAt: now)
      guard try tables.add(record) else {
        throw UnifiedProcedureStep.Refusal(.duplicateSOPInstance, "the instance exists")
      }
      for global in try tables.globalSubscriptions() where global.includes(step) {
        let hasLock = try tables.deletionLock(of: global.receivingAE, on: instance) ?? false
        try tables.subscribe(
          global.receivingAE, to: instance, hasDeletionLock: hasLock || global.hasDeletionLock)
      }
      let subscribers = try tables.subscribers(of: instance)
      try tell(step.stateReport(), subscribers)
      if let assigned = step.assigned { try tell(assigned, subscribers) }
      return record
    }
  }

  /// N-SET.
  /// - Returns: the step, and attributes that must not be changed and were not.
  public func set(_ sopInstance: UID, _ given: DataSet) throws -> (
    record: UnifiedProcedureStepRecord, ignored: [Tag]
  ) {
    try changing(sopInstance) { record, tables, tell in
      let before = record.step
      let ignored = try record.step.set(given, at: moment(record.changedAt))
      let subscribers = try tables.subscribers(of: sopInstance)
      for event in record.step.events(since: before) { try tell(event, subscribers) }
      return (record, ignored)
    }
  }

  /// N-ACTION Change UPS State.
  /// - Parameter performer: who asks.
  /// - Returns: success, or a warning with nothing changed.
  public func change(
    _ sopInstance: UID, to state: UnifiedProcedureStepState, transactionUID: UID?, by performer: String
  ) throws -> DIMSEStatus {
    try changing(sopInstance) { record, tables, tell in
      let before = record.step.state
      let status = try record.step.change(to: state, transactionUID: transactionUID)
      guard record.step.state != before else { return status }
      if record.step.state == .inProgress { record.performer = performer }
      try tell(record.step.stateReport(), tables.subscribers(of: sopInstance))
      return status
    }
  }

  /// N-ACTION Request UPS Cancel.
  public func requestCancel(
    _ sopInstance: UID, _ information: DataSet, from requestingAE: String
  ) throws -> DIMSEStatus {
    try changing(sopInstance) { record, tables, tell in
      let before = record.step.state
      let (status, entered) = try record.step.requestCancel(information, at: moment(record.changedAt))
      let subscribers = try tables.subscribers(of: sopInstance)
      for state in entered { try tell(record.step.stateReport(passing: state), subscribers) }
      guard before == .inProgress else { return status }
      guard !subscribers.isEmpty else {
        throw UnifiedProcedureStep.Refusal(.performerCannotBeContacted, "nobody has subscribed to the step")
      }
      try tell(record.step.cancelRequested(by: requestingAE, information), subscribers)
      return status
    }
  }

  /// C-FIND: steps that match, in the order of their creation, until `each` returns false.
  public func find(
    _ query: UnifiedProcedureStepQuery, each: (UnifiedProcedureStepRecord) throws -> Bool
  ) throws {
    try store.read { tables in
      try tables.steps(UnifiedProcedureStepSelection(query)) { record in
        try !query.matches(record.step.attributes) || each(record)
      }
    }
  }

  // MARK: - Transactions

  /// Runs a transaction and lets who is to be told of it know afterwards.
  func telling<Value>(
    _ body: (any UnifiedProcedureStepTables, UnifiedProcedureStepNotices) throws -> Value
  ) throws -> Value {
    let nodes = try receivers.knownNodes()
    var told: [UnifiedProcedureStepReceivers.Notice] = []
    let value = try store.write { tables in
      let notices = UnifiedProcedureStepNotices(tables: tables, receivers: receivers, nodes: nodes)
      let value = try body(tables, notices)
      told = notices.all
      return value
    }
    receivers.deliver(told)
    return value
  }

  private func changing<Value>(
    _ sopInstance: UID,
    _ body: (inout UnifiedProcedureStepRecord, any UnifiedProcedureStepTables, UnifiedProcedureStepNotices) throws ->
      Value
  ) throws -> Value {
    try telling { tables, tell in
      guard var record = try tables.step(sopInstance) else { throw Self.unknown }
      let before = record
      record.changedAt = options.now()
      let value = try body(&record, tables, tell)
      if record.step != before.step || record.performer != before.performer { try tables.update(record) }
      if record.step != before.step { try subscribe(to: record, before.step, tables, tell) }
      return value
    }
  }

  /// A step that comes to match a filter is subscribed to as if it were new; one that no longer does stays so.
  private func subscribe(
    to record: UnifiedProcedureStepRecord, _ before: UnifiedProcedureStep, _ tables: any UnifiedProcedureStepTables,
    _ tell: UnifiedProcedureStepNotices
  ) throws {
    for global in try tables.globalSubscriptions() where global.filter != nil {
      guard global.includes(record.step), !global.includes(before),
        try tables.deletionLock(of: global.receivingAE, on: record.sopInstance) == nil
      else { continue }
      try tables.subscribe(
        global.receivingAE, to: record.sopInstance, hasDeletionLock: global.hasDeletionLock)
      try tell(record.step.stateReport(), [global.receivingAE])
    }
  }

  static let unknown = UnifiedProcedureStep.Refusal(.noSuchProcedureStep, "there is no such procedure step")

  /// DT on the wall clock.
  private func moment(_ microseconds: Int64) -> String {
    let local = LocalDateTime(microseconds: microseconds)
    return local.date + local.time
  }
}

extension GlobalSubscription {
  /// The well-known instances that stand for all steps (PS3.4 §CC.2.3.1).
  static let instances: [UID] = [.upsGlobalSubscriptionInstance, .upsFilteredGlobalSubscriptionInstance]

  /// Whether a step that is created is subscribed to.
  func includes(_ step: UnifiedProcedureStep) -> Bool {
    guard let filter else { return true }
    return UnifiedProcedureStepQuery(filter).matches(step.attributes)
  }
}

/// What a transaction tells, and to whom.
final class UnifiedProcedureStepNotices {
  private(set) var all: [UnifiedProcedureStepReceivers.Notice] = []
  private let tables: any UnifiedProcedureStepTables
  private let receivers: UnifiedProcedureStepReceivers
  private let nodes: Set<String>

  init(
    tables: any UnifiedProcedureStepTables, receivers: UnifiedProcedureStepReceivers, nodes: Set<String>
  ) {
    self.nodes = nodes
    self.tables = tables
    self.receivers = receivers
  }

  func callAsFunction(_ event: UnifiedProcedureStepEvent, _ subscribers: [String]) throws {
    for subscriber in subscribers {
      all.append(
        try receivers.notice(event, to: subscriber, isNode: nodes.contains(subscriber), tables))
    }
  }
}
