// SPDX-License-Identifier: Apache-2.0

/// Exams as worklists show them.
public protocol ExamTable: AnyObject {
  func exams(matching query: ExamQuery) throws -> [ExamItem]

  func item(_ id: Int64) throws -> ExamItem?

  /// How many there are in all, counted no further than `ExamQuery.largestCount`.
  func countExams(matching query: ExamQuery) throws -> Int

  /// Both at once, for which what both need is looked for once.
  func examPage(matching query: ExamQuery) throws -> ExamPage
}

/// A page of a list of exams.
public struct ExamPage: Sendable, Hashable {
  public var exams: [ExamItem]
  /// How many there are in all, counted no further than `ExamQuery.largestCount`.
  public var total: Int

  public init(exams: [ExamItem] = [], total: Int = 0) {
    self.exams = exams
    self.total = total
  }
}

/// How the studies of the archive stand to the exams.
public protocol StudyLinkTable: AnyObject {
  func link(ofStudy uid: String) throws -> StudyLink?
  func links(ofExam id: Int64) throws -> [StudyLink]

  /// Those whose images bore this Patient ID when they came.
  func links(ofPatientID value: String, limit: Int) throws -> [StudyLink]

  /// Newest first.
  func links(in states: Set<StudyLink.State>, offset: Int, limit: Int) throws -> [StudyLink]

  /// Adds, or replaces the link of the same study.
  func save(_ link: StudyLink) throws
}

/// Which exams to show. Empty fields ask for nothing.
public struct ExamQuery: Sendable, Hashable {
  /// Exams that got lost on their way.
  public enum Lost: String, Sendable, CaseIterable {
    /// Examined, and no images came.
    case withoutImages
    /// Arrived, and not examined.
    case waiting
    /// Examined, and not reported.
    case unread
  }

  public enum Order: String, Sendable, CaseIterable {
    /// Urgent first, then those that wait longest.
    case urgency
    /// By the start of the first step.
    case start
    /// Those whose state changed last first.
    case newest
  }

  /// Nobody reads a list to its end that is longer: counts go no further, for a word that many patients have in their
  /// names perhaps not as far.
  public static let largestCount = 1000

  public var statuses: Set<ExamStatus> = []
  public var modalities: [String] = []
  /// Station AE titles.
  public var stations: [String] = []
  /// User name; an empty one asks for those of nobody.
  public var claimedBy: String?
  public var urgentOnly = false
  /// Of the start of a step, YYYYMMDD.
  public var dateFrom = ""
  public var dateTo = ""
  /// Words of the patient's name or a whole number.
  public var text = ""
  public var lost: Lost?
  /// In their state since before this; microseconds since 1970-01-01 UTC.
  public var sinceBefore: Int64?
  public var order = Order.urgency
  public var offset = 0
  public var limit = 50

  public init() {}
}

/// An exam with all that a worklist says of it.
public struct ExamItem: Sendable, Hashable, Codable {
  public var patient: PatientRecord
  /// Without its procedures.
  public var order: Order
  public var exam: RequestedProcedure
  /// What arrived of it.
  public var studies: [StudyLink]

  public init(patient: PatientRecord, order: Order, exam: RequestedProcedure, studies: [StudyLink]) {
    self.patient = patient
    self.order = order
    self.exam = exam
    self.studies = studies
  }
}
