// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
public import DICOMServices

/// A modality performed procedure step that a modality told us of, with what it belongs to.
public struct PerformedStepRecord: Sendable, Hashable {
  public var sopInstance: UID
  public var step: PerformedProcedureStep
  /// AE title of the modality that created it.
  public var source: String
  /// Microseconds since 1970-01-01 UTC.
  public var createdAt: Int64
  public var changedAt: Int64
  /// `Order.id`; nil where no order was found.
  public var order: Int64?
  /// Study Instance UID of the first scheduled step, or of none.
  public var study: String
  public var discrepancies: [PerformedStepDiscrepancy]

  public init(
    sopInstance: UID, step: PerformedProcedureStep, source: String, createdAt: Int64, changedAt: Int64,
    order: Int64? = nil, study: String = "", discrepancies: [PerformedStepDiscrepancy] = []
  ) {
    self.sopInstance = sopInstance
    self.step = step
    self.source = source
    self.createdAt = createdAt
    self.changedAt = changedAt
    self.order = order
    self.study = study
    self.discrepancies = discrepancies
  }
}

/// Something in which a performed step is not what was ordered or what arrived; a person has to look.
public struct PerformedStepDiscrepancy: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// No order has the accession number, study or step that it names.
    case noOrder
    /// It names nothing that was scheduled.
    case unscheduled
    /// Patient ID or issuer is not that of the order.
    case patient
    /// It names another study than the order has.
    case study
    /// The modality is not the one that was scheduled.
    case modality
    /// The order cannot be told of it: it is cancelled, or further.
    case state
    /// Objects that it made have not arrived.
    case missingObjects
  }

  public var kind: Kind
  /// What was expected and what came.
  public var text: String

  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

/// Which performed steps to list. Empty fields ask for nothing.
public struct PerformedStepQuery: Sendable, Hashable {
  public var study = ""
  public var order: Int64?
  public var state: PerformedStepState?
  /// Only those with discrepancies.
  public var isDiscrepant = false
  public var offset = 0
  public var limit = 100

  public init() {}
}

/// The modality performed procedure steps. What a function changed is on disk when it returns.
public protocol PerformedStepList: Sendable {
  /// Keeps a new one.
  /// - Returns: false, with nothing changed, where its instance is known.
  func add(_ record: PerformedStepRecord) throws -> Bool

  func record(_ sopInstance: UID) throws -> PerformedStepRecord?

  /// Changes one in a single transaction; what `body` throws leaves it as it was.
  /// - Returns: nil where there is none.
  func change<Value>(
    _ sopInstance: UID, _ body: (inout PerformedStepRecord) throws -> Value
  ) throws -> Value?

  /// The steps that say that they made an object.
  func steps(thatMade sopInstance: UID) throws -> [UID]

  /// Newest first.
  func records(_ query: PerformedStepQuery) throws -> [PerformedStepRecord]
}
