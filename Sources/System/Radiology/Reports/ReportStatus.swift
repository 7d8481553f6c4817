// SPDX-License-Identifier: Apache-2.0

/// What a version of a report is.
public enum ReportStatus: String, Sendable, Codable, CaseIterable {
  case draft, preliminary
  /// Signed by a first reader; a second one is to validate it.
  case signed
  case validated
  /// Validated too: added to, or put right.
  case addendum, correction

  /// Clinicians may see it. Nothing changes this.
  public var isVisible: Bool { self == .validated || self == .addendum || self == .correction }

  /// Completion and kind as HL7 says them: table 0085 and 0123.
  public var hl7: String {
    switch self {
    case .draft: "I"
    case .preliminary, .signed: "P"
    case .validated, .addendum: "F"
    case .correction: "C"
    }
  }
}

/// What somebody does with a report.
public enum ReportCommand: String, Sendable, Codable, CaseIterable {
  /// Keeps a draft.
  case save
  /// Gives it to a radiologist.
  case submit
  /// Gives it back to its writer.
  case sendBack
  /// A first reader signs.
  case sign
  case validate
  case addAddendum
  case correct
}

/// The table of a report's states; nil is a report that is not begun.
public enum ReportTransitions {
  public struct Row: Sendable, Hashable {
    public var from: ReportStatus?
    public var command: ReportCommand
    public var to: ReportStatus
    /// What it does to the exam; nil for nothing.
    public var exam: ExamCommand?
    /// For radiologists only.
    public var needsRadiologist: Bool
  }

  public static let table: [Row] =
    [
      row(nil, .save, .draft, .dictate), row(nil, .submit, .preliminary, .submit),
      row(nil, .sign, .signed, .submit, radiologist: true),
      row(nil, .validate, .validated, .validate, radiologist: true),
      row(.draft, .save, .draft, .dictate), row(.draft, .submit, .preliminary, .submit),
      row(.draft, .sign, .signed, .submit, radiologist: true),
      row(.draft, .validate, .validated, .validate, radiologist: true),
      row(.preliminary, .submit, .preliminary, .submit),
      row(.preliminary, .sendBack, .draft, .sendBack, radiologist: true),
      row(.preliminary, .sign, .signed, .submit, radiologist: true),
      row(.preliminary, .validate, .validated, .validate, radiologist: true),
      row(.signed, .sendBack, .draft, .sendBack, radiologist: true),
      row(.signed, .validate, .validated, .validate, radiologist: true),
    ]
    + [.validated, .addendum, .correction].flatMap { from in
      [
        row(from, .addAddendum, .addendum, .validate, radiologist: true),
        row(from, .correct, .correction, .validate, radiologist: true),
      ]
    }

  private static func row(
    _ from: ReportStatus?, _ command: ReportCommand, _ to: ReportStatus, _ exam: ExamCommand?,
    radiologist: Bool = false
  ) -> Row {
    Row(from: from, command: command, to: to, exam: exam, needsRadiologist: radiologist)
  }

  public static func row(_ command: ReportCommand, in status: ReportStatus?) -> Row? {
    table.first { $0.from == status && $0.command == command }
  }
}
