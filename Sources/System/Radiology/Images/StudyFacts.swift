// SPDX-License-Identifier: Apache-2.0

/// What arrived images say of their study, as far as it tells whose and what for they are.
public struct StudyFacts: Sendable, Hashable, Codable {
  /// Study Instance UID (0020,000D).
  public var studyInstanceUID: String
  public var patient = PatientSaid()
  /// Accession Number (0008,0050).
  public var accession = ""
  /// Study Date (0008,0020).
  public var date = ""
  /// Study Description (0008,1030).
  public var description = ""
  public var modalities: [String] = []
  public var instances = 0
  /// Microseconds since 1970-01-01 UTC at which the newest came.
  public var receivedAt: Int64 = 0

  /// The patient as the images name them.
  public struct PatientSaid: Sendable, Hashable, Codable {
    public var id = ""
    public var issuer = ""
    public var name = ""
    public var birthDate = ""
    /// Nil where nobody asked.
    public var sex: String?

    public init() {}
  }

  public init(studyInstanceUID: String) { self.studyInstanceUID = studyInstanceUID }
}

/// How a study of the archive stands to the orders.
public struct StudyLink: Sendable, Hashable, Codable {
  public enum State: String, Sendable, Codable, CaseIterable {
    /// Belongs to an exam, and says nothing else.
    case matched
    /// Names an exam, but says something else of the patient.
    case mismatched
    /// Names no exam that is known.
    case unmatched
    /// A person said that it needs none.
    case dismissed
  }

  public var facts: StudyFacts
  public var state: State
  /// `RequestedProcedure.id`; 0 for none.
  public var exam: Int64
  /// By what it was matched: `studyInstanceUID`, `accessionNumber`, `patient`, or the user who did it.
  public var by: String
  /// Where study and order disagree.
  public var differences: [Difference]
  /// What the study said before the department corrected it; nil where it did not.
  public var original: Original?

  /// Who and what for a study was when it came.
  public struct Original: Sendable, Hashable, Codable {
    public var patient: StudyFacts.PatientSaid
    public var accession: String
  }

  /// Something that a study and its order say differently.
  public struct Difference: Sendable, Hashable, Codable {
    /// Keyword of the attribute.
    public var attribute: String
    public var study: String
    public var order: String

    public init(attribute: String, study: String, order: String) {
      self.attribute = attribute
      self.study = study
      self.order = order
    }
  }

  /// By what a study is matched where nobody did it.
  static let keys: Set<String> = ["studyInstanceUID", "accessionNumber", "patient"]

  public init(
    facts: StudyFacts, state: State, exam: Int64 = 0, by: String = "", differences: [Difference] = []
  ) {
    self.facts = facts
    self.state = state
    self.exam = exam
    self.by = by
    self.differences = differences
  }
}
