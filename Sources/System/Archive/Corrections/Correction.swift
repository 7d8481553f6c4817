// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// What a correction is about, in the identities that were valid when it was made.
public enum CorrectionScope: Sendable, Hashable {
  case patient(PatientKey)
  case study(UID)
  case series(study: UID, series: UID)
  case instances([UID])
}

/// A change of what the archive says, kept beside the originals, which stay as they are.
public struct Correction: Sendable, Hashable {
  public enum Kind: String, Sendable, CaseIterable {
    /// One patient's instances are another's.
    case patientMerge = "patient-merge"
    /// Other values for attributes of a patient, study or series.
    case update
    /// A study or series is another patient's, or belongs into another study.
    case move
    /// Instances are not to be used (IHE IOCM).
    case rejection
    /// Instances are in the bin; it concerns what arrived before it only.
    case deletion
    /// What a deletion put into the bin is gone.
    case purge
    /// Another version of an instance is the current one.
    case versionChoice = "version-choice"
    /// A record does not count any more.
    case undo
  }

  /// `<time>-<n>`, unique; the order of the names is that of the records.
  public var name: String
  public var kind: Kind
  /// Microseconds since 1970-01-01 UTC.
  public var at: Int64
  /// User, AE title or rule.
  public var actor: String
  /// Why, in a person's words.
  public var comment: String
  public var scope: CorrectionScope
  public var values: [CorrectedValue]
  /// Of a rejection, and of a deletion by a rule.
  public var reason: RejectionReason?
  /// Rejected instances are not found and not given out.
  public var hides: Bool
  /// The key object selection that asked for a rejection.
  public var note: UID?
  /// The record that an undo or a purge is about.
  public var refersTo: String?
  /// CRC-32C of the data set of the version that was chosen.
  public var chosen: UInt32?

  public init(
    name: String, kind: Kind, at: Int64, actor: String, comment: String = "", scope: CorrectionScope,
    values: [CorrectedValue] = [], reason: RejectionReason? = nil, hides: Bool = false, note: UID? = nil,
    refersTo: String? = nil, chosen: UInt32? = nil
  ) {
    self.name = name
    self.kind = kind
    self.at = at
    self.actor = actor
    self.comment = comment
    self.scope = scope
    self.values = values
    self.reason = reason
    self.hides = hides
    self.note = note
    self.refersTo = refersTo
    self.chosen = chosen
  }
}
