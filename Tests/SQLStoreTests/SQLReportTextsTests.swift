// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SQLTestKit
import Testing

@testable import SQLStore

@Suite struct SQLReportTextsTests {
  private static let reports = [
    ReportText(uid: "1", study: "1.2.1", at: 1, text: "CT thorax: no pulmonary embolism.\nHeart size normal."),
    ReportText(uid: "2", study: "1.2.2", at: 2, text: "Lungenembolie; größter Herd 12,5 mm (S. 3)"),
    ReportText(uid: "3", study: "1.2.3", at: 3, text: "Embolism of the PULMONARY artery, D-dimer 2e5"),
    ReportText(uid: "4", study: "1.2.3", at: 4, text: "右肺炎の疑い。Œdème."),
  ]

  @Test(
    arguments: Engine.available,
    [
      ("embolism", ["3", "1"]), ("pulmonary embolism", ["3", "1"]), ("\"pulmonary embolism\"", ["1"]),
      ("embol", []), ("embol*", ["3", "1"]), ("lungen*", ["2"]), ("GRÖSSTER", ["2"]), ("grosster herd", ["2"]),
      ("\"12,5 mm\"", ["2"]), ("12,5", ["2"]), ("d-dimer", ["3"]), ("2e5", ["3"]), ("肺炎", ["4"]), ("炎肺", []),
      ("oedeme", ["4"]), ("", []), ("\"", []), ("' OR 1", []), ("heart -normal", ["1"]), ("the", ["3"]),
      ("a & b | !c:*", []), ("\\", []),
    ])
  func wordsAreFound(_ engine: Engine, _ question: (words: String, uids: [String])) throws {
    let temporary = try TemporaryStore(engine)
    let store = SQLReportTexts(temporary.database)
    try store.save(Self.reports)
    let found = try store.reports(with: question.words, offset: 0, limit: 10)
    #expect(found.map(\.uid) == question.uids)
    #expect(found.allSatisfy { Self.reports.contains($0) })
  }

  @Test(arguments: Engine.available) func textsAreReplacedAndRemoved(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let store = SQLReportTexts(temporary.database)
    try store.save(Self.reports)
    try store.save([ReportText(uid: "1", study: "1.2.1", at: 9, text: "Addendum")])
    #expect(try store.reports(with: "embolism", offset: 0, limit: 10).map(\.uid) == ["3"])
    #expect(try store.reports(with: "addendum", offset: 0, limit: 10).map(\.at) == [9])
    try store.removeReport(uid: "3")
    #expect(try store.reports(with: "embolism", offset: 0, limit: 10) == [])
  }

  @Test(arguments: Engine.available) func pagesFollowEachOther(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let store = SQLReportTexts(temporary.database)
    try store.save((1...20).map { ReportText(uid: "\($0)", study: "1", at: 1, text: "normal \($0)") })
    #expect(try store.reports(with: "normal", offset: 3, limit: 2).map(\.uid) == ["17", "16"])
  }
}
