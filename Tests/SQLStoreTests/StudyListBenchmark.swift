// SPDX-License-Identifier: Apache-2.0

import Archive
import Foundation
import SQLStore
import SystemTestKit
import Testing

/// `MARTLET_BENCH_STUDIES=100000 swift test -c release --filter StudyListBenchmark` fills an index with so many
/// studies, prints how long its answers take and holds the study list to 100 ms at the 95th percentile.
@Suite struct StudyListBenchmark {
  static var studies: Int? { ProcessInfo.processInfo.environment["MARTLET_BENCH_STUDIES"].flatMap { Int($0) } }

  private static let queries: [(String, StudyListQuery)] =
    [
      "", "s", "sm", "smi", "smith", "smith anna", "müller1", "acc90", "p1000", "thorax", "th an", "a", "zzz", "山田",
      "view",
    ].map { ("search \($0)", StudyListQuery(text: $0)) }
    + StudyListQuery.SortKey.allCases.map { ("sort by \($0)", StudyListQuery(sort: $0, ascending: true)) } + [
      ("modality", StudyListQuery(modalities: ["NM"])),
      ("modalities by name", StudyListQuery(modalities: ["CT", "MR"], sort: .patientName)),
      ("month", StudyListQuery(dateFrom: "20220301", dateTo: "20220331")),
      (
        "month, modality, by name",
        StudyListQuery(modalities: ["CT"], dateFrom: "20220301", dateTo: "20220331", sort: .patientName)
      ),
      (
        "word, modality, year", StudyListQuery(text: "an", modalities: ["CT"], dateFrom: "20220101", dateTo: "20221231")
      ),
      ("page in the middle", StudyListQuery(sort: .patientName, offset: (studies ?? 0) / 2)),
    ]

  @Test(.enabled(if: studies != nil)) func answersInTime() throws {
    let temporary = try TemporaryStore()
    let index = SQLInstanceIndex(temporary.database)
    var generator = StudyGenerator()
    let clock = ContinuousClock()
    let filling = try clock.measure {
      for start in stride(from: 1, through: Self.studies ?? 0, by: 1000) {
        let records = (start..<start + 1000).flatMap { generator.study($0, series: 1, instances: 1) }
        _ = try index.add(records, evenIfIdentical: false)
      }
    }
    print("filled in \(filling)")
    var all: [Duration] = []
    for (name, query) in Self.queries {
      var times: [Duration] = []
      for _ in 0..<20 { times.append(try clock.measure { _ = try index.studyList(query) }) }
      times.sort()
      all += times
      print("\(name): median \(times[10]), worst \(times[19])")
    }
    all.sort()
    let late = all[all.count * 95 / 100]
    print("95th percentile of all: \(late)")
    #expect(late < .milliseconds(100))
  }
}
