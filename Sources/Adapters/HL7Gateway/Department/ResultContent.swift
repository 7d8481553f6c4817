// SPDX-License-Identifier: Apache-2.0

/// What messages say of a version of a report.
public struct ResultContent: Sendable, Hashable {
  /// Result status (HL7 table 0123).
  public enum Status: String, Sendable, CaseIterable {
    case preliminary = "P"
    case final = "F"
    case corrected = "C"
  }

  public struct Section: Sendable, Hashable {
    /// LOINC.
    public var code: String
    public var title: String
    public var text: String

    public init(code: String, title: String, text: String) {
      self.code = code
      self.title = title
      self.text = text
    }
  }

  /// UID of this version.
  public var uid: String
  /// UID of the version that this one adds to or replaces; empty for none.
  public var previousUID = ""
  public var isAddendum = false
  public var status: Status
  public var sections: [Section]
  /// Empty for none.
  public var pdf: [UInt8] = []
  /// The study that was read, where it is not the exam's own.
  public var studyInstanceUID: String?
  /// Address of the study in a browser; nil for none.
  public var studyLink: String?
  /// Who answers for it, as PN, and their identifier.
  public var interpreter: String
  public var interpreterID: String

  public init(
    uid: String, status: Status, sections: [Section], interpreter: String,
    interpreterID: String = ""
  ) {
    self.uid = uid
    self.status = status
    self.sections = sections
    self.interpreter = interpreter
    self.interpreterID = interpreterID
  }
}
