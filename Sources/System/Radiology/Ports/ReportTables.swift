// SPDX-License-Identifier: Apache-2.0

/// Versions of reports, which are only ever added.
public protocol ReportTable: AnyObject {
  /// All versions, oldest first: for those who write reports.
  func versions(ofExam id: Int64) throws -> [ReportVersion]

  /// The versions that clinicians may see, oldest first. The question itself leaves all others out.
  func visibleVersions(ofExam id: Int64) throws -> [ReportVersion]

  /// The exams of a patient with a visible report, newest first.
  func reportedExams(ofPatient id: Int64, limit: Int) throws -> [ExamItem]

  /// Keeps a version behind the others, chained to the last, and makes it found by its words where it is visible.
  /// - Returns: the version with its number and hash.
  /// - Throws: `conflict` where another was added meanwhile.
  func add(_ version: ReportVersion) throws -> ReportVersion

  /// The number of the first version whose chain does not hold; nil where all do.
  func firstBrokenLink(ofExam id: Int64) throws -> Int?

  /// Visible reports with these words, newest first.
  func reports(matching query: ReportQuery) throws -> [ReportFound]
}

/// Templates, and results that somebody must be told of.
public protocol ReportAidTable: AnyObject {
  func templates() throws -> [ReportTemplate]
  func template(name: String) throws -> ReportTemplate?
  /// Adds, or replaces the template of the same name.
  func save(_ template: ReportTemplate) throws

  /// Those that nobody acknowledged, oldest first.
  func openCriticalResults() throws -> [CriticalResult]
  func criticalResults(ofExam id: Int64) throws -> [CriticalResult]
  func criticalResult(id: Int64) throws -> CriticalResult?
  /// Adds, or replaces the result of the same id.
  func save(_ result: CriticalResult) throws -> Int64

  func draft(ofExam id: Int64, by author: String) throws -> ReportDraft?
  /// Adds, or replaces what the same author had for the same exam.
  func save(_ draft: ReportDraft) throws
  func removeDraft(ofExam id: Int64, by author: String) throws
}

/// What to look for in reports.
public struct ReportQuery: Sendable, Hashable {
  /// All words must occur; words in quotation marks next to each other; a word that ends with `*` may go on. Endings
  /// and accents play no part.
  public var words = ""
  /// Leaves out what the text denies: `no appendicitis` is not found by `appendicitis`.
  public var affirmedOnly = false
  /// One of the languages that are known; nil for all.
  public var language: String?
  public var offset = 0
  public var limit = 50

  public init() {}
}

/// A report that was found.
public struct ReportFound: Sendable, Hashable, Codable {
  public var exam: ExamItem
  public var report: ReportVersion
  /// The words of its text that were asked for, in small letters, to be marked.
  public var matched: [String]

  public init(exam: ExamItem, report: ReportVersion, matched: [String]) {
    self.exam = exam
    self.report = report
    self.matched = matched
  }
}
