// SPDX-License-Identifier: Apache-2.0

import Trust

/// What somebody is writing and has not made a version of: an addendum, a correction. Nobody else sees it; it goes as
/// soon as its author adds a version.
public struct ReportDraft: Sendable, Hashable, Codable {
  /// `RequestedProcedure.id`.
  public var exam: Int64
  /// User name.
  public var author: String
  /// What is being written, as the writer's screen names it: `report`, `addendum`, `correction`.
  public var mode: String
  public var content: ReportContent
  /// Number of the version that it goes on from; 0 for none.
  public var basedOn: Int
  /// Microseconds since 1970-01-01 UTC.
  public var savedAt: Int64

  public init(
    exam: Int64, author: String, mode: String, content: ReportContent, basedOn: Int, savedAt: Int64
  ) {
    self.exam = exam
    self.author = author
    self.mode = mode
    self.content = content
    self.basedOn = basedOn
    self.savedAt = savedAt
  }
}

extension Department {
  private static let draftModes: Set<String> = ["report", "addendum", "correction"]

  /// Keeps what somebody has typed so far, in place of what they had typed before.
  public func keepDraft(
    ofExam exam: Int64, mode: String, content: ReportContent, basedOn: Int, by performer: Performer
  ) throws -> ReportDraft {
    guard Self.seesDrafts(performer) else {
      throw RadiologyError(.forbidden, "Reports are written by radiologists and secretaries.")
    }
    guard Self.draftModes.contains(mode), content.isWithinLimits else {
      throw RadiologyError(.invalid, "The draft is too long, or of no kind that is known.")
    }
    return try store.write { tables in
      _ = try knownExam(exam, in: tables)
      let draft = ReportDraft(
        exam: exam, author: performer.name, mode: mode, content: content, basedOn: basedOn, savedAt: now)
      try tables.save(draft)
      return draft
    }
  }

  /// One's own draft; nil where there is none.
  public func draft(ofExam exam: Int64, by performer: Performer) throws -> ReportDraft? {
    guard Self.seesDrafts(performer) else { return nil }
    return try store.read { try $0.draft(ofExam: exam, by: performer.name) }
  }

  public func discardDraft(ofExam exam: Int64, by performer: Performer) throws {
    try store.write { try $0.removeDraft(ofExam: exam, by: performer.name) }
  }
}
