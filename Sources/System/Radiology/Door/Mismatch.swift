// SPDX-License-Identifier: Apache-2.0

/// Something about arrived images that a person has to look at: they say something else than their order, or not what
/// a rule demands. The images are in the archive as they came.
public struct Mismatch: Sendable, Hashable, Codable, Identifiable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Study and order say different things.
    case order
    /// A series does not meet a rule for its sender.
    case rule
  }

  public enum State: String, Sendable, Codable, CaseIterable {
    /// Nobody has decided.
    case open
    /// A person said to which exam the study belongs.
    case attached
    /// A person took it as it is.
    case accepted
    /// A person had what the archive says corrected.
    case corrected
    /// It agrees by now, without anybody having decided.
    case settled
  }

  /// 0 before it was kept.
  public var id: Int64 = 0
  public var kind: Kind
  public var state = State.open
  /// The study as it stood when this was found.
  public var facts: StudyFacts
  /// Series Instance UID; empty where it is about the whole study.
  public var series = ""
  /// Calling AE title or user name of who sent it; empty where not known.
  public var source = ""
  /// Name of the rule that is not met; empty for none.
  public var rule = ""
  /// What the images say, and what the order or the rule has.
  public var differences: [StudyLink.Difference]
  /// The exam that the study seems to belong to, `RequestedProcedure.id`; 0 for none.
  public var exam: Int64 = 0
  /// `Order.id` of that exam; 0 for none.
  public var order: Int64 = 0
  /// Microseconds since 1970-01-01 UTC.
  public var foundAt: Int64
  /// Who decided; empty where nobody did.
  public var by = ""
  /// Microseconds since 1970-01-01 UTC; 0 while it is open.
  public var decidedAt: Int64 = 0
  public var comment = ""
  /// Names of the corrections that were made for it.
  public var corrections: [String] = []

  public init(_ kind: Kind, _ facts: StudyFacts, _ differences: [StudyLink.Difference], foundAt: Int64) {
    self.kind = kind
    self.facts = facts
    self.differences = differences
    self.foundAt = foundAt
  }
}

/// Which mismatches to list. Empty fields ask for nothing.
public struct MismatchQuery: Sendable, Hashable {
  public var states: Set<Mismatch.State> = [.open]
  public var kinds: Set<Mismatch.Kind> = []
  /// Study Instance UID.
  public var study = ""
  public var source = ""
  /// A part of the patient's ID or name as the images have it, or of the accession number; case plays no part.
  public var text = ""
  /// Found at or after this; microseconds since 1970-01-01 UTC.
  public var since: Int64?
  public var offset = 0
  public var limit = 50

  public init() {}
}

/// Mismatches between images and orders or rules.
public protocol MismatchTable: AnyObject {
  func mismatch(id: Int64) throws -> Mismatch?
  /// The one of this study, series, kind and rule.
  func mismatch(like other: Mismatch) throws -> Mismatch?
  /// Newest first.
  func mismatches(matching query: MismatchQuery) throws -> [Mismatch]
  /// How many there are in all.
  func countMismatches(matching query: MismatchQuery) throws -> Int
  /// Adds one without an id, or replaces the one of its id.
  /// - Returns: the id.
  func save(_ mismatch: Mismatch) throws -> Int64
}
