// SPDX-License-Identifier: Apache-2.0

/// One act of patient information reconciliation (IHE RAD TF-1 §4, PIR), with all that it takes to take it back. The
/// images follow it: what the archive says of them is derived from the acts that stand.
public struct Reconciliation: Sendable, Hashable, Codable, Identifiable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// A record went up in another (HL7 A40).
    case merge
    /// Numbers of a patient were replaced by others, or another became the first (HL7 A47).
    case identifiers
    /// Name, birth date or sex of a patient were put right (HL7 A08).
    case demographics
    /// An order, with its exams and images, is another patient's (HL7 A44).
    case order
    /// Images belong to another exam than the one they came for.
    case study
  }

  /// What has to do with a study that was attached elsewhere.
  public struct StudyMove: Sendable, Hashable, Codable {
    public var before: StudyLink
    public var after: StudyLink
    /// Mismatches that were decided with it; `Mismatch.id`.
    public var mismatches: [Int64]
  }

  /// 0 before it was kept.
  public var id: Int64 = 0
  public var kind: Kind
  /// Microseconds since 1970-01-01 UTC.
  public var at: Int64
  public var by: String
  public var origin: Performer.Origin
  /// HL7 message control ID; empty for none.
  public var cause: String
  /// Whom it took something from: the record that went up, the patient whose order it was. `PatientRecord.id`, 0 for
  /// nobody.
  public var source: Int64 = 0
  /// Whom it is about: the survivor, the patient who was put right, whose order it is now; 0 for nobody.
  public var target: Int64 = 0
  /// The target before and after.
  public var before: PatientRecord?
  public var after: PatientRecord?
  /// Orders that went over; `Order.id`.
  public var orders: [Int64] = []
  /// Results from outside that went over; `OutsideResult.id`.
  public var results: [Int64] = []
  public var study: StudyMove?
  /// Nil while it stands.
  public var undoneAt: Int64?
  public var undoneBy = ""

  init(_ kind: Kind, at: Int64, by performer: Performer) {
    self.kind = kind
    self.at = at
    by = performer.name
    origin = performer.origin
    cause = performer.cause
  }

  public var stands: Bool { undoneAt == nil }
}

/// Which acts to list. Nil and empty fields ask for nothing.
public struct ReconciliationQuery: Sendable, Hashable {
  /// Those in which this record took part.
  public var patient: Int64?
  /// Study Instance UID.
  public var study = ""
  public var standingOnly = false
  public var offset = 0
  public var limit = 50

  public init() {}
}

/// Acts of reconciliation, undone ones too.
public protocol ReconciliationTable: AnyObject {
  func reconciliation(id: Int64) throws -> Reconciliation?

  /// Newest first.
  func reconciliations(matching query: ReconciliationQuery) throws -> [Reconciliation]

  /// Adds, or replaces the act of the same id.
  /// - Returns: the id.
  func save(_ reconciliation: Reconciliation) throws -> Int64

  /// Whether an act that stands is about this patient as its target, about this order, or about this study.
  func isReconciled(patient: Int64, order: Int64, study: String) throws -> Bool

  /// Whether a study was attached elsewhere by an act that stands.
  func isMoved(study: String) throws -> Bool
}
