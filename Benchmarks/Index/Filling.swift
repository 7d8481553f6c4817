// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SQLStore
import SystemTestKit

/// Fills an index as ingest does.
struct Filling {
  private static let batch = 1000
  private static let wordsInReport = 40
  private static let vocabulary = 5000

  let subject: SQLSubject

  /// - Parameter studies: with one series of one instance each.
  func addStudies(_ studies: Int) throws {
    var generator = StudyGenerator()
    for start in stride(from: 1, through: studies, by: Self.batch) {
      let records = (start..<min(start + Self.batch, studies + 1)).flatMap {
        generator.study($0, series: 1, instances: 1)
      }
      _ = try subject.index.add(records, evenIfIdentical: false)
    }
  }

  /// Reports of words as frequent as words are: the n-th word as often as 1/n.
  func addReports(_ reports: Int) throws {
    var chance = Chance()
    for start in stride(from: 1, through: reports, by: Self.batch) {
      let texts = (start..<min(start + Self.batch, reports + 1)).map { number in
        let words = (0..<Self.wordsInReport).map { _ in Self.word(&chance) }
        return ReportText(
          uid: "r\(number)", study: UID("1.2.\(number)"), at: Int64(number), text: words.joined(separator: " "))
      }
      try subject.reports.save(texts)
    }
  }

  private static func word(_ chance: inout Chance) -> String {
    // Of two even chances multiplied, small products are frequent.
    let left = chance.next(vocabulary)
    return "word\(left * chance.next(vocabulary) / vocabulary * chance.next(vocabulary) / vocabulary)"
  }
}
