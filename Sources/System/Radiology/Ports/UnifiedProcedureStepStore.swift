// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary
public import DICOMServices

/// A unified procedure step with where it comes from.
public struct UnifiedProcedureStepRecord: Sendable, Hashable {
  public var sopInstance: UID
  public var step: UnifiedProcedureStep
  /// Who created it: an AE title, or a user's name.
  public var source: String
  /// Who has begun it; empty where nobody has.
  public var performer: String
  /// Microseconds since 1970-01-01 UTC.
  public var createdAt: Int64
  public var changedAt: Int64

  public init(
    sopInstance: UID, step: UnifiedProcedureStep, source: String, performer: String = "", createdAt: Int64,
    changedAt: Int64
  ) {
    self.sopInstance = sopInstance
    self.step = step
    self.source = source
    self.performer = performer
    self.createdAt = createdAt
    self.changedAt = changedAt
  }
}

/// What every step that is created is subscribed to for an AE (PS3.4 §CC.2.3).
public struct GlobalSubscription: Sendable, Hashable {
  public var receivingAE: String
  public var hasDeletionLock: Bool
  /// Matching keys of the filtered global subscription; nil for the global one.
  public var filter: DataSet?

  public init(receivingAE: String, hasDeletionLock: Bool, filter: DataSet? = nil) {
    self.receivingAE = receivingAE
    self.hasDeletionLock = hasDeletionLock
    self.filter = filter
  }
}

/// An event that an AE has not got yet.
public struct OwedEvent: Sendable, Hashable {
  public var id: Int64
  public var receivingAE: String
  public var event: UnifiedProcedureStepEvent

  public init(id: Int64, receivingAE: String, event: UnifiedProcedureStepEvent) {
    self.id = id
    self.receivingAE = receivingAE
    self.event = event
  }
}

/// Which steps may be asked for, as far as a store can tell by itself. Empty fields ask for nothing.
public struct UnifiedProcedureStepSelection: Sendable, Hashable {
  public var states: [UnifiedProcedureStepState] = []
  public var sopInstances: [UID] = []
  public var patientID = ""
  public var worklistLabel = ""

  public init() {}

  /// What of a question needs no look at the attributes.
  public init(_ query: UnifiedProcedureStepQuery) {
    func plain(_ tag: Tag) -> [String] {
      let values = (query.identifier.strings(tag) ?? []).filter { !$0.isEmpty }
      return values.contains { $0.contains("*") || $0.contains("?") } ? [] : values
    }
    states = plain(.procedureStepState).compactMap { UnifiedProcedureStepState(rawValue: $0) }
    sopInstances = plain(.sopInstanceUID).map { UID($0) }
    patientID = plain(.patientID).first ?? ""
    worklistLabel = plain(.worklistLabel).first ?? ""
  }
}

/// Unified procedure steps, who is told of them, and what they have not been told yet. A transaction that returns is
/// on disk; one whose closure throws changed nothing.
public protocol UnifiedProcedureStepStore: Sendable {
  func read<Result>(_ body: (any UnifiedProcedureStepTables) throws -> Result) throws -> Result
  func write<Result>(_ body: (any UnifiedProcedureStepTables) throws -> Result) throws -> Result
}

/// The tables inside one transaction.
public protocol UnifiedProcedureStepTables {
  // Steps.

  func step(_ sopInstance: UID) throws -> UnifiedProcedureStepRecord?
  /// - Returns: false, with nothing changed, where the instance is known.
  func add(_ record: UnifiedProcedureStepRecord) throws -> Bool
  func update(_ record: UnifiedProcedureStepRecord) throws
  func stepCount() throws -> Int
  /// In the order of their creation, until `each` returns false.
  func steps(_ selection: UnifiedProcedureStepSelection, each: (UnifiedProcedureStepRecord) throws -> Bool) throws
  /// Removes steps in a final state that were last changed before a time and that nobody holds a deletion lock on.
  /// - Returns: how many.
  func removeFinalSteps(before time: Int64, limit: Int) throws -> Int

  // Subscriptions.

  /// Whether an AE has a deletion lock on a step; nil where it is not subscribed.
  func deletionLock(of receivingAE: String, on sopInstance: UID) throws -> Bool?
  func subscribe(_ receivingAE: String, to sopInstance: UID, hasDeletionLock: Bool) throws
  /// - Returns: false where it was not subscribed.
  func unsubscribe(_ receivingAE: String, from sopInstance: UID) throws -> Bool
  /// Subscribes an AE to all steps that are there; a lock that it has is not taken away.
  func subscribeToAll(_ receivingAE: String, hasDeletionLock: Bool) throws
  /// - Returns: how many steps it was subscribed to.
  func unsubscribeFromAll(_ receivingAE: String) throws -> Int
  /// AE titles, sorted.
  func subscribers(of sopInstance: UID) throws -> [String]
  func globalSubscriptions() throws -> [GlobalSubscription]
  /// In place of the one of the same kind that the AE has.
  func setGlobalSubscription(_ subscription: GlobalSubscription) throws
  /// - Parameter isFiltered: the kind; nil for both.
  /// - Returns: how many there were.
  func removeGlobalSubscriptions(of receivingAE: String, isFiltered: Bool?) throws -> Int

  // Events.

  /// - Returns: its number, ascending.
  func addOwed(_ event: UnifiedProcedureStepEvent, to receivingAE: String) throws -> Int64
  func owed(_ id: Int64) throws -> OwedEvent?
  /// Numbers of what an AE has not got yet, oldest first.
  func owed(to receivingAE: String, limit: Int) throws -> [Int64]
  /// How much an AE has not got yet.
  func owedCount(to receivingAE: String) throws -> Int
  /// AE titles that have not got something, sorted.
  func awaiting() throws -> [String]
  func removeOwed(_ id: Int64) throws
}
