// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLStore
import SQLTestKit
import SystemTestKit
import Testing

/// Whatever way a page of the study list is taken, it is a part of the whole list.
@Suite struct StudyListOrderTests {
  /// Few matches, many, and nearly all, so that they are sorted, looked up in a set, or met on a walk.
  private static let filters: [(modalities: [String], from: String, to: String)] = [
    (["NM"], "20220301", "20220331"), (["CT", "MR"], "20210101", "20221231"), (["CT", "DX"], "20200101", "20241231"),
    ([], "20200201", "20241231"), (["CT"], "20300101", "20301231"),
  ]

  @Test(arguments: Engine.available) func pagesOfDatesAndModalitiesArePartsOfTheWholeList(_ engine: Engine) throws {
    let temporary = try TemporaryStore(engine)
    let index = SQLInstanceIndex(temporary.database)
    var generator = StudyGenerator()
    _ = try index.add((1...300).flatMap { generator.study($0, series: 1, instances: 1) }, evenIfIdentical: false)
    for sort in StudyListQuery.SortKey.allCases {
      for ascending in [true, false] {
        let all = try index.studyList(StudyListQuery(sort: sort, ascending: ascending, limit: 1000)).studies
        for (modalities, from, to) in Self.filters {
          let expected = all.filter { study in
            study.date >= from && study.date <= to
              && (modalities.isEmpty || study.modalities.contains { modalities.contains($0) })
          }.map(\.studyUID)
          for (offset, limit) in [(0, 1), (0, 10), (3, 50), (expected.count / 2, 7), (max(0, expected.count - 2), 9)] {
            let page = try index.studyList(
              StudyListQuery(
                modalities: modalities, dateFrom: from, dateTo: to, sort: sort, ascending: ascending, offset: offset,
                limit: limit))
            #expect(page.total == expected.count)
            #expect(
              page.studies.map(\.studyUID) == Array(expected.dropFirst(offset).prefix(limit)),
              "\(sort) \(ascending) \(modalities) \(offset) \(limit)")
          }
        }
      }
    }
  }
}
