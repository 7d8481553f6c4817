// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The text of a report, to be searched in.
public struct ReportText: Sendable, Hashable {
  /// Of the report; a later text under the same UID replaces the earlier.
  public var uid: String
  public var study: UID
  /// Microseconds since 1970-01-01 UTC.
  public var at: Int64
  public var text: String

  public init(uid: String, study: UID, at: Int64, text: String) {
    self.uid = uid
    self.study = study
    self.at = at
    self.text = text
  }
}

/// Reports by the words in them. Words are compared without regard to case and accents. All words of a question must
/// occur; words in quotation marks next to each other; a word that ends with `*` may go on.
public protocol ReportTexts: Sendable {
  /// Adds or replaces texts.
  func save(_ reports: [ReportText]) throws
  func removeReport(uid: String) throws
  /// The reports with these words, the one saved last first.
  func reports(with words: String, offset: Int, limit: Int) throws -> [ReportText]
}
