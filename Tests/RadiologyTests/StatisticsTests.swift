// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLTestKit
import Testing

@Suite struct StatisticsTests {
  @Test(arguments: Engine.available) func whatWasDoneIsCounted(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    for _ in 0..<3 {
      _ = try fixture.department.report(
        .validate, exam: try ReportTests.exam(fixture), content: ReportTests.content("x"), basedOn: 0,
        by: DepartmentFixture.radiologist)
    }
    let late = try ReportTests.exam(fixture)
    let order = try fixture.department.place(
      DepartmentFixture.order(), for: DepartmentFixture.patient(), by: DepartmentFixture.his)
    _ = try fixture.department.cancel(.id(order.id), reason: "r", by: DepartmentFixture.clerk)
    func groups(_ grouping: DepartmentStatistics.Grouping) throws -> [DepartmentStatistics.Group] {
      try fixture.department.statistics(from: 0, to: .max, by: grouping).groups
    }
    let modalities = try groups(.modality)
    #expect(modalities.map(\.key) == ["CT"])
    #expect(modalities[0].performed == 4 && modalities[0].validated == 3 && modalities[0].cancelled == 1)
    #expect(modalities[0].reporting?.count == 3 && (modalities[0].reporting?.median ?? 0) > 0)
    #expect(try groups(.room).map(\.key) == ["CT1"])
    #expect(try groups(.reader).map(\.key) == ["ada"])
    #expect(try groups(.priority).map(\.key) == ["ROUTINE"])
    #expect(try groups(.day).map(\.performed) == [4])
    let day = try #require(try groups(.day).first).key
    #expect(try groups(.dayModality).map(\.key) == ["\(day) CT"])
    #expect(try groups(.weekdayHour).map(\.performed) == [4])
    let spread = try #require(modalities[0].reporting)
    #expect(spread.p25 <= spread.median && spread.median <= spread.p75 && spread.p75 <= spread.p90)
    #expect(try fixture.department.statistics(from: 0, to: 1, by: .modality).groups == [])
    #expect(late > 0)
  }
}
