// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMServices
import SQLTestKit
import SystemTestKit
import Testing

@testable import SQLStore

/// Names of several frequent words: whichever way is chosen for them, the answers are those of the matcher, the newest
/// first.
@Suite struct NameIntersectionTests {
  private static let names = [
    "anna smith", "an s", "jon kowalski", "willem m", "smith anna", "anna nobody", "min jun", "a b", "peter smith0",
    "yamada anna", "maria anna", "doctor a", "smyth ana", "s s", "anna smith schmidt",
  ]

  private func identifier(_ name: String) -> DataSet {
    var identifier = DataSet(inheritedCharacterSet: .utf8)
    identifier.set(.patientName, .PN, name)
    return identifier
  }

  private func answers(_ index: SQLInstanceIndex, _ query: IndexQuery) throws -> [DataSet] {
    var answers: [DataSet] = []
    try index.find(query) {
      answers.append($0)
      return true
    }
    return answers
  }

  @Test(arguments: Engine.available) func everyWayAnswersAlike(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    var index = SQLInstanceIndex(temporary.database)
    var generator = StudyGenerator()
    _ = try index.add((1...900).flatMap { generator.study($0, series: 1, instances: 1) }, evenIfIdentical: false)
    let all = try answers(index, IndexQuery(level: .study))
    for name in Self.names {
      let matcher = QueryMatcher(identifier: identifier(name), options: .init(fuzzyNames: true))
      let matching = all.filter { matcher.matches($0) }
      // From the number on from which two ways cost alike, and from none on.
      for few in [2000, 0] {
        index.fewNames = few
        for limit in [1, 7, 100] {
          let query = IndexQuery(level: .study, identifier: identifier(name), fuzzyNames: true, limit: limit)
          #expect(try answers(index, query) == Array(matching.prefix(limit)), "\(name) \(few) \(limit)")
        }
      }
    }
  }

  /// The lists of two frequent words are merged in the order in which the index has them.
  @Test func listsAreMergedAlongTheirIndex() throws {
    let temporary = try TemporaryStore(.sqlite)
    let recorder = StatementRecorder(temporary.database)
    var index = SQLInstanceIndex(recorder)
    index.fewNames = 0
    var generator = StudyGenerator()
    _ = try index.add((1...900).flatMap { generator.study($0, series: 1, instances: 1) }, evenIfIdentical: false)
    _ = try recorder.plans()
    let query = IndexQuery(level: .study, identifier: identifier("willem kowalski"), fuzzyNames: true, limit: 1)
    _ = try answers(index, query)
    let plans = try recorder.plans()
    #expect(plans.contains { $0.contains("MERGE (INTERSECT)") }, "\(plans)")
    #expect(!plans.contains { $0.contains("USE TEMP B-TREE FOR ORDER BY") && $0.contains("RIGHT") }, "\(plans)")
    #expect(plans.contains { $0.contains("person_name_word_by_code (kind=? AND code=?)") }, "\(plans)")
  }
}
