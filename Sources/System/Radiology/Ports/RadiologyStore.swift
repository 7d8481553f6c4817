// SPDX-License-Identifier: Apache-2.0

/// Where the department keeps its records. What a body reads and writes is one transaction: an error undoes all of it.
/// Functions block and are safe to call from any thread, but not from inside a body.
public protocol RadiologyStore: Sendable {
  /// Runs a body that only reads.
  func read<Result>(_ body: (any RadiologyTables) throws -> Result) throws -> Result

  /// Runs a body that writes, alone among writers; on disk when this returns.
  func write<Result>(_ body: (any RadiologyTables) throws -> Result) throws -> Result

  /// Like `write`, but on disk only some time after this returned, before anything that is written later: for what is
  /// done again after a power failure.
  func writeRepeatable<Result>(_ body: (any RadiologyTables) throws -> Result) throws -> Result
}

/// All tables inside a transaction; valid only inside the body, and only on its thread.
public typealias RadiologyTables = PatientTable & OrderTable & StepTable & EventTable & NumberTable & ExamTable
  & StudyLinkTable & AgendaTable & CatalogueTable & ReportTable & ReportAidTable & StatisticsTable & MismatchTable
  & ReconciliationTable & OutsideResultTable

/// Patients of the department.
public protocol PatientTable: AnyObject {
  func patient(id: Int64) throws -> PatientRecord?

  /// The record that has this identifier; where it was merged, the one that stands for it.
  func patient(_ identifier: PatientIdentifier) throws -> PatientRecord?

  /// Records that stand and have this number, whoever issued it.
  func patients(numbered value: String) throws -> [PatientRecord]

  /// Records that had this number before it was replaced, whoever issued it.
  func patients(formerly value: String) throws -> [PatientRecord]

  /// Records that stand, by name.
  func patients(matching query: PatientQuery) throws -> [PatientRecord]

  /// Adds a record without an id, or replaces the one of its id.
  /// - Returns: the id.
  /// - Throws: `conflict` where an identifier belongs to another record that stands.
  func save(_ patient: PatientRecord) throws -> Int64

  /// Gives all orders of one patient to another.
  func moveOrders(of patient: Int64, to other: Int64) throws
}

/// Orders with their procedures and steps.
public protocol OrderTable: AnyObject {
  func order(_ reference: OrderReference) throws -> Order?

  /// The order that has this procedure.
  func order(ofProcedure id: Int64) throws -> Order?

  /// The order whose procedure has this Study Instance UID.
  func order(ofStudy uid: String) throws -> Order?

  /// Newest first.
  func orders(matching query: OrderQuery) throws -> [Order]

  /// Adds an order without an id, or replaces the one of its id; procedures and steps likewise. Numbers and ids that
  /// were missing are filled in.
  /// - Throws: `conflict` where a number is another order's.
  func save(_ order: inout Order) throws
}

/// Scheduled procedure steps as modalities and lists see them.
public protocol StepTable: AnyObject {
  /// Steps one after another, by start, until `each` returns false.
  func steps(matching query: ScheduledStepQuery, each: (WorklistItem) throws -> Bool) throws
}

/// What happened.
public protocol EventTable: AnyObject {
  /// Keeps an event, and wakes those who listen.
  func append(_ event: RadiologyEvent) throws

  /// Events after `sequence`, oldest first.
  func events(after sequence: Int64, limit: Int) throws -> [RadiologyEvent]

  /// The newest event; 0 where there is none.
  func lastEvent() throws -> Int64

  /// What happened to an order and all in it, oldest first.
  func events(ofOrder id: Int64) throws -> [RadiologyEvent]

  /// The last event that a consumer has taken; nil for one that is not known.
  func position(of consumer: String) throws -> Int64?

  /// A consumer, known or new, has taken all events up to this one. Positions never go back.
  func advance(_ consumer: String, to sequence: Int64) throws
}

/// Counters that never give a number twice.
public protocol NumberTable: AnyObject {
  /// 1 the first time.
  func next(_ counter: String) throws -> Int64
}
